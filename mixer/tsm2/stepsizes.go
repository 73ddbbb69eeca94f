package tsm2

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/ssm"
)

// StepSizes builds the model on x [B, L, M] and returns the step sizes Δ by which each layer's time mixer selects, on
// its way from past to future: means over the inner channels, [B, P, M], the variates in the order of the data. There
// are none if the time mixer is not selective.
func StepSizes(scope *model.Scope, c Config, x *Node, horizon int) []*Node {
	batch, history, variates := x.Shape().Dim(0), x.Shape().Dim(1), x.Shape().Dim(2)
	collected := ssm.CollectSelections(scope, x.Graph())
	Forecast(scope, c, x, horizon)
	if c.TokenMixer != mixer.Selective {
		return nil
	}
	var layers []*Node
	for i := range c.Layers {
		path := model.JoinPath(scope.Scope(), fmt.Sprintf("tsm2/layer%d/token/forward/s6", i))
		delta := ReduceMean(collected[path].Delta, -1)              // [B·M, P]
		delta = Reshape(delta, batch, variates, c.Patches(history)) // [B, M, P]
		layers = append(layers, c.variateOrder(variates).undo(Transpose(delta, 1, 2)))
	}
	return layers
}
