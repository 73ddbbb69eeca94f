// Package window holds what the forecasting models do to a window before anything is learned.
package window

import (
	. "github.com/gomlx/gomlx/core/graph"
)

const epsilon = 1e-5 // added to the variance, as RevIN does

// Moments returns the mean and the standard deviation of each variate of each window x [B, L, M] over time, both
// [B, 1, M]. The variance is the population's, with 1e-5 added.
func Moments(x *Node) (mean, std *Node) {
	mean = ReduceAndKeep(x, ReduceMean, 1)
	variance := ReduceAndKeep(Square(Sub(x, mean)), ReduceMean, 1)
	return mean, Sqrt(AddScalar(variance, epsilon))
}

// Patches cuts x [B, M, L] into count patches [B, M, count, length]: patch i holds the steps from i·stride on. The
// last value is repeated for the steps beyond the end.
func Patches(x *Node, length, stride, count int) *Node {
	batch, variates, history := x.Shape().Dim(0), x.Shape().Dim(1), x.Shape().Dim(2)
	needed := (count-1)*stride + length
	if needed > history {
		last := SliceAxis(x, 2, AxisElem(-1)) // [B, M, 1]
		x = Concatenate([]*Node{x, BroadcastToDims(last, batch, variates, needed-history)}, 2)
	}
	if length%stride != 0 {
		each := make([]*Node, count)
		for i := range each {
			each[i] = SliceAxis(x, 2, AxisRange(i*stride, i*stride+length)) // [B, M, length]
		}
		return Stack(each, 2)
	}
	// Without gaps in its grid a patch is a run of length/stride neighbouring pieces.
	pieces := Reshape(SliceAxis(x, 2, AxisRange(0, needed)), batch, variates, needed/stride, stride)
	runs := make([]*Node, length/stride)
	for i := range runs {
		runs[i] = SliceAxis(pieces, 2, AxisRange(i, i+count))
	}
	return Concatenate(runs, 3)
}
