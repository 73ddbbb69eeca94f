package train

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"

	"mambamixer/mixer/parallel"
)

// sharpnessAware gives the gradients of sharpness-aware minimization (Foret et al., ICLR 2021): those of the loss of
// the same batch at the weights
//
//	w + Rho · g / |g|
//
// where g holds the gradients at w and |g| is their norm over all variables. The optimiser then moves w itself.
//
// The conventions are those of SAMFormer's code: the second pass draws dropout afresh, and state that a pass changes
// (running averages of batch norm) is changed by both. Weight decay, L2 and clipping belong to the optimiser and have
// no part in the move uphill.
func (t *trainer) sharpnessAware(values, gradients, data []*Node, idx *Node) []*Node {
	var square *Node
	for _, gradient := range gradients {
		sum := ConvertDType(ReduceAllSum(Square(gradient)), dtypes.Float64)
		if square == nil {
			square = sum
		} else {
			square = Add(square, sum)
		}
	}
	g := idx.Graph()
	length := Div(Const(g, t.config.Rho), Add(Sqrt(square), Const(g, 1e-12))) // of a step along g
	moved := make([]*Node, len(values))
	for i, v := range t.variables {
		moved[i] = Add(values[i], Mul(gradients[i], ConvertDType(length, values[i].DType())))
		v.SetNodeValue(moved[i])
	}
	loss := t.problem.Loss(t.store.RootScope(), data, idx)
	for i, v := range t.variables {
		v.SetNodeValue(values[i])
	}
	return parallel.Mean(Gradient(loss, moved...)...)
}
