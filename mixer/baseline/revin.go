package baseline

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/window"
	"mambamixer/ssm"
)

// revIN is reversible instance normalization (Kim et al., ICLR 2022): each variate of each window x [B, L, M] loses
// its mean and its scale, and restore puts them back into a forecast [B, H, M]. With affine every variate is also
// scaled and shifted by learned numbers, undone by restore.
//
// Variables, if affine: scale (ones) and bias (zeros), [M].
func revIN(scope *model.Scope, x *Node, affine bool) (normalized *Node, restore func(y *Node) *Node) {
	mean, std := window.Moments(x) // [B, 1, M]
	normalized = Div(Sub(x, mean), std)
	if !affine {
		return normalized, func(y *Node) *Node { return Add(Mul(y, std), mean) }
	}
	variates := x.Shape().Dim(2)
	perVariate := func(name string, start float64) *Node {
		return Reshape(ssm.Param(scope, x.Graph(), name, ssm.Constant(start), variates), 1, 1, variates)
	}
	scale, bias := perVariate("scale", 1), perVariate("bias", 0)
	return Add(Mul(normalized, scale), bias), func(y *Node) *Node {
		return Add(Mul(Div(Sub(y, bias), scale), std), mean)
	}
}
