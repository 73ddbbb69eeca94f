package process

import (
	"testing"

	"mambamixer/experiments/result"
)

// Result speaks of errors where there are errors, and of guesses where there are guesses.
func TestResult(t *testing.T) {
	scores := &result.Scores{MSE: 0.25, MAE: 0.5, Top1: 0.581, Loss: 1.25, Windows: 500}
	for want, record := range map[string]*result.Record{
		"test MSE 0.2500, MAE 0.5000 on 500 windows":                        {Last: scores, Horizon: 96},
		"58.1 % of 500 test pictures right at the first guess, loss 1.2500": {Last: scores, Size: 32},
	} {
		if got := Result(record); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
