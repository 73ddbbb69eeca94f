package ssm

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// StepSizes holds the step sizes Δ [B, L, E] of S6 layers, after bias and softplus, by the layers' scopes. They say what
// a layer selects: a small Δ passes over the input and keeps the state, a large one takes the input in.
type StepSizes map[string]*Node

// stepSizesParam is the graph parameter in which S6 looks for a StepSizes to fill.
const stepSizesParam = "ssm_step_sizes"

// CollectStepSizes has every S6 layer that is built in g from now on, in this scope or below, add its step sizes to
// what it returns.
func CollectStepSizes(scope *model.Scope, g *Graph) StepSizes {
	collected := StepSizes{}
	scope.SetGraphParam(g, stepSizesParam, collected)
	return collected
}

// collectStepSize adds the step size of a layer, if somebody collects them.
func collectStepSize(scope *model.Scope, in Inputs, softplus bool) {
	if collected, found := scope.GetGraphParam(in.U.Graph(), stepSizesParam); found {
		collected.(StepSizes)[scope.Scope()] = stepSize(in.Delta, in.DeltaBias, softplus)
	}
}
