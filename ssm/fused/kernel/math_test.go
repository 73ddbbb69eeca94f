package kernel_test

import (
	"math"
	"testing"

	"mambamixer/ssm/fused/kernel"
)

// TestMath measures the elementary functions in units in the last place of the exact result, densely over
// the range, and where results are denormal.
func TestMath(t *testing.T) {
	log1pExp := func(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
	logistic := func(x float64) float64 {
		if x < 0 {
			return math.Exp(x) / (1 + math.Exp(x))
		}
		return 1 / (1 + math.Exp(-x))
	}
	eachISA(t, func(t *testing.T) {
		for _, c := range []struct {
			name     string
			function kernel.Math
			exact    func(float64) float64
			ulp      float64
			least    int // exponent of the smallest last place
		}{
			{"exp2", kernel.Exp2, math.Exp2, 3, -149},
			{"exp", kernel.Exp, math.Exp, 2, -149},
			{"softplus", kernel.Softplus, log1pExp, 3, -149},
			{"sigmoid", kernel.Sigmoid, logistic, 3, -149},
			// x exp(x), where exp(x) is denormal: its last place times |x|, at most 104.
			{"silu", kernel.SiLU, func(x float64) float64 { return x * logistic(x) }, 4, -149 + 6},
		} {
			t.Run(c.name, func(t *testing.T) {
				worst, at := 0.0, float32(0)
				x := samples()
				for i, got := range kernel.Apply(c.function, x) {
					want := c.exact(float64(x[i]))
					if miss := ulps(got, want, c.least); !(miss <= worst) {
						worst, at = miss, x[i]
					}
				}
				t.Logf("worst at %v: %.2f ulp", at, worst)
				if !(worst <= c.ulp) {
					t.Errorf("is off by %.3g ulp at %v, more than %v", worst, at, c.ulp)
				}
			})
		}
	})
}

// TestMathLimits: infinities, NaN and zero have their exact values.
func TestMathLimits(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	eachISA(t, func(t *testing.T) {
		for name, c := range map[string]struct {
			function kernel.Math
			x, want  []float32
		}{
			"exp2":     {kernel.Exp2, []float32{0, inf, -inf, nan, 128, -150, 1e30, -1e30}, []float32{1, inf, 0, nan, inf, 0, inf, 0}},
			"exp":      {kernel.Exp, []float32{0, inf, -inf, nan, 89, -104, 1e30, -1e30}, []float32{1, inf, 0, nan, inf, 0, inf, 0}},
			"softplus": {kernel.Softplus, []float32{inf, -inf, nan, 1e30, -1e30, 100}, []float32{inf, 0, nan, 1e30, 0, 100}},
			"sigmoid":  {kernel.Sigmoid, []float32{0, inf, -inf, nan, 1e30, -1e30}, []float32{0.5, 1, 0, nan, 1, 0}},
			"silu":     {kernel.SiLU, []float32{0, inf, nan, 1e30}, []float32{0, inf, nan, 1e30}},
		} {
			for i, got := range kernel.Apply(c.function, c.x) {
				if got != c.want[i] && !(got != got && c.want[i] != c.want[i]) {
					t.Errorf("%s(%v) is %v, want %v", name, c.x[i], got, c.want[i])
				}
			}
		}
	})
}

// samples are floats spread over magnitudes from 2^-40 to 2^8, densely, and the results' denormals.
func samples() (x []float32) {
	const step = 997 // in representable floats
	for bits := math.Float32bits(0x1p-40); bits < math.Float32bits(0x1p8); bits += step {
		x = append(x, math.Float32frombits(bits), -math.Float32frombits(bits))
	}
	for v := float32(-152); v < -80; v += 0.001 {
		x = append(x, v)
	}
	return x
}

// ulps is the distance of got from want, in units of want's last place in float32, which is at least 2^least.
func ulps(got float32, want float64, least int) float64 {
	if math.Abs(want) > math.MaxFloat32 && math.IsInf(float64(got), 1) {
		return 0
	}
	_, exponent := math.Frexp(want)
	unit := math.Ldexp(1, max(exponent-24, least))
	return math.Abs(float64(got)-want) / unit
}
