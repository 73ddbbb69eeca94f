package fused

import (
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"

	"mambamixer/ssm/fused/kernel"
)

// MaxTaps is how many taps a convolution may have at most, rows times columns.
const MaxTaps = kernel.ConvTaps

// Conv is a depthwise convolution of x [B, H, W, C] with taps [KH, KW, C] and bias [C] (nil: none), float32, with an output
// of the size of x:
//
//	y[b,i,j,c] = bias[c] + Σ_p Σ_q taps[p,q,c] x[b, i-Top+p, j-Left+q, c]      and SiLU of that, where asked for
//
// x is zero outside its rows and columns.
type Conv struct {
	Top, Left int  // rows and columns of the window in front of the output's place: less than KH and KW
	Mirrored  bool // both axes of the taps in opposite order
	SiLU      bool
}

// Forward calls the forward kernel.
func (c Conv) Forward(x, taps, bias *Node) *Node {
	return call("mambamixer_conv_forward", c.args(x, taps, bias), []shapes.Shape{x.Shape()})[0]
}

// Backward calls the backward kernel: the gradients of x, taps and, if there is one, bias, given that of y.
func (c Conv) Backward(x, taps, bias, gradY *Node) []*Node {
	results := []shapes.Shape{x.Shape(), taps.Shape()}
	if bias != nil {
		results = append(results, bias.Shape())
	}
	return call("mambamixer_conv_backward", append(c.args(x, taps, bias), gradY), results)
}

// args are a handler's first arguments: options, then the inputs that are there.
func (c Conv) args(x, taps, bias *Node) []*Node {
	flag := map[bool]int32{true: 1}
	options := Const(x.Graph(), []int32{int32(c.Top), int32(c.Left), flag[c.Mirrored], flag[c.SiLU], flag[bias == nil]})
	if bias == nil {
		return []*Node{options, x, taps}
	}
	return []*Node{options, x, taps, bias}
}
