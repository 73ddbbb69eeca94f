package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Test is the outcome of a two-sided test on paired values.
type Test struct {
	Name      string
	N         int     // pairs that counted
	Statistic float64 // t, or the smaller rank sum
	P         float64 // NaN where nothing can be tested
	Effect    float64 // d_z of a t-test, rank-biserial correlation of a Wilcoxon test; its sign is that of a - b
	Warnings  []Warning
}

// PairedT is Student's t-test on the differences a[i] - b[i]. The effect is Cohen's d_z, their mean over their standard
// deviation. Fewer than two pairs, or slices of different lengths, can't be tested: P is NaN, and a warning says why.
func PairedT(a, b []float64) Test {
	t := Test{Name: "paired t", N: len(a), Statistic: math.NaN(), P: math.NaN(), Effect: math.NaN()}
	differences, warning := subtract(a, b)
	if warning != "" {
		t.Warnings = append(t.Warnings, warning)
		return t
	}
	t.Warnings = FewSeeds(t.N)
	d := Summarize(differences)
	if d.Std == 0 || math.IsNaN(d.Std) {
		if d.Std == 0 {
			t.Warnings = append(t.Warnings, "the differences are all the same, so a t-test has no scale to judge them by")
		}
		return t
	}
	t.Effect = d.Mean / d.Std
	t.Statistic = t.Effect * math.Sqrt(float64(d.N))
	t.P = 2 * distuv.StudentsT{Sigma: 1, Nu: float64(d.N - 1)}.CDF(-math.Abs(t.Statistic))
	return t
}

// subtract gives a[i] - b[i], or the reason why it can't.
func subtract(a, b []float64) ([]float64, Warning) {
	if len(a) != len(b) {
		return nil, Warning(fmt.Sprintf("%d values can't be paired with %d", len(a), len(b)))
	}
	differences := make([]float64, len(a))
	for i := range a {
		differences[i] = a[i] - b[i]
		if math.IsNaN(differences[i]) {
			return nil, Warning(fmt.Sprintf("the difference of pair %d is not a number", i+1))
		}
	}
	return differences, ""
}
