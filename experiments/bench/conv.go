package bench

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/ssm"
)

// convOf is the causal convolution of x, kernel and bias with the SiLU that follows it in Mamba.
func convOf(reverse bool) builder {
	return func(_ *model.Scope, in []*Node) *Node {
		return ssm.CausalConvolve(in[0], in[1], in[2], ssm.ConvOptions{Reverse: reverse, SiLU: true})
	}
}
