package experiments

import (
	"context"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"mambamixer/datasets/ltsf"
	"mambamixer/datasets/ltsf/ltsftest"
	"mambamixer/experiments/result"
	"mambamixer/internal/backend"
)

func runSpec(t *testing.T, name string, o RunOptions) *Finished {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	finished, err := Run(context.Background(), b, find(t, name), o)
	if err != nil {
		t.Fatal(err)
	}
	return finished
}

// TSM2 and the baselines run from end to end on the generated set and leave all their files.
func TestRunSmoke(t *testing.T) {
	out := t.TempDir()
	const windows = 2880 - 96 + 1 // every window of the test split
	for _, model := range []string{"tsm2", "tsm2-linear", "nlinear", "dlinear", "repeat"} {
		name := model + "/synthetic/96"
		finished := runSpec(t, name, RunOptions{Tier: Smoke, Out: out})
		record := finished.Record
		if record.Status != result.Done || finished.Before || record.Last.Windows != windows {
			t.Errorf("%s: %+v, windows %+v", name, record, record.Last)
		}
		if record.Last.MSE <= 0 || math.IsNaN(record.Last.MSE) || !record.Data.Synthetic || record.Paper != nil {
			t.Errorf("%s: %+v", name, record)
		}
		if strings.Contains(record.Env, string(filepath.Separator)+"lib") || record.Versions == "" || record.PeakRSS == 0 || record.Val == nil {
			t.Errorf("%s ran on %q with %q, peak %d, validation %+v", name, record.Env, record.Versions, record.PeakRSS, record.Val)
		}
		files := []string{result.SpecFile, result.EnvFile, result.ResultFile, ForecastFigure}
		if model != "repeat" {
			files = append(files, TrainingFigure, "log.jsonl", "checkpoint")
		}
		for _, file := range files {
			if _, err := os.Stat(filepath.Join(finished.Dir, file)); err != nil {
				t.Errorf("%s left no %s", name, file)
			}
		}
		figure, err := os.Open(filepath.Join(finished.Dir, ForecastFigure))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(figure); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		figure.Close()
		again := runSpec(t, name, RunOptions{Tier: Smoke, Out: out})
		if !again.Before || again.Dir != finished.Dir || !reflect.DeepEqual(again.Record.Last, record.Last) {
			t.Errorf("%s a second time: %+v", name, again)
		}
	}
}

// The same seed gives the same numbers, another seed others, in a folder of its own.
func TestSeeds(t *testing.T) {
	run := func(seed uint64) *Finished {
		return runSpec(t, "tsm2-linear/synthetic/96", RunOptions{Tier: Smoke, Out: t.TempDir(), Seed: seed})
	}
	first, same, other := run(3), run(3), run(4)
	if !reflect.DeepEqual(first.Record.Last, same.Record.Last) {
		t.Errorf("seed 3 gave %+v and %+v", first.Record.Last, same.Record.Last)
	}
	if reflect.DeepEqual(first.Record.Last, other.Record.Last) || filepath.Base(other.Dir) != "seed-4" {
		t.Errorf("seed 4 gave %+v in %s", other.Record.Last, other.Dir)
	}
}

// Repeat on the real sets, through the whole pipeline, has its known errors.
func TestRepeatOnETTh1(t *testing.T) {
	dirs := ltsftest.Dirs(t)
	for _, test := range []struct {
		name     string
		mse, mae float64
		windows  int
	}{{"repeat/ETTh1/96", 1.294371, 0.713181, 2785}, {"repeat/Exchange/720", 0.810064, 0.676445, 798}} {
		last := runSpec(t, test.name, RunOptions{Tier: CPU, Out: t.TempDir(), DataDirs: dirs}).Record.Last
		if math.Abs(last.MSE-test.mse) > 1e-5 || math.Abs(last.MAE-test.mae) > 1e-5 || last.Windows != test.windows {
			t.Errorf("%s: %+v, want %v %v over %d windows", test.name, *last, test.mse, test.mae, test.windows)
		}
	}
}

func TestTimeUnits(t *testing.T) {
	for _, name := range ltsf.Names() {
		info, err := ltsf.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		if unit, length := timeUnit(info.Frequency); unit == "time steps" || length <= 0 {
			t.Errorf("%s: the time step %q is %v %s", name, info.Frequency, length, unit)
		}
	}
	if unit, _ := timeUnit(""); unit != "time steps" {
		t.Errorf("an unknown frequency is called %s", unit)
	}
}
