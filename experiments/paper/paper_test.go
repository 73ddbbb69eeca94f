package paper

import (
	"math"
	"testing"
)

// The published table has 8 sets x 4 horizons for TSM2, of which the paper calls 26 its best.
func TestTable5(t *testing.T) {
	sets := []string{"ETTh1", "ETTh2", "ETTm1", "ETTm2", "Electricity", "Exchange", "Traffic", "Weather"}
	rivals := []string{"SAMFormer", "Transformer", "TSMixer", "Informer", "Autoformer", "FEDFormer", "Pyraformer", "LogTransformer"}
	best := 0
	for _, set := range sets {
		for _, horizon := range []int{96, 192, 336, 720} {
			ours, found := Lookup("TSM2", set, horizon)
			if !found {
				t.Fatalf("TSM2 on %s/%d is missing", set, horizon)
			}
			lowest := true
			for _, rival := range rivals {
				if v, found := Lookup(rival, set, horizon); found && v.MSE < ours.MSE {
					lowest = false
				}
			}
			if lowest {
				best++
			}
		}
	}
	if best != 26 {
		t.Errorf("TSM2 is best in %d cells, the paper says 26", best)
	}
}

// In Table 7 both alternatives are worse than TSM2 everywhere.
func TestTable7(t *testing.T) {
	for _, set := range []string{"ETTh1", "ETTm1", "Exchange", "Electricity"} {
		ours, _ := Lookup("TSM2", set, 96)
		for _, model := range []string{"TSM2-MLP", "Mamba + Linear Time"} {
			if v, found := Lookup(model, set, 96); !found || v.MSE <= ours.MSE {
				t.Errorf("%s on %s: %+v, TSM2 has %v", model, set, v, ours.MSE)
			}
		}
	}
}

// A few cells of each model's own paper, and the means over horizons that S-Mamba's paper prints.
func TestOwnPapers(t *testing.T) {
	for _, test := range []struct {
		model, set string
		horizon    int
		mse, mae   float64
	}{
		{"NLinear", "ETTh1", 96, 0.374, 0.394},
		{"DLinear", "ETTh1", 720, 0.472, 0.490},
		{"DLinear", "Exchange", 720, 0.643, 0.601},
		{"Repeat", "Exchange", 720, 0.823, 0.681},
		{"NLinear", "ILI", 24, 1.683, 0.858},
		{"PatchTST", "ETTh1", 96, 0.370, 0},
		{"PatchTST", "Weather", 720, 0.314, 0},
		{"iTransformer", "ETTh1", 336, 0.487, 0.458},
		{"S-Mamba", "Traffic", 96, 0.382, 0.261},
	} {
		v, found := Lookup(test.model, test.set, test.horizon)
		if !found || v.MSE != test.mse || v.MAE != test.mae {
			t.Errorf("%s on %s/%d: got %+v (found %t), want %v / %v", test.model, test.set, test.horizon, v, found, test.mse, test.mae)
		}
	}
	for _, test := range []struct {
		model, set string
		mean       float64
	}{
		{"S-Mamba", "ETTh1", 0.455}, {"S-Mamba", "ETTh2", 0.381}, {"S-Mamba", "ETTm1", 0.398}, {"S-Mamba", "ETTm2", 0.288},
		{"S-Mamba", "Electricity", 0.170}, {"S-Mamba", "Exchange", 0.367}, {"S-Mamba", "Traffic", 0.414}, {"S-Mamba", "Weather", 0.251},
		{"iTransformer", "ETTh1", 0.454}, {"iTransformer", "ETTh2", 0.383}, {"iTransformer", "ETTm1", 0.407}, {"iTransformer", "ETTm2", 0.288},
		{"iTransformer", "Electricity", 0.178}, {"iTransformer", "Exchange", 0.360}, {"iTransformer", "Traffic", 0.428}, {"iTransformer", "Weather", 0.258},
	} {
		sum := 0.0
		for _, horizon := range []int{96, 192, 336, 720} {
			v, _ := Lookup(test.model, test.set, horizon)
			sum += v.MSE
		}
		if math.Abs(sum/4-test.mean) > 0.00101 {
			t.Errorf("%s on %s: the mean over horizons is %v, the paper prints %v", test.model, test.set, sum/4, test.mean)
		}
	}
	if _, found := Lookup("TSM2", "ETTh1", 97); found {
		t.Error("a horizon that nobody published was found")
	}
}
