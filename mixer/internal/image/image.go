// Package image holds what the vision models share around their mixers.
package image

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/dropout"
	"mambamixer/ssm"
)

// Patches cuts x [B, H, W, C] into squares of size x size places, whose values it lists row by row: [B, ⌈H/size⌉,
// ⌈W/size⌉, size·size·C]. Squares that reach beyond the lower or right edge are filled up with zeros.
func Patches(x *Node, size int) *Node {
	x = fill(fill(x, 1, size), 2, size)
	d := x.Shape().Dimensions
	h, w := d[1]/size, d[2]/size
	x = Reshape(x, d[0], h, size, w, size, d[3])
	return Reshape(TransposeAllAxes(x, 0, 1, 3, 2, 4, 5), d[0], h, w, size*size*d[3])
}

// fill puts zeros behind an axis up to the next multiple of size.
func fill(x *Node, axis, size int) *Node {
	missing := (size - x.Shape().Dim(axis)%size) % size
	if missing == 0 {
		return x
	}
	shape := x.Shape().Clone()
	shape.Dimensions[axis] = missing
	return Concatenate([]*Node{x, Zeros(x.Graph(), shape)}, axis)
}

// Side is how many patches of a size cover a side of so many pixels.
func Side(pixels, size int) int { return (pixels + size - 1) / size }

// LayerNorm normalizes x over its last axis.
func LayerNorm(scope *model.Scope, x *Node) *Node {
	return mixer.NormFeature.Apply(scope, x, mixer.Axes{Feature: x.Rank() - 1})
}

// Mean averages x [B, H, W, C] over its places: [B, C].
func Mean(x *Node) *Node { return ReduceMean(x, 1, 2) }

// Head is the mean over the places of x [B, H, W, C] and a linear map to the classes.
//
// Variables: weights [C, classes], bias [classes].
func Head(scope *model.Scope, x *Node, classes int) *Node {
	return ssm.Linear(scope, Mean(x), true, classes)
}

// DropPath leaves out what a layer adds to the stream, x [B, ...], for each example with probability rate, in training only,
// and divides by 1 - rate otherwise: stochastic depth (Huang et al., ECCV 2016).
func DropPath(scope *model.Scope, x *Node, rate float64) *Node {
	if rate <= 0 || !scope.IsTraining(x.Graph()) {
		return x
	}
	shape := x.Shape().Clone()
	for axis := range shape.Rank() - 1 {
		shape.Dimensions[axis+1] = 1
	}
	return Mul(x, dropout.Apply(scope, Ones(x.Graph(), shape), rate))
}

// DropRate is the rate of DropPath at layer i of n: it grows from 0 at the first to rate at the last.
func DropRate(rate float64, i, n int) float64 {
	if n < 2 {
		return rate
	}
	return rate * float64(i) / float64(n-1)
}
