package ssm_test

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/support/exceptions"

	"mambamixer/ssm"
	"mambamixer/ssm/ssmref"
)

var thorough = flag.Bool("thorough", false, "test all combinations of scan options and sizes, not a selection (takes 20 minutes)")

// optionSet is one combination of everything that is optional in a scan.
type optionSet struct {
	ssmref.Optional
	softplus, reverse, zoh bool
	groups                 int
}

// optionSets returns 16 of the 256 combinations: an orthogonal array of strength 3, in which any
// three options take all their eight combinations. With -thorough, and for the fused kernels, whose graphs compile in no
// time and which compute all options themselves, it returns all.
func optionSets(method ssm.Method) (sets []optionSet) {
	for bits := range 1 << 8 {
		on := func(i int) bool { return bits>>i&1 == 1 }
		set := optionSet{
			Optional: ssmref.Optional{InitialState: on(0), D: on(4), Z: on(5), DeltaBias: on(6)},
			reverse:  on(1), zoh: on(2), softplus: on(7), groups: 1,
		}
		if on(3) {
			set.groups = 2
		}
		odd := func(a, b, c int) bool { return (bits>>a^bits>>b^bits>>c)&1 == 1 }
		inArray := on(4) == odd(0, 1, 2) && on(5) == odd(0, 1, 3) && on(6) == odd(0, 2, 3) && on(7) == odd(1, 2, 3)
		if inArray || *thorough || method == ssm.Fused {
			sets = append(sets, set)
		}
	}
	return sets
}

var bare = optionSet{groups: 1}

// everything has all options that the method knows: the fused kernels know no zero-order hold.
func everything(method ssm.Method) optionSet {
	return optionSet{
		Optional: ssmref.Optional{D: true, Z: true, DeltaBias: true, InitialState: true},
		softplus: true, reverse: true, zoh: method != ssm.Fused, groups: 2,
	}
}

func (o optionSet) options(method ssm.Method) ssm.Options {
	opts := ssm.Options{Method: method, DeltaSoftplus: o.softplus, Reverse: o.reverse, Discretization: ssm.Euler}
	if o.zoh {
		opts.Discretization = ssm.ZOH
	}
	return opts
}

// Tolerances of the largest miss relative to the largest value of each array. A float32 result is
// the sum of up to a few hundred products, each rounded at 6e-8.
const (
	tolerance32 = 1e-5
	tolerance64 = 1e-13
)

// eachMethod runs test once per method, as a subtest that logs the largest relative miss.
func eachMethod(t *testing.T, test func(t *testing.T, method ssm.Method) float64) {
	for _, method := range ssm.Methods {
		t.Run(string(method), func(t *testing.T) {
			t.Logf("largest relative miss %.1e", test(t, method))
		})
	}
}

// TestScanOptions compares y, the last state and every gradient with the reference, by method and
// combination of options.
func TestScanOptions(t *testing.T) {
	for _, precision := range []struct {
		dtype     dtypes.DType
		tolerance float64
	}{{dtypes.Float32, tolerance32}, {dtypes.Float64, tolerance64}} {
		t.Run(precision.dtype.String(), func(t *testing.T) {
			eachMethod(t, func(t *testing.T, method ssm.Method) (worst float64) {
				for _, set := range optionSets(method) {
					dims := ssmref.Dims{Batch: 2, Length: 6, Channels: 4, State: 3, Groups: set.groups}
					p := newProblem(precision.dtype, dims, set.Optional, set.options(method))
					t.Run(fmt.Sprintf("%+v", set), func(t *testing.T) {
						worst = max(worst, p.check(t, precision.dtype, precision.tolerance))
					})
				}
				return worst
			})
		})
	}
}

// TestScanSizes: lengths that do and don't divide into chunks and halves, state sizes that do and don't
// halve evenly, five channels, with and without options. It takes every second pair of length and state
// size, so that each of them is seen with and without options; with -thorough, and for the fused kernels, all pairs with both.
func TestScanSizes(t *testing.T) {
	eachMethod(t, func(t *testing.T, method ssm.Method) (worst float64) {
		for i, length := range []int{1, 2, 3, 7, 64, 100, 333} {
			for j, state := range []int{1, 4, 16, 17} {
				for k, set := range []optionSet{bare, everything(method)} {
					selected := (i+j)%2 == 0 && (i+j)/2%2 == k
					if !selected && !*thorough && method != ssm.Fused {
						continue
					}
					dims := ssmref.Dims{Batch: 2, Length: length, Channels: 5, State: state, Groups: 1 + 4*k}
					p := newProblem(dtypes.Float32, dims, set.Optional, set.options(method))
					t.Run(fmt.Sprintf("L%d N%d G%d", length, state, dims.Groups), func(t *testing.T) {
						worst = max(worst, p.check(t, dtypes.Float32, tolerance32))
					})
				}
			}
		}
		return worst
	})
}

