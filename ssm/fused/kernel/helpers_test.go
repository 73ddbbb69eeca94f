package kernel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"mambamixer/ssm/fused/kernel"
	"mambamixer/ssm/ssmref"
)

// scan is a scan's inputs, in the reference's float64 (of float32 values) and in the kernel's float32, with the
// gradients of a loss with respect to its results.
type scan struct {
	ref       ssmref.Inputs
	opt       ssmref.Options
	dims      kernel.Dims
	in        kernel.Inputs
	gy, gLast []float32
}

func newScan(seed uint64, dims ssmref.Dims, parts ssmref.Optional, opt ssmref.Options) scan {
	rng := rand.New(rand.NewPCG(seed, 7))
	ref := ssmref.Random(rng, dims, parts)
	s := scan{
		opt: opt,
		dims: kernel.Dims{
			Batch: dims.Batch, Length: dims.Length, Channels: dims.Channels, State: dims.State, Groups: dims.Groups,
			Softplus: opt.DeltaSoftplus, Reverse: opt.Reverse,
		},
		gy:    narrow(ssmref.Normal(rng, dims.Batch*dims.Length*dims.Channels)),
		gLast: narrow(ssmref.Normal(rng, dims.Batch*dims.Channels*dims.State)),
	}
	s.in = kernel.Inputs{
		U: narrow(ref.U), Delta: narrow(ref.Delta), A: narrow(ref.A), B: narrow(ref.B), C: narrow(ref.C),
		D: narrow(ref.D), Z: narrow(ref.Z), DeltaBias: narrow(ref.DeltaBias), InitialState: narrow(ref.InitialState),
	}
	s.widen(dims)
	return s
}

// widen makes the reference's inputs the same numbers as the kernel's.
func (s *scan) widen(dims ssmref.Dims) {
	s.ref = ssmref.Inputs{
		Dims: dims,
		U:    widened(s.in.U), Delta: widened(s.in.Delta), A: widened(s.in.A), B: widened(s.in.B), C: widened(s.in.C),
		D: widened(s.in.D), Z: widened(s.in.Z), DeltaBias: widened(s.in.DeltaBias), InitialState: widened(s.in.InitialState),
	}
}

// outcome is all that a scan computes, by name.
type outcome map[string][]float32

func (s scan) run(t testing.TB) outcome {
	t.Helper()
	starts := make([]float32, s.dims.StartsSize())
	out := s.forward(t, starts)
	grad := s.gradients()
	if err := kernel.Backward(s.dims, s.in, starts, s.gy, s.gLast, grad); err != nil {
		t.Fatal(err)
	}
	return outcome{
		"y": out.Y, "last": out.Last, "∂U": grad.U, "∂Delta": grad.Delta, "∂A": grad.A, "∂B": grad.B, "∂C": grad.C,
		"∂D": grad.D, "∂Z": grad.Z, "∂DeltaBias": grad.DeltaBias, "∂InitialState": grad.InitialState,
	}
}

