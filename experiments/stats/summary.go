package stats

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
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

// String writes "0.3654 ± 0.0004 (3)", or "0.3654 (1)" where one value has no deviation.
func (s Summary) String() string {
	if s.N < 2 {
		return fmt.Sprintf("%.4f (%d)", s.Mean, s.N)
	}
	return fmt.Sprintf("%.4f ± %.4f (%d)", s.Mean, s.Std, s.N)
}
