package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s is %.10g, want %.10g", what, got, want)
	}
}

// Darwin's maize: heights of cross-fertilised less self-fertilised plants in eighths of an inch (Fisher, The Design of
// Experiments, 1935, chapter III, which gives t = 2.148).
var maize = []float64{6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75}

// Student's sleep data (Biometrika 6, 1908): extra hours with two drugs on the same ten patients.
var sleep = [2][]float64{
	{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0},
	{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4},
}

// Hamilton depression scores before and after a tranquilliser (Hollander and Wolfe 1973, table 3.1).
var depression = [2][]float64{
	{1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30},
	{0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29},
}

func zeros(n int) []float64 { return make([]float64, n) }

// The expected values are those of SciPy 1.17.1: ttest_rel, and the mean over the deviation for the effect.
func TestPairedT(t *testing.T) {
	for name, test := range map[string]struct {
		a, b               []float64
		statistic, p, size float64
	}{
		"maize": {maize, zeros(15), 2.14798746133112, 0.049702944021800866, 0.5546079777065185},
		"sleep": {sleep[0], sleep[1], -4.062127683382037, 0.002832890197384273, -1.2845575625910546},
	} {
		got := PairedT(test.a, test.b)
		near(t, name+": t", got.Statistic, test.statistic, 1e-10)
		near(t, name+": p", got.P, test.p, 1e-12)
		near(t, name+": effect", got.Effect, test.size, 1e-10)
		if len(got.Warnings) > 0 || got.N != len(test.a) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Of Darwin's maize Fisher finds t = 2.148 where 2.145 is needed at 5 %: the interval just excludes 0. The ends follow from
// the quantile of Student's t with 14 degrees of freedom, 2.1447867.
func TestIntervalOfAMean(t *testing.T) {
	got := Summarize(maize).Interval(0.95)
	near(t, "estimate", got.Estimate, 20.93333, 1e-5)
	near(t, "low", got.Low, 0.03119, 1e-4)
	near(t, "high", got.High, 41.83547, 1e-4)
	if one := Summarize([]float64{3}).Interval(0.95); !math.IsNaN(one.Low) || !math.IsNaN(one.High) || one.Estimate != 3 {
		t.Errorf("the interval of one value is %+v", one)
	}
}

func TestMedian(t *testing.T) {
	for want, values := range map[float64][]float64{2: {3, 1, 2}, 2.5: {4, 1, 3, 2}, 7: {7}} {
		if got := Median(values); got != want {
			t.Errorf("the median of %v is %v, want %v", values, got, want)
		}
	}
	if !math.IsNaN(Median(nil)) {
		t.Error("nothing has a median")
	}
}

// The expected values are those of SciPy 1.17.1's wilcoxon, exact for the first two, with correction for the last.
func TestWilcoxon(t *testing.T) {
	many := make([]float64, 400)
	for i := range many {
		many[i] = float64((i+1)*37%101 + 1)
		if (i+1)%5 < 2 {
			many[i] = -many[i]
		}
	}
	for name, test := range map[string]struct {
		a, b         []float64
		statistic, p float64
	}{
		"maize":      {maize, zeros(15), 24, 0.041259765625},
		"depression": {depression[0], depression[1], 5, 0.0390625},
		"ties, 400":  {many, zeros(400), 32800, 0.0016055434411748673},
	} {
		got := Wilcoxon(test.a, test.b)
		near(t, name+": rank sum", got.Statistic, test.statistic, 0)
		near(t, name+": p", got.P, test.p, 1e-12)
	}
	// All of five pairs on one side: the rank-biserial correlation is 1, and p the least there is, 2/2^5.
	got := Wilcoxon([]float64{1, 2, 3, 4, 5}, zeros(5))
	if got.Effect != 1 || got.P != 1.0/16 || len(got.Warnings) != 1 || !strings.Contains(string(got.Warnings[0]), "6 are needed") {
		t.Errorf("five pairs on one side: %+v", got)
	}
}

// Ties and zeros make no difference to what exact means: the share of all 2^n sign patterns that are as extreme.
func TestWilcoxonIsExactWithTies(t *testing.T) {
	for _, d := range [][]float64{{1, 1, -1, 2, 2, 3, -3, 4}, {5, 5, 5, 5, -5, 5, 5}, {0, 1, -2, 2, 0, 3, 3, 3, 3}} {
		got := Wilcoxon(d, zeros(len(d)))
		d = slices.DeleteFunc(slices.Clone(d), func(x float64) bool { return x == 0 })
		magnitudes := make([]float64, len(d))
		for i, x := range d {
			magnitudes[i] = math.Abs(x)
		}
		ranks := Ranks(magnitudes)
		extreme, patterns := 0, 1<<len(d)
		for pattern := range patterns {
			var up, down float64
			for i, rank := range ranks {
				if pattern>>i&1 == 1 {
					up += rank
				} else {
					down += rank
				}
			}
			if min(up, down) <= got.Statistic {
				extreme++
			}
		}
		near(t, "p", got.P, math.Min(1, float64(extreme)/float64(patterns)), 1e-12)
	}
}

// Pairs in another order, or the other way round, say the same.
func TestTestsAreSymmetric(t *testing.T) {
	for _, test := range []func(a, b []float64) Test{PairedT, Wilcoxon} {
		forward, backward := test(sleep[0], sleep[1]), test(sleep[1], sleep[0])
		near(t, forward.Name+": p swapped", backward.P, forward.P, 1e-14)
		near(t, forward.Name+": effect swapped", backward.Effect, -forward.Effect, 1e-14)
	}
}

func TestWhatCannotBeTested(t *testing.T) {
	for _, test := range []struct {
		got    Test
		wanted string
	}{
		{PairedT([]float64{1}, []float64{2}), "1 seed: too few"},
		{PairedT([]float64{1, 2}, []float64{2}), "2 values can't be paired with 1"},
		{PairedT([]float64{1, 2, 3}, []float64{2, 3, 4}), "all the same"},
		{PairedT([]float64{1, math.NaN(), 3}, []float64{2, 3, 4}), "pair 2 is not a number"},
		{Wilcoxon([]float64{1, 2}, []float64{1, 2}), "2 of 2 pairs do not differ"},
		{Wilcoxon(nil, []float64{1}), "0 values can't be paired with 1"},
	} {
		var text string
		for _, warning := range test.got.Warnings {
			text += string(warning) + "\n"
		}
		if !math.IsNaN(test.got.P) || !strings.Contains(text, test.wanted) {
			t.Errorf("%+v, want the warning %q", test.got, test.wanted)
		}
	}
}

// The p-values are those of Holm's definition: sorted and times 4, 3, 2, 1, never falling.
func TestHolm(t *testing.T) {
	got := Holm([]float64{0.01, 0.04, math.NaN(), 0.03, 0.005})
	for i, want := range []float64{0.03, 0.06, math.NaN(), 0.06, 0.02} {
		if math.IsNaN(want) != math.IsNaN(got[i]) {
			t.Errorf("value %d is %v, want %v", i, got[i], want)
		} else if !math.IsNaN(want) {
			near(t, "adjusted p", got[i], want, 1e-15)
		}
	}
	if got := Holm([]float64{0.9, 0.8}); got[0] != 1 || got[1] != 1 {
		t.Errorf("adjusted %v, want no more than 1", got)
	}
}

// Rounding first base by three methods, 22 players (Hollander and Wolfe 1973, page 140), with ties. The expected values
// are SciPy 1.17.1's and R's documentation of friedman.test: 11.143, p 0.003805.
func TestFriedman(t *testing.T) {
	f, err := NewFriedman([][]float64{
		{5.40, 5.50, 5.55}, {5.85, 5.70, 5.75}, {5.20, 5.60, 5.50}, {5.55, 5.50, 5.40}, {5.90, 5.85, 5.70}, {5.45, 5.55, 5.60},
		{5.40, 5.40, 5.35}, {5.45, 5.50, 5.35}, {5.25, 5.15, 5.00}, {5.85, 5.80, 5.70}, {5.25, 5.20, 5.10}, {5.65, 5.55, 5.45},
		{5.60, 5.35, 5.45}, {5.05, 5.00, 4.95}, {5.50, 5.50, 5.40}, {5.45, 5.55, 5.50}, {5.55, 5.55, 5.35}, {5.45, 5.50, 5.55},
		{5.50, 5.45, 5.25}, {5.65, 5.60, 5.40}, {5.70, 5.65, 5.55}, {6.30, 6.30, 6.25},
	})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "chi squared", f.ChiSquared, 11.142857142857132, 1e-10)
	near(t, "p", f.P, 0.003805040775511383, 1e-12)
}

// The ranks of four decision trees on 14 data sets in table 6 of Demšar (2006), with the average ranks there and the
// critical differences of section 3.2.2.
func TestRanksAndCriticalDifference(t *testing.T) {
	f, err := NewFriedman([][]float64{
		{4, 3, 2, 1}, {1, 2, 3, 4}, {4, 1, 2, 3}, {4, 1, 3, 2}, {4, 2, 3, 1}, {1, 2.5, 4, 2.5}, {3, 2, 4, 1},
		{2.5, 2.5, 4, 1}, {4, 3, 2, 1}, {2.5, 2.5, 2.5, 2.5}, {4, 2.5, 1, 2.5}, {3, 2, 4, 1}, {4, 1, 2, 3}, {3, 1, 4, 2},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{3.143, 2.000, 2.893, 1.964} {
		near(t, "average rank", f.Ranks[i], want, 5e-4)
	}
	near(t, "critical difference", CriticalDifference(4, 14, 0.05), 1.25, 5e-3)
	near(t, "critical difference at 0.1", CriticalDifference(4, 14, 0.10), 1.12, 5e-3)
}

// Quantiles of the studentized range over the square root of 2, by SciPy 1.17.1; rounded, they are Demšar's table 5.
func TestStudentizedRange(t *testing.T) {
	for k, want := range map[int]float64{2: 1.9599639845400534, 4: 2.569031772546482, 10: 3.163683577053373, 15: 3.391230283765257} {
		near(t, "q", rangeQuantile(k, 0.95)/math.Sqrt2, want, 1e-6)
	}
}

func TestFriedmanLimits(t *testing.T) {
	if f, err := NewFriedman([][]float64{{1, 1}, {2, 2}}); err != nil || f.P != 1 || f.PF != 1 {
		t.Errorf("ties everywhere: %+v, %v", f, err)
	}
	if f, err := NewFriedman([][]float64{{1, 2}, {2, 3}}); err != nil || f.PF != 0 || !math.IsInf(f.F, 1) {
		t.Errorf("the same order everywhere: %+v, %v", f, err)
	}
	for wanted, errors := range map[string][][]float64{"0 cells and 0 models": nil, "1 cell and 2 models": {{1, 2}}, "cell 2 has 1 model": {{1, 2}, {1}}} {
		if _, err := NewFriedman(errors); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%v, want %q", err, wanted)
		}
	}
}

// On many values the bootstrap interval of a mean is that of normal theory, mean ± 1.96 standard errors.
func TestBootstrapMean(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	values := make([]float64, 400)
	for i := range values {
		values[i] = 1 + 0.1*random.NormFloat64()
	}
	got, s := BootstrapMean(values, 0.95, 7), Summarize(values)
	standardError := s.Std / math.Sqrt(float64(s.N))
	near(t, "low end", got.Low, s.Mean-1.96*standardError, 0.1*standardError)
	near(t, "high end", got.High, s.Mean+1.96*standardError, 0.1*standardError)
	if again := BootstrapMean(values, 0.95, 7); again != got {
		t.Errorf("the same seed gave %+v and %+v", got, again)
	}
	if one := BootstrapMean([]float64{3}, 0.95, 7); one.Estimate != 3 || !math.IsNaN(one.Low) {
		t.Errorf("one value: %+v", one)
	}
}

func TestSummary(t *testing.T) {
	for want, values := range map[string][]float64{"0.3660 ± 0.0085 (2)": {0.360, 0.372}, "0.3600 (1)": {0.36}, "NaN (0)": nil} {
		if got := Summarize(values).String(); got != want {
			t.Errorf("%v is summed up as %q, want %q", values, got, want)
		}
	}
}

func TestWarnings(t *testing.T) {
	for _, test := range []struct {
		got    []Warning
		wanted string
	}{
		{FewSeeds(2), "2 seeds: too few"}, {FewSeeds(3), ""}, {UnequalN(5, 3), "from 3 to 5"}, {UnequalN(3, 3), ""}, {UnequalN(), ""},
		{MixedTiers("cpu", "smoke", "cpu"), "cpu, smoke"}, {MixedTiers("cpu", "cpu"), ""},
	} {
		if test.wanted == "" && len(test.got) > 0 || test.wanted != "" && (len(test.got) != 1 || !strings.Contains(string(test.got[0]), test.wanted)) {
			t.Errorf("warnings %q, want %q", test.got, test.wanted)
		}
	}
}
