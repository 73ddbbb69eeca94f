package stats

import "slices"

// Ranks gives the rank of each value, 1 for the lowest; equal values share the mean of their ranks.
func Ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case values[i] < values[j]:
			return -1
		case values[i] > values[j]:
			return 1
		}
		return 0
	})
	ranks := make([]float64, len(values))
	for first := 0; first < len(order); {
		next := first + 1
		for next < len(order) && values[order[next]] == values[order[first]] {
			next++
		}
		for _, i := range order[first:next] {
			ranks[i] = float64(first+1+next) / 2
		}
		first = next
	}
	return ranks
}
