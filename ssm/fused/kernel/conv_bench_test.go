package kernel_test

import (
	"testing"

	"mambamixer/ssm/fused/kernel"
)

// convShapes: TSM2's time and variate mixer on ETTh1, a Mamba block, and the first stage of ViM2.
var convShapes = []kernel.ConvDims{
	causal(224, 32, 32, 4, false, true),
	causal(1024, 7, 32, 4, true, true),
	causal(8, 784, 256, 4, false, true),
	causal(1, 1024, 2048, 4, false, true),
	image(8, 56, 56, 96, 3, true),
}

// benchmarkConv measures a pass over each shape, with bias, without and with SiLU. It reports, besides the time, how many
// gigabytes a second that is when a pass moves so many arrays of the size of x.
func benchmarkConv(b *testing.B, arrays int, pass func(c conv) func() error) {
	for _, d := range convShapes {
		for _, silu := range []bool{false, true} {
			d.SiLU = silu
			label := "linear"
			if silu {
				label = "silu"
			}
			b.Run(convName(d)+"/"+label, func(b *testing.B) {
				c := newConv(1, d, true)
				run := pass(c)
				for b.Loop() {
					if err := run(); err != nil {
						b.Fatal(err)
					}
				}
				bytes := 4 * float64(arrays*len(c.in.X))
				b.ReportMetric(bytes*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GB/s")
			})
		}
	}
}

func BenchmarkConvForward(b *testing.B) {
	benchmarkConv(b, 2, func(c conv) func() error {
		y := dirty(len(c.in.X))
		return func() error { return kernel.ConvForward(c.dims, c.in, y) }
	})
}

func BenchmarkConvBackward(b *testing.B) {
	benchmarkConv(b, 3, func(c conv) func() error {
		grad := c.gradients()
		return func() error { return kernel.ConvBackward(c.dims, c.in, c.gy, grad) }
	})
}
