package report

import (
	"fmt"
	"math"
	"strings"

	"mambamixer/experiments/result"
)

// absent stands where there is no number.
const absent = "–"

var nan = math.NaN()

func digits(x float64, format string) string {
	if math.IsNaN(x) {
		return absent
	}
	text := fmt.Sprintf(format, x)
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-") // no negative zero
	}
	return text
}

// chance writes a p-value.
func chance(p float64) string {
	if p < 1e-4 {
		return "<0.0001"
	}
	return digits(p, "%.2g")
}

// shown writes a test error as tables do: of a classifier the right guesses in per cent.
func (e *entry) shown(mean float64) string {
	if e.classifies() {
		return digits(accuracy(mean), "%.2f")
	}
	return result.Error(mean)
}

// deviation writes that of the test errors in the same unit.
func (e *entry) deviation() string {
	if e.classifies() {
		return digits(100*e.mse.Std, "%.2f")
	}
	return result.Error(e.mse.Std)
}

// accuracy is that in per cent of a share of wrong guesses.
func accuracy(missed float64) float64 { return 100 * (1 - missed) }
