package tune

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
	"mambamixer/experiments/sweep"
	"mambamixer/experiments/tuned"
)

// Search is a search over settings: what is tuned, what is tried, and on how much.
type Search struct {
	Specs    []experiments.Spec
	Settings [][]string // see Space.Settings
	Folds    int
}

// trial is a setting and its runs but for the seeds, fold by fold.
type trial struct {
	setting []string
	runs    []sweep.Variant
}

// trials are the settings that differ in what is run.
func (s Search) trials() ([]trial, error) {
	if s.Folds < 1 {
		return nil, fmt.Errorf("%d folds are nothing to select by; -folds must be 1 or more", s.Folds)
	}
	var trials []trial
	seen := map[string]bool{}
	for _, setting := range s.Settings {
		t := trial{setting: setting}
		content := ""
		for fold := range s.Folds {
			for _, spec := range s.Specs {
				changed, effective, err := spec.SetAll(append(slices.Clone(setting), fmt.Sprintf("data.fold=%d", fold+1)))
				if err != nil {
					return nil, err
				}
				t.runs = append(t.runs, sweep.Variant{Spec: changed, Set: effective})
				content += changed.Content()
			}
		}
		if !seen[content] {
			seen[content] = true
			trials = append(trials, t)
		}
	}
	return trials, nil
}

// Variants returns the runs of a search: setting by setting, so that the first ones are complete when a budget runs out,
// and of each, fold by fold. Settings that come to the same are run once.
func (s Search) Variants() (variants []sweep.Variant, err error) {
	trials, err := s.trials()
	for _, t := range trials {
		variants = append(variants, t.runs...)
	}
	return variants, err
}

// place is a run but for the seed.
type place struct {
	spec    string
	content string
}

// Outcome compares what was tried by the records of the finished runs. It is an error if the specs as they are were not
// run to the end, since everything is held against them.
func (s Search) Outcome(tasks []sweep.Task, read func(dir string) (*result.Record, error)) (*tuned.Outcome, error) {
	errorsAt := map[place][]float64{}
	outcome := &tuned.Outcome{Folds: s.Folds}
	for _, task := range tasks {
		record, err := read(task.Dir)
		if err != nil || record.Status != result.Done {
			continue
		}
		at := place{task.Spec.Name, task.Spec.Content()}
		errorsAt[at] = append(errorsAt[at], record.Last.MSE)
		outcome.Seeds = max(outcome.Seeds, len(errorsAt[at]))
		note(outcome, record)
	}
	for _, spec := range s.Specs {
		text, err := json.Marshal(spec)
		if err != nil {
			return nil, err
		}
		outcome.Specs, outcome.Resolved = append(outcome.Specs, spec.Name), append(outcome.Resolved, text)
	}
	trials, err := s.trials()
	if err != nil {
		return nil, err
	}
	base := trials[0].scores(errorsAt)
	if len(base) < len(trials[0].runs) {
		return nil, errors.New("the specs as they are were not run to the end, and all settings are held against them; the same command goes on")
	}
	for _, t := range trials {
		scores := t.scores(errorsAt)
		outcome.Trials = append(outcome.Trials, tuned.Trial{Changes: t.setting, Ratio: ratio(scores, base), Scores: scores})
	}
	slices.SortStableFunc(outcome.Trials, func(a, b tuned.Trial) int {
		return cmp.Compare(cmp.Or(a.Ratio, math.Inf(1)), cmp.Or(b.Ratio, math.Inf(1)))
	})
	outcome.Chosen = outcome.Trials[0].Changes
	return outcome, nil
}

// note keeps where and on what the last run was done.
func note(o *tuned.Outcome, r *result.Record) {
	if !slices.Contains(o.Data, r.Data.SHA256) {
		o.Data = append(o.Data, r.Data.SHA256)
	}
	if r.Date > o.Date {
		o.Tier, o.Machine, o.Versions, o.Commit, o.Date = r.Tier, r.Env, r.Versions, r.Commit, r.Date
	}
}

// scores are those of the runs that were done.
func (t trial) scores(errorsAt map[place][]float64) (scores []tuned.Score) {
	for _, run := range t.runs {
		if mse := errorsAt[place{run.Spec.Name, run.Spec.Content()}]; len(mse) > 0 {
			scores = append(scores, tuned.Score{Spec: run.Spec.Name, Fold: run.Spec.Data.Fold, MSE: stat.Mean(mse, nil), N: len(mse)})
		}
	}
	return scores
}

// ratio is the geometric mean of a setting's errors over those of the base, 0 if some are missing.
func ratio(scores, base []tuned.Score) float64 {
	if len(scores) < len(base) {
		return 0
	}
	ratios := make([]float64, len(base))
	for i := range base {
		ratios[i] = scores[i].MSE / base[i].MSE
	}
	return stat.GeometricMean(ratios, nil)
}

// Table shows the settings, best first, each with its ratio and its errors.
func Table(o *tuned.Outcome) *result.Table {
	table := &result.Table{
		Title:   fmt.Sprintf("Settings by their error on held-out rows, %d folds, %d seeds; ratio 1 is the specs as they are", o.Folds, o.Seeds),
		Columns: []result.Column{{Name: "ratio", Right: true}},
	}
	whole := o.Trials[slices.IndexFunc(o.Trials, func(t tuned.Trial) bool { return len(t.Changes) == 0 })]
	for _, score := range whole.Scores {
		table.Columns = append(table.Columns, result.Column{Name: fmt.Sprintf("%s fold %d", score.Spec, score.Fold), Right: true})
	}
	table.Columns = append(table.Columns, result.Column{Name: "changes"})
	for _, trial := range o.Trials {
		row := []string{"-"}
		if trial.Ratio > 0 {
			row[0] = fmt.Sprintf("%.4f", trial.Ratio)
		}
		for _, column := range whole.Scores {
			cell := "-"
			for _, score := range trial.Scores {
				if score.Spec == column.Spec && score.Fold == column.Fold {
					cell = result.Error(score.MSE)
				}
			}
			row = append(row, cell)
		}
		table.Add(append(row, cmp.Or(strings.Join(trial.Changes, " "), "none"))...)
	}
	return table
}
