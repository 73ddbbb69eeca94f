package kernel_test

import (
	"fmt"
	"testing"

	"mambamixer/ssm/fused/kernel"
	"mambamixer/ssm/ssmref"
)

// benchShapes: a Mamba block at three lengths, one long wide sequence, TSM2's token and channel mixer on ETTh1, and the
// channel mixer of ViM2-Nano's second stage.
var benchShapes = []ssmref.Dims{
	{Batch: 8, Length: 196, Channels: 256, State: 16, Groups: 1},
	{Batch: 8, Length: 784, Channels: 256, State: 16, Groups: 1},
	{Batch: 8, Length: 3136, Channels: 256, State: 16, Groups: 1},
	{Batch: 1, Length: 1024, Channels: 2048, State: 16, Groups: 1},
	{Batch: 224, Length: 32, Channels: 32, State: 16, Groups: 1},
	{Batch: 1024, Length: 7, Channels: 32, State: 16, Groups: 1},
	{Batch: 4096, Length: 8, Channels: 8, State: 8, Groups: 1},
	{Batch: 1, Length: 8, Channels: 16, State: 16, Groups: 1},
}

// benchmark measures a pass over each shape: plain, and with bias, softplus, skip and gate. It reports, besides the
// time, the time of a vector of states, for all threads together.
func benchmark(b *testing.B, pass func(s scan) func() error) {
	isa, err := kernel.ISA()
	if err != nil {
		b.Fatal(err)
	}
	for _, dims := range benchShapes {
		for _, full := range []bool{false, true} {
			label, parts, opt := "plain", ssmref.Optional{}, ssmref.Options{}
			if full {
				label, parts, opt = "full", ssmref.Optional{D: true, Z: true, DeltaBias: true}, ssmref.Options{DeltaSoftplus: true}
			}
			b.Run(fmt.Sprintf("%s/%s/%s", isa, name(dims), label), func(b *testing.B) {
				run := pass(newScan(1, dims, parts, opt))
				vectors := float64(dims.Batch*dims.Length*dims.Channels*dims.State) / 16
				for b.Loop() {
					if err := run(); err != nil {
						b.Fatal(err)
					}
				}
				perVector := float64(b.Elapsed().Nanoseconds()) / float64(b.N) / vectors
				b.ReportMetric(perVector*float64(kernel.Threads()), "thread-ns/16states")
			})
		}
	}
}

func BenchmarkForward(b *testing.B) {
	benchmark(b, func(s scan) func() error {
		out := kernel.Result{Y: dirty(len(s.in.U))}
		return func() error { return kernel.Forward(s.dims, s.in, out) }
	})
}

// BenchmarkTraining is forward, with the states that backward needs, and backward.
func BenchmarkTraining(b *testing.B) {
	benchmark(b, func(s scan) func() error {
		out := kernel.Result{Y: dirty(len(s.in.U)), Starts: make([]float32, s.dims.StartsSize())}
		grad := s.gradients()
		return func() error {
			if err := kernel.Forward(s.dims, s.in, out); err != nil {
				return err
			}
			return kernel.Backward(s.dims, s.in, out.Starts, s.gy, nil, grad)
		}
	})
}

func BenchmarkBackward(b *testing.B) {
	benchmark(b, func(s scan) func() error {
		starts, grad := make([]float32, s.dims.StartsSize()), s.gradients()
		if err := kernel.Forward(s.dims, s.in, kernel.Result{Y: dirty(len(s.in.U)), Starts: starts}); err != nil {
			b.Fatal(err)
		}
		return func() error { return kernel.Backward(s.dims, s.in, starts, s.gy, nil, grad) }
	})
}