// TestScanStepSizes: steps as small as Mamba's initial ones, where exp(ΔA) - 1 cancels and where zero-order
// hold needs its limit at A = 0; and steps so large that exp(ΔA) underflows.
func TestScanStepSizes(t *testing.T) {
	for _, c := range []struct {
		name           string
		scaleDelta     float64
		scaleA         float64
		discretization ssm.Discretization
	}{
		{"small euler", 1e-3, 8, ssm.Euler},
		{"small zoh", 1e-3, 8, ssm.ZOH},
		{"no decay zoh", 1, 0, ssm.ZOH},
		{"large euler", 100, 8, ssm.Euler},
		{"large zoh", 100, 8, ssm.ZOH},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachMethod(t, func(t *testing.T, method ssm.Method) float64 {
				dims := ssmref.Dims{Batch: 1, Length: 12, Channels: 3, State: 4, Groups: 1}
				opts := ssm.Options{Method: method, Discretization: c.discretization}
				p := newProblem(dtypes.Float32, dims, ssmref.Optional{}, opts)
				p.in.Delta = combine(c.scaleDelta, p.in.Delta, 0, p.in.Delta)
				p.in.A = combine(c.scaleA, p.in.A, 0, p.in.A)
				roundTo(dtypes.Float32, p.in.Delta)
				roundTo(dtypes.Float32, p.in.A)
				return p.check(t, dtypes.Float32, tolerance32)
			})
		})
	}
}

// TestScanBFloat16: the state is carried in float32, so a 16-bit scan of inputs that bfloat16 holds
// exactly differs from the reference by one rounding of each result, to 8 bits: at most 2^-8 of its value.
func TestScanBFloat16(t *testing.T) {
	eachMethod(t, func(t *testing.T, method ssm.Method) (worst float64) {
		for _, set := range []optionSet{bare, everything(method)} {
			dims := ssmref.Dims{Batch: 2, Length: 30, Channels: 4, State: 3, Groups: set.groups}
			p := newProblem(dtypes.BFloat16, dims, set.Optional, set.options(method))
			worst = max(worst, p.check(t, dtypes.BFloat16, 1.01/256))
		}
		return worst
	})
}

// TestScanIgnoresLastState: a loss that does not use the last state has the same gradients as one
// in which it weighs nothing, whether the state is returned or not.
func TestScanIgnoresLastState(t *testing.T) {
	eachMethod(t, func(t *testing.T, method ssm.Method) float64 {
		set := everything(method)
		dims := ssmref.Dims{Batch: 2, Length: 6, Channels: 4, State: 3, Groups: set.groups}
		p := newProblem(dtypes.Float32, dims, set.Optional, set.options(method))
		p.gLast = nil
		worst := p.check(t, dtypes.Float32, tolerance32)
		p.opts.NoLastState = true
		return max(worst, p.check(t, dtypes.Float32, tolerance32))
	})
}

// TestScanAuto: what Auto picks works, for short and long sequences, and is what the zero value means.
func TestScanAuto(t *testing.T) {
	for _, method := range []ssm.Method{ssm.Auto, ""} {
		for _, length := range []int{1, 5, 50} {
			dims := ssmref.Dims{Batch: 2, Length: length, Channels: 4, State: 3, Groups: 1}
			newProblem(dtypes.Float32, dims, ssmref.Optional{}, ssm.Options{Method: method}).check(t, dtypes.Float32, tolerance32)
		}
	}
}

// TestScanPureGo: Auto also works on GoMLX's pure-Go backend, which has no loops; a method that needs them says so.
func TestScanPureGo(t *testing.T) {
	t.Setenv(ssm.EnvMethod, "")
	b, err := compute.NewWithConfig("go:ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Finalize()
	for _, set := range []optionSet{bare, everything(ssm.Auto)} {
		dims := ssmref.Dims{Batch: 2, Length: 11, Channels: 4, State: 3, Groups: set.groups}
		p := newProblem(dtypes.Float32, dims, set.Optional, set.options(ssm.Auto))
		want := p.reference()
		for i, got := range p.graph(t, b, dtypes.Float32) {
			mustBeClose(t, got.name, got.values, want[i].values, tolerance32)
		}
	}
	g := NewGraph(b, "sequential")
	defer g.Finalize()
	steps := zeros(g, 2, 6, 4)
	in := ssm.Inputs{U: steps, Delta: steps, A: zeros(g, 4, 3), B: zeros(g, 2, 6, 3), C: zeros(g, 2, 6, 3)}
	err = exceptions.TryCatch[error](func() { ssm.Scan(in, ssm.Options{Method: ssm.Sequential}) })
	if err == nil || !strings.Contains(err.Error(), "make setup") {
		t.Errorf("the sequential method says %v, want advice to install XLA", err)
	}
}
