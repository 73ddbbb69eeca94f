package kernel_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"mambamixer/ssm/fused/kernel"
	"mambamixer/ssm/ssmref"
)

// conv is a convolution's inputs with the gradient of a loss with respect to its output.
type conv struct {
	dims kernel.ConvDims
	in   kernel.ConvInputs
	gy   []float32
}

func newConv(seed uint64, d kernel.ConvDims, bias bool) conv {
	rng := rand.New(rand.NewPCG(seed, 11))
	size := d.Batch * d.Height * d.Width * d.Channels
	c := conv{d, kernel.ConvInputs{X: narrow(ssmref.Normal(rng, size)), Taps: narrow(ssmref.Normal(rng, d.Rows*d.Columns*d.Channels))}, nil}
	if bias {
		c.in.Bias = narrow(ssmref.Normal(rng, d.Channels))
	}
	c.gy = narrow(ssmref.Normal(rng, size))
	return c
}

// causal is Mamba's convolution along sequences, looking back or ahead.
func causal(batch, length, channels, width int, reverse, silu bool) kernel.ConvDims {
	d := kernel.ConvDims{Batch: batch, Height: 1, Width: length, Channels: channels, Rows: 1, Columns: width, Left: width - 1, SiLU: silu}
	if reverse {
		d.Left, d.Mirrored = 0, true
	}
	return d
}

// image is a convolution by a square window whose middle is the output's place.
func image(batch, height, width, channels, window int, silu bool) kernel.ConvDims {
	return kernel.ConvDims{Batch: batch, Height: height, Width: width, Channels: channels, Rows: window, Columns: window,
		Top: window / 2, Left: window / 2, SiLU: silu}
}

func (c conv) run(t testing.TB) outcome {
	t.Helper()
	y, grad := dirty(len(c.in.X)), c.gradients()
	if err := kernel.ConvForward(c.dims, c.in, y); err != nil {
		t.Fatal(err)
	}
	if err := kernel.ConvBackward(c.dims, c.in, c.gy, grad); err != nil {
		t.Fatal(err)
	}
	return outcome{"y": y, "∂x": grad.X, "∂taps": grad.Taps, "∂bias": grad.Bias}
}

func (c conv) gradients() kernel.ConvInputs {
	grad := kernel.ConvInputs{X: dirty(len(c.in.X)), Taps: dirty(len(c.in.Taps))}
	if c.in.Bias != nil {
		grad.Bias = dirty(len(c.in.Bias))
	}
	return grad
}

func (c conv) want() map[string]exact {
	values := c.reference()
	c.in.X, c.in.Taps, c.in.Bias, c.gy = absolute(c.in.X), absolute(c.in.Taps), absolute(c.in.Bias), absolute(c.gy)
	unsigned, want := c.reference(), map[string]exact{}
	for name, v := range values {
		want[name] = exact{v, max(largest(v), largest(unsigned[name])/5)}
	}
	return want
}

func (c conv) reference() map[string][]float64 {
	d := c.dims
	ref := ssmref.Conv{
		Batch: d.Batch, Height: d.Height, Width: d.Width, Channels: d.Channels, Rows: d.Rows, Columns: d.Columns,
		Top: d.Top, Left: d.Left, Mirrored: d.Mirrored, SiLU: d.SiLU,
		X: widened(c.in.X), Taps: widened(c.in.Taps), Bias: widened(c.in.Bias),
	}
	gx, gTaps, gBias := ref.Backward(widened(c.gy))
	return map[string][]float64{"y": ref.Forward(), "∂x": gx, "∂taps": gTaps, "∂bias": gBias}
}

func convName(d kernel.ConvDims) string {
	return fmt.Sprintf("B%d_H%d_W%d_C%d_K%dx%d_from%d,%d", d.Batch, d.Height, d.Width, d.Channels, d.Rows, d.Columns, d.Top, d.Left)
}
