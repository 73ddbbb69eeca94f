package ssm

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"

	"mambamixer/ssm/fused"
)

// ConvOptions of a depthwise convolution. The zero value is the plain convolution.
type ConvOptions struct {
	Reverse bool   // flip the input along the axes convolved, convolve, and flip the output
	SiLU    bool   // apply SiLU to the output
	Method  Method // Fused: kernels in C; a graph method: multiply-adds in the graph; Auto: kernels where they can be had
}

// DepthwiseConv1D is [CausalConvolve] with parameters "kernel" [width, D] and "bias" [D], initialised by PyTorch's default for
// a depthwise convolution.
func DepthwiseConv1D(scope *model.Scope, x *Node, width int, o ConvOptions) *Node {
	kernel, bias := convParams(scope, x, width)
	return CausalConvolve(x, kernel, bias, o)
}

// DepthwiseConv2D is [ConvolveImages] with parameters "kernel" [size, size, C] and "bias" [C], initialised by PyTorch's
// default for a depthwise convolution.
func DepthwiseConv2D(scope *model.Scope, x *Node, size int, o ConvOptions) *Node {
	kernel, bias := convParams(scope, x, size, size)
	return ConvolveImages(x, kernel, bias, o)
}

func convParams(scope *model.Scope, x *Node, sizes ...int) (kernel, bias *Node) {
	taps, channels := 1, x.Shape().Dim(-1)
	for _, size := range sizes {
		taps *= size
	}
	kernel = ParamLike(scope, x, "kernel", FanIn(taps), append(sizes, channels)...)
	return kernel, ParamLike(scope, x, "bias", FanIn(taps), channels)
}

// CausalConvolve is a causal convolution along L of x [B, L, D], each channel with its own kernel [width, D] and bias [D]
// (nil: none):
//
//	y_t = bias + Σ_k kernel_k x_{t-(width-1)+k}
//
// With Reverse it looks ahead instead of back. It is the conv1d of Mamba, equation (6) of the paper.
func CausalConvolve(x, kernel, bias *Node, o ConvOptions) *Node {
	if x.Rank() != 3 || kernel.Rank() != 2 {
		exceptions.Panicf("ssm.CausalConvolve: x must be [batch, length, channels] and the kernel [width, channels], got shapes %s and %s", x.Shape(), kernel.Shape())
	}
	y := convolve(InsertAxes(x, 1), InsertAxes(kernel, 0), bias, 0, kernel.Shape().Dim(0)-1, o)
	return Squeeze(y, 1)
}

// ConvolveImages is a convolution of images x [B, H, W, C], each channel with its own kernel [KH, KW, C] and bias [C]
// (nil: none). The output has the size of x, whose outside counts as zero:
//
//	y_ij = bias + Σ_pq kernel_pq x_{i-(KH-1)/2+p, j-(KW-1)/2+q}
//
// It is the depthwise 3x3 convolution that the paper has in the place of the causal one for images.
func ConvolveImages(x, kernel, bias *Node, o ConvOptions) *Node {
	if x.Rank() != 4 || kernel.Rank() != 3 {
		exceptions.Panicf("ssm.ConvolveImages: x must be [batch, height, width, channels] and the kernel [height, width, channels], got shapes %s and %s", x.Shape(), kernel.Shape())
	}
	return convolve(x, kernel, bias, (kernel.Shape().Dim(0)-1)/2, (kernel.Shape().Dim(1)-1)/2, o)
}

// convolve convolves x [B, H, W, C] by a kernel [KH, KW, C] of which top rows and left columns are in front of the place
// that it computes.
func convolve(x, kernel, bias *Node, top, left int, o ConvOptions) *Node {
	checkConv(x, kernel, bias)
	c := fused.Conv{Top: top, Left: left, SiLU: o.SiLU}
	if o.Reverse {
		k := kernel.Shape()
		c.Top, c.Left, c.Mirrored = k.Dim(0)-1-top, k.Dim(1)-1-left, true
	}
	if o.fused(x, kernel) {
		return fusedConv(x, kernel, bias, c)
	}
	return graphConv(x, kernel, bias, c)
}

