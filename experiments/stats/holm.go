package stats

import (
	"math"
	"slices"
)

// Holm corrects the p-values of several tests for their number (Holm, Scand. J. Statist. 6, 1979): the chance that any
// true null hypothesis falls below α stays below α. A NaN is no test: it stays NaN and does not count.
func Holm(p []float64) []float64 {
	var order []int
	adjusted := slices.Clone(p)
	for i, value := range p {
		if !math.IsNaN(value) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int {
		if p[i] < p[j] {
			return -1
		} else if p[i] > p[j] {
			return 1
		}
		return 0
	})
	highest := 0.0
	for position, i := range order {
		highest = max(highest, min(1, p[i]*float64(len(order)-position)))
		adjusted[i] = highest
	}
	return adjusted
}
