package stats

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Summary is what is said of several runs of one thing.
type Summary struct {
	Mean float64
	Std  float64 // of the sample, with n-1; NaN below two values
	N    int
}

// Summarize gives mean, standard deviation and number; the mean of nothing is NaN.
func Summarize(values []float64) Summary {
	s := Summary{Mean: math.NaN(), Std: math.NaN(), N: len(values)}
	switch {
	case s.N == 1:
		s.Mean = values[0]
	case s.N > 1:
		s.Mean, s.Std = stat.MeanStdDev(values, nil)
	}
	return s
}

// Median is the middle value, of an even number the mean of the two in the middle; that of nothing is NaN.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// Interval is the confidence interval of the mean by Student's t, at a level such as 0.95; below two values its ends are
// NaN. Of differences it excludes 0 when [PairedT] says that p is below 1 - level.
func (s Summary) Interval(level float64) Interval {
	interval := Interval{Estimate: s.Mean, Low: math.NaN(), High: math.NaN(), Level: level}
	if s.N > 1 {
		half := distuv.StudentsT{Sigma: 1, Nu: float64(s.N - 1)}.Quantile((1+level)/2) * s.Std / math.Sqrt(float64(s.N))
		interval.Low, interval.High = s.Mean-half, s.Mean+half
	}
	return interval
}

// String writes "0.3654 ± 0.0004 (3)", or "0.3654 (1)" where one value has no deviation.
func (s Summary) String() string {
	if s.N < 2 {
		return fmt.Sprintf("%.4f (%d)", s.Mean, s.N)
	}
	return fmt.Sprintf("%.4f ± %.4f (%d)", s.Mean, s.Std, s.N)
}
