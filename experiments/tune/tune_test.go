package tune

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
	"mambamixer/experiments/sweep"
)

func grid(t *testing.T, arguments ...string) sweep.Grid {
	t.Helper()
	g, err := sweep.ParseGrid(arguments)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestSettings(t *testing.T) {
	space := Space{Grid: grid(t, "model.layers=1,2,3", "model.dropout=0,0.2"), Lists: [][]string{{"model.d_model=32"}}}
	all, err := space.Settings()
	if err != nil || len(all) != 8 || all[0] != nil || all[7][0] != "model.d_model=32" {
		t.Errorf("settings %q, %v; want none, 6 combinations and the list", all, err)
	}
	space.Random = 3
	drawn, err := space.Settings()
	if err != nil || len(drawn) != 5 {
		t.Fatalf("%q, %v; want none, 3 drawn and the list", drawn, err)
	}
	for i, setting := range drawn[1:4] {
		known := slices.ContainsFunc(all, func(s []string) bool { return slices.Equal(s, setting) })
		again := slices.ContainsFunc(drawn[1:1+i], func(s []string) bool { return slices.Equal(s, setting) })
		if !known || again {
			t.Errorf("%q was drawn: it is no combination, or was drawn before", setting)
		}
	}
	same, _ := space.Settings()
	space.Seed = 1
	other, _ := space.Settings()
	equal := func(a, b [][]string) bool { return slices.EqualFunc(a, b, slices.Equal[[]string]) }
	if !equal(drawn, same) || equal(drawn, other) {
		t.Error("the draw must depend on the seed and on nothing else")
	}
}

func TestBadSpace(t *testing.T) {
	for wanted, space := range map[string]Space{
		"nothing to try":     {},
		"has 2 combinations": {Grid: grid(t, "model.layers=1,2"), Random: 3},
		"drawn from nothing": {Random: 1},
	} {
		if _, err := space.Settings(); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%v, want %q", err, wanted)
		}
	}
	for wanted, text := range map[string]string{"is no change": "a=1 b", "sets a twice": "a=1 a=2", "no change in it": " "} {
		if _, err := ParseSetting(text); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%q: %v, want %q", text, err, wanted)
		}
	}
	if setting, err := ParseSetting(" a=1  b=2 "); err != nil || !slices.Equal(setting, []string{"a=1", "b=2"}) {
		t.Errorf("%q, %v", setting, err)
	}
}

// search is one over two specs, whose first setting but one changes nothing.
func search(t *testing.T) (Search, []sweep.Task) {
	t.Helper()
	s := Search{Folds: 2, Settings: [][]string{nil, {"model.layers=2"}, {"model.layers=1"}, {"model.layers=3"}}}
	for _, name := range []string{"tsm2/ETTh1/96", "tsm2/ETTh1/192"} {
		spec, err := experiments.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		s.Specs = append(s.Specs, spec)
	}
	variants, err := s.Variants()
	if err != nil {
		t.Fatal(err)
	}
	var tasks []sweep.Task
	for _, v := range variants {
		tasks = append(tasks, sweep.Task{Variant: v, Dir: v.Spec.Name + " " + strings.Join(v.Set, " ")})
	}
	return s, tasks
}

func TestVariants(t *testing.T) {
	_, tasks := search(t)
	var got []string
	for _, task := range tasks {
		got = append(got, task.Dir)
	}
	if len(got) != 12 || got[0] != "tsm2/ETTh1/96 data.fold=1" || got[3] != "tsm2/ETTh1/192 data.fold=2" || got[4] != "tsm2/ETTh1/96 model.layers=1 data.fold=1" {
		t.Errorf("runs %q: want both folds of both specs, setting by setting, with what changes nothing run once", got)
	}
}

// One layer halves the error on one spec and doubles it on the other, which is a draw; three layers are better by a
// tenth, but incomplete.
func TestOutcome(t *testing.T) {
	s, tasks := search(t)
	read := func(dir string) (*result.Record, error) {
		mse := 0.4
		switch {
		case strings.Contains(dir, "layers=3") && strings.Contains(dir, "192 ") && strings.Contains(dir, "fold=2"):
			return &result.Record{Status: result.Failed}, nil
		case strings.Contains(dir, "layers=3"):
			mse *= 0.9
		case strings.Contains(dir, "layers=1") && strings.Contains(dir, "/96 "):
			mse *= 0.5
		case strings.Contains(dir, "layers=1"):
			mse *= 2
		}
		return &result.Record{Status: result.Done, Last: &result.Scores{MSE: mse}, Tier: "cpu", Date: "2026", Env: "a machine"}, nil
	}
	outcome, err := s.Outcome(tasks, read)
	if err != nil {
		t.Fatal(err)
	}
	if outcome.Chosen != nil || len(outcome.Trials) != 3 || outcome.Trials[2].Ratio != 0 || outcome.Trials[2].Changes[0] != "model.layers=3" {
		t.Errorf("chosen %q of %+v; want no change, and the incomplete setting last", outcome.Chosen, outcome.Trials)
	}
	for _, trial := range outcome.Trials[:2] {
		if math.Abs(trial.Ratio-1) > 1e-12 || len(trial.Scores) != 4 {
			t.Errorf("%q has ratio %v over %d scores, want 1 over 4", trial.Changes, trial.Ratio, len(trial.Scores))
		}
	}
	if outcome.Machine != "a machine" || outcome.Seeds != 1 || len(outcome.Resolved) != 2 {
		t.Errorf("%+v does not say where it comes from", outcome)
	}
	if table := Table(outcome).Text(); !strings.Contains(table, "model.layers=1") || !strings.Contains(table, "0.8000") {
		t.Errorf("the table lacks a setting or an error:\n%s", table)
	}
	if _, err := s.Outcome(tasks[4:], read); err == nil || !strings.Contains(err.Error(), "as they are were not run") {
		t.Errorf("without the base: %v", err)
	}
	s.Folds = 0
	if _, err := s.Variants(); err == nil || !strings.Contains(err.Error(), "-folds must be 1") {
		t.Errorf("no folds: %v", err)
	}
}
