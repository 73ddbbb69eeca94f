package experiments

import (
	"math"
	"slices"
	"testing"

	"mambamixer/experiments/inspect"
	"mambamixer/internal/backend"
)

// TestIntermediates holds what the model computes against what an inspection says of the same window, and the forecast
// against that of the saved model.
func TestIntermediates(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	dir := inspected(t, 0)[0]
	values, err := Intermediates(b, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]inspect.Value{}
	for _, v := range values {
		size := 1
		for _, dim := range v.Dims {
			size *= dim
		}
		if byName[v.Name].Flat != nil || size != len(v.Flat) {
			t.Errorf("%s is there twice, or has %d numbers in the shape %v", v.Name, len(v.Flat), v.Dims)
		}
		byName[v.Name] = v
	}
	const variates, patches, channels, states = 7, 6, 8, 16
	for name, want := range map[string][]int{
		"input":                       {1, 96, variates},
		"embedding":                   {1, variates, patches, 4},
		"layer0/token/forward/delta":  {variates, patches, channels},
		"layer0/token/forward/B":      {variates, patches, states},
		"layer0/token/forward/states": {variates, patches, channels, states},
		"layer0/channel/backward/C":   {patches, variates, states},
		"layer0/channel":              {1, variates, patches, 4},
		"averaging/layer0/alpha":      {1},
		"forecast":                    {1, 96, variates},
	} {
		if got := byName[name].Dims; !slices.Equal(got, want) {
			t.Errorf("%s has the shape %v, want %v", name, got, want)
		}
	}
	found, err := Inspect(b, []string{dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	set, err := LoadSet("synthetic", nil)
	if err != nil {
		t.Fatal(err)
	}
	delta := byName["layer0/token/forward/delta"]
	for _, cell := range found.Selectivity {
		if cell.Quantity != "layer0" {
			continue
		}
		mean := 0.0
		for e := range channels {
			mean += delta.At(slices.Index(set.Columns, cell.Variate), cell.Index, e) / channels
		}
		if math.Abs(mean-cell.Value) > 1e-5*math.Abs(cell.Value) {
			t.Errorf("the step size of %s at patch %d is %v, inspected %v", cell.Variate, cell.Index, mean, cell.Value)
		}
	}
	for _, w := range found.Weights {
		if got := byName["averaging/"+w.Average+"/"+w.Name].At(w.Index); math.Abs(got-w.Learned) > 1e-6 {
			t.Errorf("weight %s %s %d is %v, inspected %v", w.Average, w.Name, w.Index, got, w.Learned)
		}
	}
	m, err := OpenTrained(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	history := set.Values[found.WindowRow*variates : (found.WindowRow+96)*variates]
	forecast, err := m.Forecast(b, history)
	if err != nil {
		t.Fatal(err)
	}
	for i, z := range byName["forecast"].Flat {
		value := float64(z)*m.about.Std[i%variates] + m.about.Mean[i%variates]
		if math.Abs(value-forecast[i]) > 1e-4*m.about.Std[i%variates] {
			t.Fatalf("the forecast's value %d is %v, by the model in a file %v", i, value, forecast[i])
		}
	}
}
