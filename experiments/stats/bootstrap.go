package stats

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Interval is a confidence interval around an estimate.
type Interval struct{ Estimate, Low, High, Level float64 }

// resamples is the number of bootstrap samples: the ends of a 95 % interval rest on 250 of them.
const resamples = 10000

// BootstrapMean gives the mean of values and its percentile bootstrap interval at a level such as 0.95 (Efron 1979).
// Values are the units that are independent: for a mean ratio over a table, one ratio per cell. The same seed gives the
// same interval; fewer than two values give NaN ends.
func BootstrapMean(values []float64, level float64, seed uint64) Interval {
	interval := Interval{Estimate: Summarize(values).Mean, Low: math.NaN(), High: math.NaN(), Level: level}
	if len(values) < 2 {
		return interval
	}
	random := rand.New(rand.NewPCG(seed, 0))
	means := make([]float64, resamples)
	for i := range means {
		for range values {
			means[i] += values[random.IntN(len(values))]
		}
		means[i] /= float64(len(values))
	}
	slices.Sort(means)
	interval.Low = stat.Quantile((1-level)/2, stat.Empirical, means, nil)
	interval.High = stat.Quantile((1+level)/2, stat.Empirical, means, nil)
	return interval
}
