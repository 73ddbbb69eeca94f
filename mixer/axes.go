package mixer

import (
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
)

// Axes names the two axes of a tensor that a mixer works on. The token and the channel mixer are
// the same function on different axes: on x [B, L, D] tokens are Axes{1, 2} and channels Axes{2, 1}
// (the transpose in equations 12-18).
type Axes struct {
	Sequence int // the axis that is mixed
	Feature  int // the axis that holds the vector of one position
}

// Swap exchanges the two roles.
func (a Axes) Swap() Axes { return Axes{Sequence: a.Feature, Feature: a.Sequence} }

// Apply calls f on x seen as sequences [B', S, F], every other axis folded into B', and brings f's
// result, of the same shape, back to x's layout. Axes already last and in order cost no transpose.
func (a Axes) Apply(x *Node, f func(sequences *Node) *Node) *Node {
	order := a.order(x.Rank())
	inverse := make([]int, len(order))
	for to, from := range order {
		inverse[from] = to
	}

	moved := permute(x, order)
	dims := slices.Clone(moved.Shape().Dimensions)
	s, d := dims[len(dims)-2], dims[len(dims)-1]
	y := f(Reshape(moved, x.Shape().Size()/(s*d), s, d)) // [B', S, F]
	return permute(Reshape(y, dims...), inverse)
}

// order lists the axes of a tensor with the sequence and the features last.
func (a Axes) order(rank int) (order []int) {
	for axis := range rank {
		if axis != a.Sequence && axis != a.Feature {
			order = append(order, axis)
		}
	}
	return append(order, a.Sequence, a.Feature)
}

func permute(x *Node, order []int) *Node {
	if slices.IsSorted(order) {
		return x
	}
	return TransposeAllAxes(x, order...)
}
