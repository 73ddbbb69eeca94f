package mixer

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/ssm"
)

// mlp is MLP-Mixer's module on the last axis of x [B', F, S]: Linear S -> Expand·S, GELU, Linear back.
//
// Variables: hidden/weights, hidden/bias, out/weights, out/bias.
func (m Mixer) mlp(scope *model.Scope, x *Node) *Node {
	s := x.Shape().Dim(-1)
	hidden := ssm.Linear(scope.In("hidden"), x, true, m.Expand*s) // [B', F, Expand·S]
	return ssm.Linear(scope.In("out"), activation.Gelu(hidden), true, s)
}
