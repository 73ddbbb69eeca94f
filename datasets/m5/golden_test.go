package m5

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// The real set, where $MAMBAMIXER_DATA has it. The errors were computed from the same files by a program in plain Python
// that goes through nodes and days one by one and shares nothing with this package.
func TestRealSet(t *testing.T) {
	s, err := Load("M5-280", filepath.SplitList(os.Getenv("MAMBAMIXER_DATA")))
	if missing := (*MissingError)(nil); errors.As(err, &missing) {
		t.Skip("needs M5-280 in $MAMBAMIXER_DATA")
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Stores) != 10 || len(s.Items) != 28 || len(s.Days) != 1913 || s.Val != 1857 || s.Test != 1885 || s.Horizon != 28 {
		t.Errorf("%d stores, %d items, %d days, horizons of %d days from %d and %d", len(s.Stores), len(s.Items), len(s.Days), s.Horizon, s.Val, s.Test)
	}
	units, prices := 0.0, 0.0
	for i := range s.Units {
		units += float64(s.Units[i])
		prices += float64(s.Prices[i])
	}
	if units != 2934611 || math.Abs(prices-1486100.92) > 0.1 {
		t.Errorf("%.0f units, and prices that sum to %.2f", units, prices)
	}
	lastDay := func(origin, _ int) []float32 { return s.day(s.Units, origin-1) }
	lastWeek := func(origin, day int) []float32 { return s.day(s.Units, origin-7+day%7) }
	nothing := func(int, int) []float32 { return make([]float32, s.series()) }
	for _, want := range []struct {
		name     string
		origin   int
		foreseen func(origin, day int) []float32
		error    float64
	}{
		{"last day, test", s.Test, lastDay, 1.3450872121314499},
		{"last day, validation", s.Val, lastDay, 1.1298079481136574},
		{"last week, test", s.Test, lastWeek, 1.03546471815276},
		{"last week, validation", s.Val, lastWeek, 1.026985026983259},
		{"nothing, test", s.Test, nothing, 3.9181080766863485},
		{"nothing, validation", s.Val, nothing, 3.7228014154128037},
	} {
		var forecast []float32
		for day := range s.Horizon {
			forecast = append(forecast, want.foreseen(want.origin, day)...)
		}
		got, err := s.WRMSSE(want.origin, forecast)
		if err != nil || math.Abs(got-want.error) > 1e-6 { // revenue is summed in float32
			t.Errorf("%s: WRMSSE %.9f, %v; want %.9f", want.name, got, err, want.error)
		}
	}
}
