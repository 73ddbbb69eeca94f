package kernel_test

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"mambamixer/ssm/fused/kernel"
)

// TestConv holds every path through the loops against the reference: windows with a kernel of their own and others, rows
// shorter than the window and longer than a segment, whole and partial vectors, either side, one image and many.
func TestConv(t *testing.T) {
	windows := []struct{ rows, columns, top, left int }{
		{1, 1, 0, 0}, {1, 2, 0, 1}, {1, 3, 0, 2}, {1, 4, 0, 3}, {1, 4, 0, 0}, {1, 4, 0, 1}, {1, 7, 0, 6}, {1, 64, 0, 31},
		{3, 3, 1, 1}, {3, 3, 2, 0}, {3, 1, 1, 0}, {2, 2, 0, 1}, {5, 5, 2, 2}, {8, 8, 7, 7},
	}
	sizes := []struct{ height, width int }{{1, 1}, {1, 2}, {1, 7}, {1, 32}, {1, 200}, {2, 3}, {7, 7}, {9, 70}}
	eachISA(t, func(t *testing.T) {
		seed := uint64(0)
		for _, w := range windows {
			for _, size := range sizes {
				for _, channels := range []int{1, 5, 16, 23, 96} {
					for _, batch := range []int{1, 3, 130} {
						if batch*size.height*size.width*channels*w.rows*w.columns > 100_000 {
							continue
						}
						seed++
						d := kernel.ConvDims{
							Batch: batch, Height: size.height, Width: size.width, Channels: channels,
							Rows: w.rows, Columns: w.columns, Top: w.top, Left: w.left,
							Mirrored: seed%2 == 0, SiLU: seed%3 != 0,
						}
						c := newConv(seed, d, seed%5 != 0)
						mustAgree(t, c.run(t), c.want(), 1e-5)
						if t.Failed() {
							t.Fatalf("%+v, bias %t", d, c.in.Bias != nil)
						}
					}
				}
			}
		}
	})
}

// TestConvOptions holds every combination of options against the reference.
func TestConvOptions(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		for bits := range 8 {
			on := func(bit int) bool { return bits>>bit&1 == 1 }
			for _, d := range []kernel.ConvDims{causal(2, 70, 20, 4, on(0), on(1)), image(2, 5, 6, 20, 3, on(1)), image(1, 5, 6, 20, 5, on(1))} {
				d.Mirrored = on(0)
				t.Run(fmt.Sprintf("%s/mirrored=%t,silu=%t,bias=%t", convName(d), on(0), on(1), on(2)), func(t *testing.T) {
					c := newConv(uint64(bits), d, on(2))
					mustAgree(t, c.run(t), c.want(), 1e-5)
				})
			}
		}
	})
}

// TestConvEmpty: without outputs there is nothing to write, and the taps have no gradient.
func TestConvEmpty(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		for _, d := range []kernel.ConvDims{causal(0, 7, 20, 4, false, true), causal(3, 0, 20, 4, true, true), image(2, 0, 5, 20, 3, true), image(2, 5, 0, 20, 3, false)} {
			c := newConv(1, d, true)
			mustBeSame(t, c.run(t), outcome{"∂taps": make([]float32, len(c.in.Taps)), "∂bias": make([]float32, 20)})
		}
	})
}

// TestConvThreads: the results don't depend on the number of threads.
func TestConvThreads(t *testing.T) {
	for _, d := range []kernel.ConvDims{
		causal(1, 500, 300, 4, false, true), causal(200, 32, 32, 4, true, true), image(1, 20, 20, 96, 3, true), image(9, 14, 14, 40, 3, false),
	} {
		t.Run(convName(d), func(t *testing.T) {
			c := newConv(1, d, true)
			useThreads(t, 1)
			want := c.run(t)
			for _, threads := range []int{2, 3, 8} {
				kernel.SetThreads(threads)
				for range 5 {
					mustBeSame(t, c.run(t), want)
				}
			}
		})
	}
}

// TestConvConcurrentCalls: convolutions and scans may run at the same time.
func TestConvConcurrentCalls(t *testing.T) {
	useThreads(t, 3)
	var group sync.WaitGroup
	for caller := range 6 {
		c := newConv(uint64(caller), causal(5+caller, 40, 100, 4, false, true), true)
		want := c.run(t)
		group.Go(func() {
			for range 20 {
				mustBeSame(t, c.run(t), want)
			}
		})
	}
	group.Wait()
}

