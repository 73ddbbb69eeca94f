package ssm

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Linear maps the last axis of x [..., in] to out features with parameters "weights" [in, out] and, if biased,
// "bias" [out], both initialised by PyTorch's default, uniform in ±1/√in.
func Linear(scope *model.Scope, x *Node, biased bool, out int) *Node {
	in := x.Shape().Dim(-1)
	var bias *Node
	if biased {
		bias = ParamLike(scope, x, "bias", FanIn(in), out)
	}
	return Affine(x, ParamLike(scope, x, "weights", FanIn(in), in, out), bias)
}

// Affine is x [..., in] times weights [in, out] plus bias [out], which may be nil.
func Affine(x, weights, bias *Node) *Node {
	shape := x.Shape().Clone()
	in, out := weights.Shape().Dim(0), weights.Shape().Dim(1)
	y := DotProduct(Reshape(x, x.Shape().Size()/in, in), weights)
	if bias != nil {
		y = Add(y, ExpandLeftToRank(bias, 2))
	}
	shape.Dimensions[shape.Rank()-1] = out
	return Reshape(y, shape.Dimensions...)
}
