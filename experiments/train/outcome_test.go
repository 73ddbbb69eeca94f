package train

import "testing"

// The first steps are left out, and one slow step moves neither the median nor the quartiles.
func TestStepCost(t *testing.T) {
	for _, test := range []struct {
		seconds     []float64
		median, iqr float64
	}{
		{[]float64{9, 9, 9, 4, 1, 3, 2, 5, 90, 0, 6}, 3, 4},
		{[]float64{9, 9, 9, 4}, 4, 0},
		{[]float64{9, 9, 9}, 0, 0},
		{nil, 0, 0},
	} {
		tr := &trainer{seconds: test.seconds, flops: 7}
		if got := tr.stepCost(); got != (Step{Seconds: test.median, IQR: test.iqr, FLOPs: 7}) {
			t.Errorf("%v: %+v, want the median %v and the range %v", test.seconds, got, test.median, test.iqr)
		}
	}
}
