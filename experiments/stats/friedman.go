package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat/distuv"
)

// Friedman is the outcome of Friedman's test: do K models differ in rank over N cells?
type Friedman struct {
	N, K       int
	Ranks      []float64 // average rank of each model, 1 is best
	ChiSquared float64   // corrected for ties, K-1 degrees of freedom
	P          float64
	F          float64 // Iman and Davenport's less conservative form, K-1 and (K-1)(N-1) degrees of freedom
	PF         float64
}

// NewFriedman ranks models over cells: errors[cell][model], lower is better. Every cell needs every model.
func NewFriedman(errors [][]float64) (*Friedman, error) {
	if len(errors) < 2 || len(errors[0]) < 2 {
		return nil, fmt.Errorf("ranking needs at least 2 cells and 2 models; there are %s", describe(errors))
	}
	f := &Friedman{N: len(errors), K: len(errors[0])}
	f.Ranks = make([]float64, f.K)
	var squares float64 // of all ranks
	for cell, values := range errors {
		if len(values) != f.K {
			return nil, fmt.Errorf("cell %d has %s, the first has %d; a ranking needs every model in every cell", cell+1, count(len(values), "model"), f.K)
		}
		for i, rank := range Ranks(values) {
			f.Ranks[i] += rank / float64(f.N)
			squares += rank * rank
		}
	}
	n, k := float64(f.N), float64(f.K)
	expected := n * k * (k + 1) * (k + 1) / 4
	var between float64
	for _, rank := range f.Ranks {
		between += n * rank * rank
	}
	if squares == expected { // every cell is one tie
		f.P, f.PF = 1, 1
		return f, nil
	}
	f.ChiSquared = (k - 1) * n * (between - expected) / (squares - expected)
	f.P = distuv.ChiSquared{K: k - 1}.Survival(f.ChiSquared)
	f.F = math.Inf(1)
	if rest := n*(k-1) - f.ChiSquared; rest > 0 {
		f.F = (n - 1) * f.ChiSquared / rest
		f.PF = distuv.F{D1: k - 1, D2: (k - 1) * (n - 1)}.Survival(f.F)
	}
	return f, nil
}

func describe(errors [][]float64) string {
	models := 0
	if len(errors) > 0 {
		models = len(errors[0])
	}
	return count(len(errors), "cell") + " and " + count(models, "model")
}

// CriticalDifference is Nemenyi's: two of k models ranked over n cells differ at level alpha if their average ranks are
// at least this far apart (Demšar 2006, equation 6).
func CriticalDifference(k, n int, alpha float64) float64 {
	return rangeQuantile(k, 1-alpha) / math.Sqrt2 * math.Sqrt(float64(k*(k+1))/float64(6*n))
}

// rangeQuantile is the quantile of the studentized range of k normal values with infinite degrees of freedom, by
// bisection on P(range < q) = k ∫ φ(x) (Φ(x) - Φ(x-q))^(k-1) dx.
func rangeQuantile(k int, p float64) float64 {
	normal := distuv.UnitNormal
	below := func(q float64) float64 {
		return float64(k) * quad.Fixed(func(x float64) float64 {
			return normal.Prob(x) * math.Pow(normal.CDF(x)-normal.CDF(x-q), float64(k-1))
		}, -8, 8, 200, nil, 0)
	}
	low, high := 0.0, 20.0
	for high-low > 1e-9 {
		if middle := (low + high) / 2; below(middle) < p {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}