// forward runs the forward pass; with starts nil, for inference.
func (s scan) forward(t testing.TB, starts []float32) kernel.Result {
	t.Helper()
	out := kernel.Result{
		Y:      dirty(s.dims.Batch * s.dims.Length * s.dims.Channels),
		Last:   dirty(s.dims.Batch * s.dims.Channels * s.dims.State),
		Starts: starts,
	}
	if err := kernel.Forward(s.dims, s.in, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// gradients allocates those of the inputs that are there.
func (s scan) gradients() kernel.Gradients {
	like := func(x []float32) []float32 {
		if x == nil {
			return nil
		}
		return dirty(len(x))
	}
	return kernel.Gradients{
		U: like(s.in.U), Delta: like(s.in.Delta), A: like(s.in.A), B: like(s.in.B), C: like(s.in.C), D: like(s.in.D),
		Z: like(s.in.Z), DeltaBias: like(s.in.DeltaBias), InitialState: like(s.in.InitialState),
	}
}

// exact is what the reference computes. size is the largest value, or a fifth of the largest that there is when all terms
// of the sums have the same sign: rounding errors are of the size of the terms, also where those cancel.
type exact struct {
	values []float64
	size   float64
}

// want runs the reference.
func (s scan) want() map[string]exact {
	want := map[string]exact{}
	values, unsigned := reference(s.ref, s.opt, s.gy, s.gLast), reference(s.unsigned(), s.opt, absolute(s.gy), absolute(s.gLast))
	for name, v := range values {
		want[name] = exact{v, math.Max(largest(v), largest(unsigned[name])/5)}
	}
	return want
}

// unsigned are the inputs' absolute values, but for those that determine how the state decays.
func (s scan) unsigned() ssmref.Inputs {
	in := s.ref
	for _, x := range []*[]float64{&in.U, &in.B, &in.C, &in.D, &in.Z, &in.InitialState} {
		*x = widened(absolute(narrow(*x)))
	}
	return in
}

func reference(in ssmref.Inputs, opt ssmref.Options, gy, gLast []float32) map[string][]float64 {
	y, last := ssmref.Forward(in, opt)
	grad := ssmref.Backward(in, opt, widened(gy), widened(gLast))
	return map[string][]float64{
		"y": y, "last": last, "∂U": grad.U, "∂Delta": grad.Delta, "∂A": grad.A, "∂B": grad.B, "∂C": grad.C,
		"∂D": grad.D, "∂Z": grad.Z, "∂DeltaBias": grad.DeltaBias, "∂InitialState": grad.InitialState,
	}
}

// mustAgree fails where the largest difference is more than tolerance times the wanted values' size.
func mustAgree(t testing.TB, got outcome, want map[string]exact, tolerance float64) {
	t.Helper()
	for name, w := range want {
		if len(got[name]) != len(w.values) {
			t.Errorf("%s has %d values, want %d", name, len(got[name]), len(w.values))
			continue
		}
		miss := 0.0
		for i, v := range w.values {
			miss = math.Max(miss, math.Abs(float64(got[name][i])-v))
		}
		if !(miss <= tolerance*w.size) {
			t.Errorf("%s is off by %.2g of its size, more than %.2g", name, miss/w.size, tolerance)
		}
	}
}

func largest(values []float64) (size float64) {
	for _, v := range values {
		size = math.Max(size, math.Abs(v))
	}
	return size
}

// mustBeSame fails where two outcomes differ in a bit.
func mustBeSame(t testing.TB, got, want outcome) {
	t.Helper()
	for name, values := range want {
		for i, v := range values {
			if math.Float32bits(got[name][i]) != math.Float32bits(v) {
				t.Errorf("%s[%d] is %v, want exactly %v", name, i, got[name][i], v)
				break
			}
		}
	}
}

var isas = []string{"avx512", "avx2", "portable"}

// eachISA runs a test with every instruction set that this processor runs.
func eachISA(t *testing.T, test func(t *testing.T)) {
	for _, isa := range isas {
		t.Run(isa, func(t *testing.T) {
			useISA(t, isa)
			test(t)
		})
	}
}

// mustAgreeOnEveryISA holds all that a scan computes against the reference, and inference against training.
func (s scan) mustAgreeOnEveryISA(t *testing.T) {
	t.Helper()
	want := s.want()
	before, _ := kernel.ISA()
	defer kernel.SetISA(before)
	for _, isa := range isas {
		if kernel.SetISA(isa) != nil {
			continue
		}
		got := s.run(t)
		mustAgree(t, got, want, 1e-5)
		inference := s.forward(t, nil)
		mustBeSame(t, outcome{"y": inference.Y, "last": inference.Last}, outcome{"y": got["y"], "last": got["last"]})
		if t.Failed() {
			t.Fatalf("%s, %s, %+v", isa, name(s.ref.Dims), s.opt)
		}
	}
}

func useISA(t testing.TB, name string) {
	t.Helper()
	before, err := kernel.ISA()
	if err != nil {
		t.Fatal(err)
	}
	if err := kernel.SetISA(name); err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { kernel.SetISA(before) })
}

func useThreads(t testing.TB, threads int) {
	before := kernel.Threads()
	kernel.SetThreads(threads)
	t.Cleanup(func() { kernel.SetThreads(before) })
}

func absolute(x []float32) []float32 {
	y := slices.Clone(x)
	for i, v := range y {
		y[i] = float32(math.Abs(float64(v)))
	}
	return y
}

func narrow(x []float64) []float32 {
	if x == nil {
		return nil
	}
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

func widened(x []float32) []float64 {
	if x == nil {
		return nil
	}
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

// dirty allocates results full of NaN, so that what is not written shows.
func dirty(n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(math.NaN())
	}
	return x
}

func name(d ssmref.Dims) string {
	return fmt.Sprintf("B%d_L%d_D%d_N%d_G%d", d.Batch, d.Length, d.Channels, d.State, d.Groups)
}