// TestConvNaN: a NaN in any input reaches all that depends on it, and no other channel.
func TestConvNaN(t *testing.T) {
	eachISA(t, func(t *testing.T) {
		for _, d := range []kernel.ConvDims{causal(2, 20, 20, 4, false, true), causal(2, 20, 20, 4, true, false), image(2, 6, 5, 20, 3, true)} {
			c := newConv(1, d, true)
			const channel = 3
			for input, place := range map[string]*float32{
				"x": &c.in.X[10*20+channel], "taps": &c.in.Taps[20+channel], "bias": &c.in.Bias[channel], "gy": &c.gy[10*20+channel],
			} {
				before := *place
				*place = float32(math.NaN())
				got := c.run(t)
				for name, want := range c.reference() {
					for i, v := range want {
						isNaN := got[name][i] != got[name][i]
						if math.IsNaN(v) && !isNaN || isNaN && i%20 != channel {
							t.Errorf("%s with NaN in %s: %s[%d] is %v, want %v", convName(d), input, name, i, got[name][i], v)
							break
						}
					}
				}
				*place = before
			}
		}
	})
}

// TestConvLeftOut: gradients that are not asked for change nothing.
func TestConvLeftOut(t *testing.T) {
	for _, d := range []kernel.ConvDims{causal(2, 90, 20, 4, false, true), image(2, 6, 5, 20, 3, true)} {
		c := newConv(1, d, true)
		want := c.run(t)
		for i := range 3 {
			grad := c.gradients()
			part := []*[]float32{&grad.X, &grad.Taps, &grad.Bias}
			*part[i] = nil
			if err := kernel.ConvBackward(c.dims, c.in, c.gy, grad); err != nil {
				t.Fatal(err)
			}
			for j, name := range []string{"∂x", "∂taps", "∂bias"} {
				if i != j {
					mustBeSame(t, outcome{name: *part[j]}, outcome{name: want[name]})
				}
			}
		}
	}
}

// TestConvErrors: calls that don't fit say what is wrong.
func TestConvErrors(t *testing.T) {
	for _, c := range []struct {
		want   string
		change func(c *conv)
	}{
		{"Channels, Rows and Columns of at least 1", func(c *conv) { c.dims.Channels = 0 }},
		{"at most 64 taps", func(c *conv) { c.dims.Columns = 65 }},
		{"0 <= Left < Columns", func(c *conv) { c.dims.Left = 4 }},
		{"Taps of a convolution has 3 values", func(c *conv) { c.in.Taps = c.in.Taps[:3] }},
		{"Bias of a convolution has 1 values", func(c *conv) { c.in.Bias = c.in.Bias[:1] }},
		{"gy of a convolution has 0 values", func(c *conv) { c.gy = nil }},
		{"gradient of X of a convolution has 2 values", func(c *conv) { c.in.X, c.gy = c.in.X[:6], c.gy[:6]; c.dims.Batch = 1 }},
	} {
		v := newConv(1, causal(2, 3, 2, 4, false, true), true)
		grad := v.gradients()
		if strings.HasPrefix(c.want, "gradient") {
			grad.X = grad.X[:2]
		}
		c.change(&v)
		err := kernel.ConvBackward(v.dims, v.in, v.gy, grad)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got the error %v, want one with %q", err, c.want)
		}
	}
}

// FuzzConv holds convolutions of any shape and options against the reference, with every instruction set and two numbers
// of threads.
func FuzzConv(f *testing.F) {
	f.Add(uint64(1), uint8(2), uint8(0), uint8(70), uint8(16), uint8(0), uint8(3), uint8(7))
	f.Add(uint64(2), uint8(1), uint8(5), uint8(8), uint8(4), uint8(2), uint8(2), uint8(25))
	f.Add(uint64(3), uint8(69), uint8(2), uint8(2), uint8(0), uint8(3), uint8(4), uint8(60))
	f.Fuzz(func(t *testing.T, seed uint64, batch, height, width, channels, rows, columns, options uint8) {
		d := kernel.ConvDims{
			Batch: 1 + int(batch)%80, Height: 1 + int(height)%20, Width: 1 + int(width)%150, Channels: 1 + int(channels)%70,
			Rows: 1 + int(rows)%8, Columns: 1 + int(columns)%8, Mirrored: options&1 == 1, SiLU: options&2 == 2,
		}
		d.Top, d.Left = int(options>>3)%d.Rows, int(options>>5)%d.Columns
		for d.Batch > 1 && d.Batch*d.Height*d.Width*d.Channels*d.Rows*d.Columns > 200_000 {
			d.Batch /= 2
		}
		c := newConv(seed, d, options&4 == 4)
		want := c.want()
		for _, isa := range isas {
			t.Run(isa, func(t *testing.T) {
				useISA(t, isa)
				useThreads(t, 1)
				got := c.run(t)
				mustAgree(t, got, want, 1e-5)
				useThreads(t, 3)
				mustBeSame(t, c.run(t), got)
			})
		}
	})
}
