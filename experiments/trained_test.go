package experiments

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments/result"
	"mambamixer/internal/backend"
)

// TestTrained forecasts by the models of two runs, by their saved files, and holds the errors over every test window
// against those that the runs have recorded.
func TestTrained(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nlinear/synthetic/96", "repeat/synthetic/96"} {
		spec, changes, err := find(t, name).SetAll([]string{"data.history=24", "data.horizon=8"})
		if err != nil {
			t.Fatal(err)
		}
		finished, err := Run(context.Background(), b, spec, RunOptions{Tier: Smoke, Out: t.TempDir(), Set: changes})
		if err != nil {
			t.Fatal(err)
		}
		opened, err := OpenTrained(finished.Dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "model.safetensors")
		if err := opened.Save(path); err != nil {
			t.Fatal(err)
		}
		loaded, err := LoadTrained(path)
		if err != nil {
			t.Fatal(err)
		}
		set, err := LoadSet("synthetic", nil)
		if err != nil {
			t.Fatal(err)
		}
		data, err := ltsf.Prepare(set, 24, 8)
		if err != nil {
			t.Fatal(err)
		}
		history := set.Values[100*set.Variates : 124*set.Variates]
		one, err := opened.Forecast(b, history)
		if err != nil {
			t.Fatal(err)
		}
		other, err := loaded.Forecast(b, set.Values[:124*set.Variates]) // of which it sees the same end
		if err != nil || !slices.Equal(one, other) || len(one) != 8*set.Variates {
			t.Errorf("%s: the model of the run forecasts %v, the saved one %v, %v", name, one, other, err)
		}
		// The mean over evenly spaced test windows is near that over all.
		sum, windows := 0.0, 0
		for row := data.Test.Start; row < data.Test.End; row += data.Test.Len() / 20 {
			forecast, err := loaded.Forecast(b, set.Values[row*set.Variates:(row+24)*set.Variates])
			if err != nil {
				t.Fatal(err)
			}
			for i, value := range forecast {
				miss := (value - set.Values[(row+24)*set.Variates+i]) / data.Std[i%set.Variates]
				sum += miss * miss
			}
			windows++
		}
		mean := sum / float64(windows*8*set.Variates)
		if want := finished.Record.Last.MSE; math.Abs(mean-want) > 0.25*want {
			t.Errorf("%s: MSE %v over %d windows, recorded is %v over all", name, mean, windows, want)
		}
		for wanted, history := range map[string][]float64{"needs 24 time steps": history[7:], "holds the value NaN at time step 0": append([]float64{math.NaN()}, history[1:]...)} {
			if _, err := loaded.Forecast(b, history); err == nil || !strings.Contains(err.Error(), wanted) {
				t.Errorf("a bad history: %v, want %q", err, wanted)
			}
		}
	}
}

func TestTrainedFailures(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	finished, err := Run(context.Background(), b, find(t, "nlinear/synthetic/96"), RunOptions{Tier: Smoke, Out: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	m, err := OpenTrained(finished.Dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "model.safetensors")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cut, old, bare := filepath.Join(dir, "cut"), filepath.Join(dir, "old"), filepath.Join(dir, "bare")
	m.about.Key = "0123"
	if err := m.Save(old); err != nil {
		t.Fatal(err)
	}
	if err := m.weights.Save(bare, map[string]string{}); err != nil {
		t.Fatal(err)
	}
	os.WriteFile(cut, whole[:len(whole)/2], 0o644)
	for wanted, path := range map[string]string{"there is no such file": filepath.Join(dir, "absent"), "can't be used": cut,
		"train it again": old, "no model that this project has saved": bare} {
		if _, err := LoadTrained(path); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%s: %v, want %q", path, err, wanted)
		}
	}
	if _, err := OpenTrained(dir, nil); err == nil || !strings.Contains(err.Error(), "isn't the folder of a finished run") {
		t.Errorf("no run: %v", err)
	}
	finished.Record.Status, finished.Record.Error = result.Interrupted, "interrupted"
	if err := finished.Record.Write(finished.Dir); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenTrained(finished.Dir, nil); err == nil || !strings.Contains(err.Error(), "finish it first") {
		t.Errorf("an unfinished run: %v", err)
	}
}

// TestChangesFrom makes the changes back from what they made.
func TestChangesFrom(t *testing.T) {
	base := find(t, "tsm2/ETTh1/96")
	changes := []string{"data.history=256", "model.layers=1", "model.norm=none", "train.groups.0.weight_decay=0.5", "train.learning_rate=0.0003"}
	changed, _, err := base.SetAll(changes)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := changed.ChangesFrom(base); err != nil || !slices.Equal(got, changes) {
		t.Errorf("%v, %v, want %v", got, err, changes)
	}
	if got, err := base.ChangesFrom(base); err != nil || len(got) > 0 {
		t.Errorf("of nothing: %v, %v", got, err)
	}
	if _, err := find(t, "nlinear/ETTh1/96").ChangesFrom(base); err == nil || !strings.Contains(err.Error(), "differs from tsm2/ETTh1/96 in more than") {
		t.Errorf("another model: %v", err)
	}
}
