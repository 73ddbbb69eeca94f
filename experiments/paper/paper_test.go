package paper

import "testing"

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

func TestLinearModels(t *testing.T) {
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
	} {
		v, found := Lookup(test.model, test.set, test.horizon)
		if !found || v.MSE != test.mse || v.MAE != test.mae {
			t.Errorf("%s on %s/%d: got %+v (found %t), want %v / %v", test.model, test.set, test.horizon, v, found, test.mse, test.mae)
		}
	}
	if _, found := Lookup("TSM2", "ETTh1", 97); found {
		t.Error("a horizon that nobody published was found")
	}
}
