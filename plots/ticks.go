package plots

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// ticks marks about six multiples of 1, 2 or 5 times a power of ten, without minor ones. Where the range is
// long enough they are multiples of period, so that days or weeks can be seen; 0 = no period.
type ticks struct {
	period float64
	blank  bool // no labels
}

// Ticks implements plot.Ticker.
func (t ticks) Ticks(low, high float64) []plot.Tick {
	step := niceStep((high - low) / 6)
	if periods := (high - low) / 7 / t.period; t.period > 0 && periods > 1.0/3 {
		step = t.period * max(1, math.Round(periods))
	}
	decimals := max(0, -int(math.Floor(math.Log10(step)+1e-9)))
	var marks []plot.Tick
	for i := math.Ceil(low/step - 1e-9); i*step <= high+1e-9*step; i++ {
		value := i * step
		label := strconv.FormatFloat(value+0, 'f', decimals, 64) // +0 makes -0 plain
		if math.Abs(high) >= 1e7 || decimals > 6 {
			label = strconv.FormatFloat(value+0, 'g', 4, 64)
		}
		if t.blank {
			label = ""
		}
		marks = append(marks, plot.Tick{Value: value, Label: label})
	}
	return marks
}

// niceStep rounds up to 1, 2 or 5 times a power of ten.
func niceStep(raw float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, factor := range []float64{1, 2, 5} {
		if raw <= factor*power*(1+1e-9) {
			return factor * power
		}
	}
	return 10 * power
}
