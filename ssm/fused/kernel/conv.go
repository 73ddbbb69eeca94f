package kernel

// #include "conv.h"
import "C"

import (
	"fmt"
	"runtime"
)

// ConvTaps is how many taps a convolution may have at most.
const ConvTaps = C.MM_CONV_TAPS

// ConvDims are the sizes and options of a depthwise convolution. Output and input have the same size; the input counts as
// zero outside, of which Top rows and Left columns are in front of it.
type ConvDims struct {
	Batch    int // B
	Height   int // H
	Width    int // W
	Channels int // C
	Rows     int // KH, of the taps
	Columns  int // KW, of the taps

	Top      int  // less than Rows
	Left     int  // less than Columns
	Mirrored bool // both axes of the taps in opposite order
	SiLU     bool // applied to the output
}

// ConvInputs of a convolution, flat and row-major.
type ConvInputs struct {
	X    []float32 // [B, H, W, C]
	Taps []float32 // [KH, KW, C]
	Bias []float32 // [C] or nil
}

// ConvForward writes the convolution to y [B, H, W, C].
func ConvForward(d ConvDims, in ConvInputs, y []float32) error {
	if err := d.check(append(in.fields(d), field{"Y", y, d.size(), false})); err != nil {
		return err
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	dims, inputs := d.c(), in.c(&pin)
	return status(C.mm_conv_forward(&dims, &inputs, pinned(&pin, y)))
}

// ConvBackward writes the gradients of a loss whose gradient with respect to ConvForward's y is gy [B, H, W, C]. What is
// nil in grad is not computed.
func ConvBackward(d ConvDims, in ConvInputs, gy []float32, grad ConvInputs) error {
	fields := append(in.fields(d), field{"gy", gy, d.size(), false})
	fields = append(fields,
		field{"gradient of X", grad.X, d.size(), true},
		field{"gradient of Taps", grad.Taps, d.taps(), true},
		field{"gradient of Bias", grad.Bias, d.Channels, true})
	if err := d.check(fields); err != nil {
		return err
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	dims, inputs := d.c(), in.c(&pin)
	gradients := C.mm_conv_gradients{x: pinned(&pin, grad.X), taps: pinned(&pin, grad.Taps), bias: pinned(&pin, grad.Bias)}
	return status(C.mm_conv_backward(&dims, &inputs, pinned(&pin, gy), &gradients))
}

func (d ConvDims) size() int { return d.Batch * d.Height * d.Width * d.Channels }
func (d ConvDims) taps() int { return d.Rows * d.Columns * d.Channels }

func (d ConvDims) c() C.mm_conv_dims {
	flag := map[bool]C.int{true: 1}
	return C.mm_conv_dims{
		batch: C.int64_t(d.Batch), height: C.int64_t(d.Height), width: C.int64_t(d.Width), channels: C.int64_t(d.Channels),
		rows: C.int64_t(d.Rows), columns: C.int64_t(d.Columns), top: C.int64_t(d.Top), left: C.int64_t(d.Left),
		mirrored: flag[d.Mirrored], silu: flag[d.SiLU],
	}
}

func (in ConvInputs) c(pin *runtime.Pinner) C.mm_conv_inputs {
	return C.mm_conv_inputs{x: pinned(pin, in.X), taps: pinned(pin, in.Taps), bias: pinned(pin, in.Bias)}
}

func (in ConvInputs) fields(d ConvDims) []field {
	return []field{{"X", in.X, d.size(), false}, {"Taps", in.Taps, d.taps(), false}, {"Bias", in.Bias, d.Channels, true}}
}

// check says what is wrong with a convolution's sizes or arrays.
func (d ConvDims) check(fields []field) error {
	if min(d.Batch, d.Height, d.Width) < 0 || min(d.Channels, d.Rows, d.Columns) < 1 || d.Rows > ConvTaps/d.Columns {
		return fmt.Errorf("a convolution needs Batch, Height and Width of at least 0, Channels, Rows and Columns of at least 1, and at most %d taps; got %+v", ConvTaps, d)
	}
	if d.Top < 0 || d.Top >= d.Rows || d.Left < 0 || d.Left >= d.Columns {
		return fmt.Errorf("a convolution's zeros in front must be fewer than its taps, 0 <= Top < Rows and 0 <= Left < Columns; got %+v", d)
	}
	return fit("convolution", d, fields)
}
