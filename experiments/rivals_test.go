package experiments

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
	"mambamixer/internal/backend"
)

// Rivals run from end to end on the generated set, and their result is that of their best weights.
func TestRunRivals(t *testing.T) {
	for _, model := range []string{"patchtst", "samformer", "smamba"} {
		record := runSpec(t, model+"/synthetic/96", RunOptions{Tier: Smoke, Out: t.TempDir()}).Record
		if record.Status != result.Done || record.Last.Windows != 2880-96+1 || !(record.Last.MSE > 0) || !reflect.DeepEqual(record.Best, record.Last) {
			t.Errorf("%s: %+v, last %+v, best %+v", model, record, record.Last, record.Best)
		}
	}
}

// Running averages of batch norm, dropout and sharpness-aware minimization survive an interruption: the resumed run
// ends with the scores of the uninterrupted one.
func TestRivalsResume(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	spec, err := find(t, "tsmixer/synthetic/96").At(Smoke)
	if err != nil {
		t.Fatal(err)
	}
	spec.Train.Rho = 0.5
	run := func(dir string, cancelAt int) (train.Score, error) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		outcome, err := Train(ctx, b, spec, nil, train.RunOptions{Dir: dir, OnEntry: func(e train.Entry) {
			if e.Step == cancelAt {
				cancel()
			}
		}})
		if err != nil {
			return train.Score{}, err
		}
		return outcome.Evaluate(ctx, outcome.Last, train.Range{Start: 100, End: 200})
	}
	want, err := run(t.TempDir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var interrupted *train.Interrupted
	if _, err := run(dir, 7); !errors.As(err, &interrupted) {
		t.Fatalf("not interrupted, but %v", err)
	}
	got, err := run(dir, 0)
	if err != nil || got.Values[0] != want.Values[0] || got.Values[1] != want.Values[1] {
		t.Errorf("resumed %v (%v), uninterrupted %v", got.Values, err, want.Values)
	}
}

// Every model of the tables that this project reruns has its specs under the name of the published column.
func TestRivalsArePublished(t *testing.T) {
	for _, model := range []string{"patchtst", "tsmixer", "transformer", "samformer", "itransformer", "smamba"} {
		for _, horizon := range []string{"96", "192", "336", "720"} {
			if _, found := find(t, model+"/ETTh1/"+horizon).Published(); !found {
				t.Errorf("%s/ETTh1/%s is held against no published value", model, horizon)
			}
		}
	}
}
