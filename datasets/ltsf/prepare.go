package ltsf

import (
	"fmt"
	"math"
)

// Prepared is what an experiment needs of a data set: one standardised series and the windows over it.
type Prepared struct {
	Name    string
	Columns []string
	Series  []float32 // row-major [T, M], standardised
	T, M    int       // rows up to the end of the test split, variates

	// Mean and Std, of length M, are the train rows' mean and population standard deviation, in the original unit. A
	// variate that is constant over the train rows has Std 1, so it is only shifted.
	Mean, Std []float64

	History, Horizon int // L and H, in rows
	Windows              // rows at which a window's history may start, for each split
}

// Prepare standardises a set with the statistics of its train rows and lists its windows.
//
// Errors: those of [Split.Windows]; a value that does not fit float32 once standardised.
func Prepare(s *Set, history, horizon int) (*Prepared, error) {
	windows, err := s.Split.Windows(history, horizon)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	if s.Split.Test.End > s.Rows {
		return nil, fmt.Errorf("%s: its split ends at row %d, but it has %d rows", s.Name, s.Split.Test.End, s.Rows)
	}
	p := &Prepared{
		Name: s.Name, Columns: s.Columns, T: s.Split.Test.End, M: s.Variates,
		History: history, Horizon: horizon, Windows: windows,
	}
	p.Mean, p.Std = s.Moments(s.Split.Train)
	p.Series = make([]float32, p.T*p.M)
	for i := range p.Series {
		m := i % p.M
		z := float32((s.Values[i] - p.Mean[m]) / p.Std[m])
		if f := float64(z); math.IsNaN(f) || math.IsInf(f, 0) {
			return nil, fmt.Errorf("%s, row %d, column %s: the value %g cannot be standardised (train mean %g, deviation %g); correct the value",
				s.Name, i/p.M+1, s.Columns[m], s.Values[i], p.Mean[m], p.Std[m])
		}
		p.Series[i] = z
	}
	return p, nil
}

// Original turns a standardised value of a variate back into its original unit: z*std + mean.
func (p *Prepared) Original(variate int, z float32) float64 {
	return float64(z)*p.Std[variate] + p.Mean[variate]
}

// Moments returns mean and population standard deviation (divisor n) of every variate over rows, of which there
// must be one at least. A constant variate gets its value as mean and 1 as deviation.
func (s *Set) Moments(rows Range) (mean, std []float64) {
	n, m := float64(rows.Len()), s.Variates
	mean, std = make([]float64, m), make([]float64, m)
	constant := make([]bool, m)
	for j := range m {
		constant[j] = true
	}
	first := s.Values[rows.Start*m : (rows.Start+1)*m]
	for i, v := range s.Values[rows.Start*m : rows.End*m] {
		j := i % m
		mean[j] += v / n
		constant[j] = constant[j] && v == first[j]
	}
	for i, v := range s.Values[rows.Start*m : rows.End*m] {
		d := v - mean[i%m]
		std[i%m] += d * d / n
	}
	for j := range m {
		std[j] = math.Sqrt(std[j])
		if constant[j] {
			mean[j], std[j] = first[j], 1
		}
	}
	return mean, std
}
