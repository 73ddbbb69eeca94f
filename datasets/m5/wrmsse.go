package m5

import (
	"fmt"
	"math"
)

// weightDays is over how many days before a forecast revenue is counted for the weights of series.
const weightDays = 28

// Measure is what the WRMSSE takes of a level's nodes, from the days before a forecast.
type Measure struct {
	Scale  []float64 // c: mean squared difference from day to day, from the first sale on; 0 where there is none
	Weight []float64 // w: share of the revenue of the last 28 days; sums to 1
}

// Measures gives them for a forecast from a day on, level by level.
func (s *Set) Measures(origin int) []Measure {
	var measures []Measure
	for _, level := range s.Levels() {
		measures = append(measures, s.measure(level, origin))
	}
	return measures
}

func (s *Set) measure(level Level, origin int) Measure {
	n := level.Nodes()
	m := Measure{Scale: make([]float64, n), Weight: make([]float64, n)}
	steps, before := make([]int, n), make([]float64, n) // steps < 0: not sold yet
	for i := range steps {
		steps[i] = -1
	}
	for day := range origin {
		for i, units := range level.sum(s.day(s.Units, day)) {
			switch {
			case steps[i] >= 0:
				steps[i]++
				m.Scale[i] += (units - before[i]) * (units - before[i])
			case units > 0:
				steps[i] = 0
			}
			before[i] = units
		}
	}
	for i := range m.Scale {
		m.Scale[i] /= math.Max(1, float64(steps[i]))
	}
	total := 0.0
	revenue := make([]float32, s.series())
	for day := max(0, origin-weightDays); day < origin; day++ {
		units, prices := s.day(s.Units, day), s.day(s.Prices, day)
		for i := range revenue {
			revenue[i] = units[i] * prices[i]
		}
		for i, r := range level.sum(revenue) {
			m.Weight[i] += r
			total += r
		}
	}
	for i := range m.Weight {
		m.Weight[i] /= total
	}
	return m
}

// day gives a day's values [G, M] of Units or Prices.
func (s *Set) day(values []float32, day int) []float32 {
	return values[day*s.series() : (day+1)*s.series()]
}

// WRMSSE is the error of a forecast [h, G, M] of the h days from origin on. Nodes without a scale don't count.
//
// Errors: a forecast of another size, or of days that the set does not have.
func (s *Set) WRMSSE(origin int, forecast []float32) (float64, error) {
	h := len(forecast) / s.series()
	if h < 1 || len(forecast) != h*s.series() {
		return 0, fmt.Errorf("the forecast has %d values, but each day has %d", len(forecast), s.series())
	}
	if origin < 1 || origin+h > len(s.Days) {
		return 0, fmt.Errorf("there are no days %d to %d to hold the forecast against; %s has %d days", origin+1, origin+h, s.Name, len(s.Days))
	}
	levels, measures := s.Levels(), s.Measures(origin)
	total := 0.0
	for i, level := range levels {
		squares := make([]float64, level.Nodes())
		for day := range h {
			sold, foreseen := level.sum(s.day(s.Units, origin+day)), level.sum(s.day(forecast, day))
			for node := range squares {
				squares[node] += (sold[node] - foreseen[node]) * (sold[node] - foreseen[node]) / float64(h)
			}
		}
		for node, square := range squares {
			if c := measures[i].Scale[node]; c > 0 {
				total += measures[i].Weight[node] * math.Sqrt(square/c) / float64(len(levels))
			}
		}
	}
	return total, nil
}
