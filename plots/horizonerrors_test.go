package plots

import (
	"math"
	"strings"
	"testing"
)

var none = math.NaN()

// horizons has measured and quoted models with gaps, and names that meet.
func horizons() Horizons {
	return Horizons{
		Title: "ETTh1: test error over the horizon", Measure: "MSE on standardised data", Horizons: []int{96, 192, 336, 720},
		Models: []HorizonModel{
			{Name: "TSM2", Mean: []float64{0.366, 0.399, 0.421, 0.447}, Std: []float64{0.001, 0.002, 0.004, 0.009}},
			{Name: "TSM2 without mixers", Mean: []float64{0.365, 0.398, 0.423, 0.441}, Std: []float64{0.001, 0.001, 0.001, none}},
			{Name: "NLinear", Mean: []float64{0.370, 0.405, none, 0.439}},
			{Name: "TSM2", Mean: []float64{0.375, 0.398, 0.419, 0.422}, Quoted: true},
			{Name: "PatchTST", Mean: []float64{none, 0.413, none, 0.447}, Quoted: true},
			{Name: "SAMFormer", Mean: []float64{0.381, 0.409, 0.423, 0.427}, Std: []float64{0.003, 0.002, 0.003, 0.002}},
			{Name: "iTransformer", Mean: []float64{0.386, 0.441, 0.487, 0.503}},
			{Name: "S-Mamba", Mean: []float64{0.386, 0.443, 0.489, 0.502}, Quoted: true},
			{Name: "Mamba + Linear Time", Mean: []float64{0.398, 0.418, 0.433, 0.46}},
		},
	}
}

func TestHorizonErrors(t *testing.T) {
	many, err := HorizonErrors(horizons())
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "horizons", Tall, many)
	one, err := HorizonErrors(Horizons{Measure: "MSE", Horizons: []int{96}, Models: []HorizonModel{
		{Name: "TSM2", Mean: []float64{0.37}, Std: []float64{0.01}}, {Name: "TSM2", Mean: []float64{0.375}, Quoted: true}}})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "horizons_one", Wide, one)
}

func TestHorizonErrorsRefuses(t *testing.T) {
	for want, edit := range map[string]func(*Horizons){
		"needs a horizon and a model":                 func(h *Horizons) { h.Models = nil },
		"must be positive and rise":                   func(h *Horizons) { h.Horizons[1] = 96 },
		"has 3 means and 4 standard deviations for 4": func(h *Horizons) { h.Models[0].Mean = h.Models[0].Mean[1:] },
		`"NLinear" has no error at any horizon`:       func(h *Horizons) { h.Models[2].Mean = []float64{none, none, none, none} },
		`"TSM2" cannot be drawn at horizon 192`:       func(h *Horizons) { h.Models[0].Mean[1] = math.Inf(1) },
		"standard deviation -1":                       func(h *Horizons) { h.Models[0].Std[2] = -1 },
	} {
		h := horizons()
		edit(&h)
		if _, err := HorizonErrors(h); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
}
