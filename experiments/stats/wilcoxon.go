package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// exactPairs is the number of pairs up to which the distribution of the rank sum is counted out.
const exactPairs = 300

// Wilcoxon is the signed-rank test on the differences a[i] - b[i]. Differences of zero are left out, as Wilcoxon did,
// and tied ones share their mean rank. P is exact, ties included, up to 300 pairs, and a normal approximation with
// correction for continuity and ties beyond. The statistic is the smaller of the two rank sums; the effect is the
// rank-biserial correlation (positive minus negative rank sum, over their total; Kerby 2014).
func Wilcoxon(a, b []float64) Test {
	t := Test{Name: "Wilcoxon signed-rank", Statistic: math.NaN(), P: math.NaN(), Effect: math.NaN()}
	all, warning := subtract(a, b)
	if warning != "" {
		t.Warnings = append(t.Warnings, warning)
		return t
	}
	var magnitudes, signs []float64
	for _, d := range all {
		if d != 0 {
			magnitudes, signs = append(magnitudes, math.Abs(d)), append(signs, math.Copysign(1, d))
		}
	}
	t.N = len(magnitudes)
	if zeros := len(all) - t.N; zeros > 0 {
		t.Warnings = append(t.Warnings, Warning(fmt.Sprintf("%d of %d pairs do not differ and were left out", zeros, len(all))))
	}
	if t.N == 0 {
		return t
	}
	if least := math.Pow(2, 1-float64(t.N)); least > 0.05 {
		t.Warnings = append(t.Warnings, Warning(fmt.Sprintf("%s can give no p below %.2g: 6 are needed to fall below 0.05", count(t.N, "pair"), least)))
	}
	ranks := Ranks(magnitudes)
	var positive, negative float64
	for i, rank := range ranks {
		if signs[i] > 0 {
			positive += rank
		} else {
			negative += rank
		}
	}
	t.Statistic = min(positive, negative)
	t.Effect = (positive - negative) / (positive + negative)
	if t.N <= exactPairs {
		t.P = exactTail(ranks, t.Statistic)
	} else {
		t.P = normalTail(ranks, t.Statistic)
	}
	return t
}

// exactTail is the two-sided chance of a rank sum as small as w, all signs being equally likely. The number of sign
// patterns that give each sum is found by adding one rank after the other; doubled, mean ranks are whole numbers.
func exactTail(ranks []float64, w float64) float64 {
	total := 0
	for _, rank := range ranks {
		total += int(2 * rank)
	}
	chance := make([]float64, total+1) // of each doubled sum
	chance[0] = 1
	for _, rank := range ranks {
		step := int(2 * rank)
		for sum := total; sum >= 0; sum-- {
			chance[sum] /= 2
			if sum >= step {
				chance[sum] += chance[sum-step] / 2
			}
		}
	}
	var tail float64
	for _, p := range chance[:int(2*w)+1] {
		tail += p
	}
	return min(1, 2*tail)
}

// normalTail approximates exactTail: the sum of independent ranks has mean Σr/2 and variance Σr²/4.
func normalTail(ranks []float64, w float64) float64 {
	var sum, squares float64
	for _, rank := range ranks {
		sum += rank
		squares += rank * rank
	}
	z := (w + 0.5 - sum/2) / math.Sqrt(squares/4)
	return min(1, 2*distuv.UnitNormal.CDF(z))
}