// fused says whether the kernels compute the convolution. It panics where they are asked for and can't be had.
func (o ConvOptions) fused(x, kernel *Node) bool {
	method, by := asked(o.Method)
	if method != Auto && method != Fused {
		return false
	}
	err := unfitKernels(x.Graph().Backend(), x.DType())
	if k := kernel.Shape(); err == nil && k.Dim(0)*k.Dim(1) > fused.MaxTaps {
		err = fmt.Errorf("they take at most %d taps, not %d x %d", fused.MaxTaps, k.Dim(0), k.Dim(1))
	}
	if err != nil && method == Fused {
		exceptions.Panicf("ssm: the kernels that %s asks for can't compute this convolution: %v", by, err)
	}
	return err == nil
}

// fusedConv calls the kernels. They compute in float32.
func fusedConv(x, kernel, bias *Node, c fused.Conv) *Node {
	inputs := []*Node{x, kernel}
	if bias != nil {
		inputs = append(inputs, bias)
	}
	for i, input := range inputs {
		inputs[i] = ConvertDType(input, dtypes.Float32)
	}
	bound := func(inputs []*Node) (x, kernel, bias *Node) {
		if len(inputs) > 2 {
			bias = inputs[2]
		}
		return inputs[0], inputs[1], bias
	}
	name := fmt.Sprintf("conv_%d_%d_%t_%t", c.Top, c.Left, c.Mirrored, c.SiLU)
	registerAdjoint(name, func(inputs, grad []*Node) []*Node {
		x, kernel, bias := bound(inputs)
		return c.Backward(x, kernel, bias, grad[0])
	})
	y := c.Forward(bound(inputs))
	return ConvertDType(withAdjoint(name, inputs, nil, []*Node{y})[0], x.DType())
}

// graphConv computes the convolution by shifted multiply-adds, which XLA fuses.
func graphConv(x, kernel, bias *Node, c fused.Conv) *Node {
	k, channels := kernel.Shape(), x.Shape().Dim(3)
	padded := padZeros(padZeros(x, 1, c.Top, k.Dim(0)-1-c.Top), 2, c.Left, k.Dim(1)-1-c.Left)
	var y *Node
	if bias != nil {
		y = ExpandLeftToRank(bias, 4)
	}
	for p := range k.Dim(0) {
		for q := range k.Dim(1) {
			tapP, tapQ := p, q
			if c.Mirrored {
				tapP, tapQ = k.Dim(0)-1-p, k.Dim(1)-1-q
			}
			tap := Reshape(Slice(kernel, AxisElem(tapP), AxisElem(tapQ)), 1, 1, 1, channels)
			shifted := Slice(padded, AxisRange(), AxisRange(p, p+x.Shape().Dim(1)), AxisRange(q, q+x.Shape().Dim(2)))
			if y == nil {
				y = Mul(tap, shifted)
			} else {
				y = Add(y, Mul(tap, shifted))
			}
		}
	}
	if c.SiLU {
		y = activation.Swish(y)
	}
	return y
}

// padZeros puts zeros in front of and behind the places of an axis. GoMLX's Pad has no gradient.
func padZeros(x *Node, axis, front, behind int) *Node {
	parts := []*Node{x}
	zeros := func(count int) *Node {
		shape := x.Shape().Clone()
		shape.Dimensions[axis] = count
		return Zeros(x.Graph(), shape)
	}
	if front > 0 {
		parts = append([]*Node{zeros(front)}, parts...)
	}
	if behind > 0 {
		parts = append(parts, zeros(behind))
	}
	if len(parts) == 1 {
		return x
	}
	return Concatenate(parts, axis)
}

// checkConv panics with a sentence when the inputs don't fit together.
func checkConv(x, kernel, bias *Node) {
	channels := x.Shape().Dim(3)
	if x.Shape().Size() == 0 || kernel.Shape().Size() == 0 {
		exceptions.Panicf("ssm: no axis of a convolution may be empty, got x %s and the kernel %s", x.Shape(), kernel.Shape())
	}
	if kernel.Shape().Dim(2) != channels || bias != nil && bias.Shape().CheckDims(channels) != nil {
		exceptions.Panicf("ssm: a convolution of x %s needs a kernel and a bias of %d channels, got the kernel %s and the bias %s", x.Shape(), channels, kernel.Shape(), shapeText(bias))
	}
	if kernel.DType() != x.DType() || bias != nil && bias.DType() != x.DType() {
		exceptions.Panicf("ssm: a convolution of x %s needs a kernel and a bias of that dtype, got the kernel %s and the bias %s; convert them", x.Shape(), kernel.Shape(), shapeText(bias))
	}
}

func shapeText(x *Node) string {
	if x == nil {
		return "nil"
	}
	return x.Shape().String()
}
