package vim2

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// ReceptiveFields gives for each stage its effective receptive field on images [B, H, W, C]: how much what the stage gives
// at its centre depends on each pixel, [H, W] (Luo et al., "Understanding the Effective Receptive Field in Deep
// Convolutional Neural Networks", 2016). With y the stage's output [B, H_i, W_i, C_i],
//
//	field[h, w] = 1/B Σ_b Σ_c |∂ Σ_centre,k y[b, i, j, k] / ∂ images[b, h, w, c]|
//
// The centre is the place in the middle, or along an even side the two there.
//
// It marks the graph as training, which gradients need, and leaves DropPath out.
func ReceptiveFields(scope *model.Scope, c Config, images *Node) []*Node {
	scope.Store().SetTraining(images.Graph(), true)
	c.DropPath = 0
	var fields []*Node
	for _, y := range Features(scope, c, images).Stages {
		middle := func(axis int) SliceAxisSpec {
			side := y.Shape().Dim(axis)
			return AxisRange((side-1)/2, side/2+1)
		}
		centre := ReduceAllSum(Slice(y, AxisRange(), middle(1), middle(2)))
		gradient := Gradient(centre, images)[0] // images don't see each other, so this is each one's own
		fields = append(fields, ReduceMean(ReduceSum(Abs(gradient), -1), 0))
	}
	return fields
}
