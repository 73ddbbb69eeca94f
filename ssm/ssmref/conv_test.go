package ssmref_test

import (
	"fmt"
	"slices"
	"testing"

	"mambamixer/ssm/ssmref"
)

// TestConvGradients holds the gradients of convolutions against differences of the loss, with windows that are larger than
// the image and with windows that look to either side.
func TestConvGradients(t *testing.T) {
	for _, c := range []ssmref.Conv{
		{Batch: 2, Height: 1, Width: 6, Channels: 2, Rows: 1, Columns: 4, Left: 3},
		{Batch: 2, Height: 1, Width: 3, Channels: 2, Rows: 1, Columns: 4, Mirrored: true, SiLU: true},
		{Batch: 1, Height: 4, Width: 3, Channels: 3, Rows: 3, Columns: 3, Top: 1, Left: 1, SiLU: true},
		{Batch: 1, Height: 1, Width: 1, Channels: 1, Rows: 2, Columns: 5, Left: 2, Mirrored: true},
	} {
		for _, bias := range []bool{false, true} {
			t.Run(fmt.Sprintf("%+v, bias %t", c, bias), func(t *testing.T) {
				random := rng()
				c.X = ssmref.Normal(random, c.Batch*c.Height*c.Width*c.Channels)
				c.Taps = ssmref.Normal(random, c.Rows*c.Columns*c.Channels)
				if bias {
					c.Bias = ssmref.Normal(random, c.Channels)
				}
				gy := ssmref.Normal(random, len(c.X))
				gx, gTaps, gBias := c.Backward(gy)
				loss := func() float64 { return dot(c.Forward(), gy) }
				mustBeClose(t, "gradient of x", gx, differences(c.X, loss), 1e-8)
				mustBeClose(t, "gradient of the taps", gTaps, differences(c.Taps, loss), 1e-8)
				if bias {
					mustBeClose(t, "gradient of the bias", gBias, differences(c.Bias, loss), 1e-8)
				}
			})
		}
	}
}

// TestConvCausal writes Mamba's convolution out, and its mirror image.
func TestConvCausal(t *testing.T) {
	c := ssmref.Conv{Batch: 1, Height: 1, Width: 4, Channels: 1, Rows: 1, Columns: 3, Left: 2,
		X: []float64{1, 10, 100, 1000}, Taps: []float64{1, 2, 3}, Bias: []float64{0.5}}
	if got, want := c.Forward(), []float64{3.5, 32.5, 321.5, 3210.5}; !slices.Equal(got, want) {
		t.Errorf("looking back: %v, want %v", got, want)
	}
	c.Left, c.Mirrored = 0, true
	if got, want := c.Forward(), []float64{123.5, 1230.5, 2300.5, 3000.5}; !slices.Equal(got, want) {
		t.Errorf("looking ahead: %v, want %v", got, want)
	}
}
