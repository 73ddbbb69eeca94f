package synth

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"

	"mambamixer/datasets/ltsf"
)

// A Probe is a generated set of which it is known what a model needs to forecast it, and how well it can be forecast at
// best. Hourly or other meaning its rows have none.
type Probe struct {
	Name  string // "probe-hold"
	Needs string // what a model must be able to do, for tables
	lag   int    // rows by which what is to be known of the future is known before; 0 where there is no such thing

	generate func(p Probe, rng *rand.Rand, rows int) process
}

// process is a realisation: values by variate and row, and the best forecast.
type process struct {
	columns []string
	values  [][]float64 // [M][T]

	// forecast fills out with the expectations of a variate's rows end, end+1, ..., given all rows before end.
	forecast func(variate, end int, out []float64)
}

const (
	probeRows   = 12000
	probeWarmUp = 2000 // rows before the first, for processes to settle
	probeLag    = 48
	probeNoise  = 0.3 // deviation of what can't be known of a variate that follows another
)

// Probes lists all.
func Probes() []Probe {
	return []Probe{
		{"probe-lags", "mixing variates", probeLag, lags(0, 4, 0)},
		{"probe-lags-last", "mixing variates from the last to the first", probeLag, lags(3, 4, 0)},
		{"probe-distractors", "selecting one variate among many", probeLag, lags(0, 4, 12)},
		{"probe-hold", "selecting over time: the last of rare events counts", probeLag, hold},
		{"probe-selector", "selecting a variate by another one's value", probeLag, selector},
		{"probe-regimes", "telling the regime from the past", 0, regimes},
	}
}

// FindProbe returns the probe of that name.
func FindProbe(name string) (Probe, bool) {
	for _, p := range Probes() {
		if p.Name == name {
			return p, true
		}
	}
	return Probe{}, false
}

// Generate makes the probe's series, the same on every call, with a split of 70, 10 and 20 %.
func (p Probe) Generate() *ltsf.Set {
	realised := p.realise()
	m := len(realised.values)
	set := &ltsf.Set{
		Name: p.Name, Synthetic: true, Columns: realised.columns, Rows: probeRows, Variates: m,
		Values: make([]float64, probeRows*m), Split: ltsf.RatioSplit(probeRows),
	}
	for variate, series := range realised.values {
		for t, value := range series[probeWarmUp:] {
			set.Values[t*m+variate] = value
		}
	}
	set.SHA256 = sum(set.Values)
	return set
}

func (p Probe) realise() process { return p.generate(p, rngOf(p), probeWarmUp+probeRows) }

func rngOf(p Probe) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(p.Name))
	return rand.New(rand.NewPCG(1, h.Sum64()))
}

// Errors of a forecast over all test windows, in the unit of the model's error: variates divided by their deviation.
type Errors struct {
	Bayes float64 // mean squared error of the expectation given all rows before: no model can have less on average
	Mean  float64 // of forecasting each variate's mean of the training rows
}

// Errors computes them for a task. What can be explained of the series is the difference.
//
// Errors: a history and horizon that leave no test window; a horizon beyond the lag of the probe, where more than the
// expectation would have to be known.
func (p Probe) Errors(history, horizon int) (Errors, error) {
	if p.lag > 0 && horizon > p.lag {
		return Errors{}, fmt.Errorf("%s: its best forecast is known for horizons up to %d, not %d", p.Name, p.lag, horizon)
	}
	set := p.Generate()
	prepared, err := ltsf.Prepare(set, history, horizon)
	if err != nil {
		return Errors{}, err
	}
	realised := p.realise()
	best := make([]float64, horizon)
	var e Errors
	n := 0.0
	for start := prepared.Windows.Test.Start; start < prepared.Windows.Test.End; start++ {
		end := start + history
		for m := range set.Variates {
			realised.forecast(m, probeWarmUp+end, best)
			for h, expected := range best {
				value := set.At(end+h, m)
				e.Bayes += square((value - expected) / prepared.Std[m])
				e.Mean += square((value - prepared.Mean[m]) / prepared.Std[m])
				n++
			}
		}
	}
	return Errors{Bayes: e.Bayes / n, Mean: e.Mean / n}, nil
}

func square(x float64) float64 { return x * x }
