package plots

import (
	"math"
	"strings"
	"testing"
)

// growth has times that grow with a power of the size.
func growth(name string, first, exponent float64, sizes ...float64) Growth {
	g := Growth{Name: name, Size: sizes}
	for _, size := range sizes {
		g.Time = append(g.Time, first*math.Pow(size, exponent))
	}
	return g
}

func TestCostCurve(t *testing.T) {
	lengths := []float64{96, 196, 784, 3136}
	costs := Costs{Title: "Forward pass over length", Size: "sequence length L", Time: "milliseconds", Families: [][]Growth{
		{growth("ours, fused", 0.005, 1, append(lengths, 24576)...), growth("ours, sequential", 0.02, 1.02, lengths...), growth("ours, chunked", 0.06, 1, lengths...)},
		{growth("JAX scan", 0.02, 0.98, lengths...), growth("JAX associative", 0.2, 1.1, lengths...)},
		{growth("PyTorch parallel scan", 0.1, 1.2, lengths...), {Name: "PyTorch at one length", Size: []float64{96}, Time: []float64{7}}},
	}}
	long, err := CostCurve(costs)
	if err != nil {
		t.Fatal(err)
	}
	costs.Families, costs.Title, costs.Size = [][]Growth{{growth("over D", 0.1, 1, 32, 64, 128, 256)}}, "", "D"
	short, err := CostCurve(costs)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "costs", Wide, long, short)
}

func TestSlope(t *testing.T) {
	if got := growth("", 3, 1.25, 1, 10, 200).Slope(); math.Abs(got-1.25) > 1e-12 {
		t.Errorf("the slope is %v, want 1.25", got)
	}
	if got := growth("", 3, 1, 7).Slope(); !math.IsNaN(got) {
		t.Errorf("one point has the slope %v", got)
	}
}

func TestCostCurveRefuses(t *testing.T) {
	for want, families := range map[string][][]Growth{
		"has no curve":                   nil,
		"1 sizes and 2 times":            {{{Name: "odd", Size: []float64{1}, Time: []float64{1, 2}}}},
		"the time 0 at size 2":           {{{Name: "nil", Size: []float64{2}, Time: []float64{0}}}},
		"the time NaN at size 2":         {{{Name: "nan", Size: []float64{2}, Time: []float64{math.NaN()}}}},
		"0 sizes and 0 times; it needs ": {{{Name: "none"}}},
	} {
		if _, err := CostCurve(Costs{Families: families}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
}
