package ssm

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// DepthwiseConv1D is [CausalConvolve] with parameters "kernel" [width, D] and "bias" [D], initialised by PyTorch's default for
// a depthwise convolution.
func DepthwiseConv1D(scope *model.Scope, x *Node, width int, reverse bool) *Node {
	channels := x.Shape().Dim(2)
	kernel := Param(scope, x.Graph(), "kernel", FanIn(width), width, channels)
	bias := Param(scope, x.Graph(), "bias", FanIn(width), channels)
	return CausalConvolve(x, kernel, bias, reverse)
}

// CausalConvolve is a causal convolution along L of x [B, L, D], each channel with its own kernel [width, D] and bias [D]:
//
//	y_t = bias + Σ_k kernel_k x_{t-(width-1)+k}
//
// With reverse it looks ahead instead of back: the same as flipping x, convolving, and flipping y. It is the conv1d of
// Mamba, equation (6) of the paper, written as shifted multiply-adds, which XLA fuses.
func CausalConvolve(x, kernel, bias *Node, reverse bool) *Node {
	shape := x.Shape()
	width, length, channels := kernel.Shape().Dim(0), shape.Dim(1), shape.Dim(2)
	padding := Zeros(x.Graph(), shapeOf(x.DType(), shape.Dim(0), width-1, channels))
	padded := x
	switch {
	case width == 1:
	case reverse:
		padded = Concatenate([]*Node{x, padding}, 1)
	default:
		padded = Concatenate([]*Node{padding, x}, 1)
	}
	y := ExpandLeftToRank(bias, 3)
	for k := range width {
		shift := k
		if reverse {
			shift = width - 1 - k
		}
		tap := Reshape(SliceAxis(kernel, 0, AxisElem(k)), 1, 1, channels)
		y = Add(y, Mul(tap, SliceAxis(padded, 1, AxisRange(shift, shift+length))))
	}
	return y
}
