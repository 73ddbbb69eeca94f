package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments"
	"mambamixer/experiments/process"
	"mambamixer/experiments/result"
	"mambamixer/experiments/sweep"
	"mambamixer/experiments/tune"
)

func runTune(ctx context.Context, c *command, args []string) error {
	f := newFlags(c)
	tierName := f.tierFlag()
	sets := f.list("set", "`path=value,value` gives a field some values; with more than one -set, every combination is tried")
	tries := f.list("try", "`\"path=value path=value\"` is one more setting, of several changes; may be repeated")
	random := f.Int("random", 0, "try so `many` of the combinations of -set, drawn without replacement; 0 = all")
	draw := f.Uint64("draw", 0, "`seed` of the draw")
	folds := f.Int("folds", 3, "`number` of folds of rolling-origin cross-validation; 1 holds out the validation rows alone")
	seeds := f.Int("seeds", 1, "`runs` of each setting, spec and fold")
	budget := f.Duration("budget", 0, "`time` after which no more is run, such as 45m; what is complete by then is compared. 0 = no limit")
	jobs := f.Int("jobs", 1, "`number` of runs at a time, each a process with its share of the cores")
	out := f.String("out", "runs/tune", "`folder` of the runs")
	file := f.String("o", "", "`file` for the outcome, as in experiments/tuned/ETTm1.json; none if empty")
	data := f.dataFlag()
	names, err := f.parse(args)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return &usageError{"tune needs one or more specs; `mambamixer list` shows all"}
	}
	if *jobs < 1 || *budget < 0 {
		return &usageError{fmt.Sprintf("-jobs is %d and -budget %v; jobs must be 1 or more, and a budget can't be negative", *jobs, *budget)}
	}
	tier := experiments.Tier(*tierName)
	if err := tier.Check(); err != nil {
		return &usageError{err.Error()}
	}
	search := tune.Search{Folds: *folds}
	if search.Specs, err = sweep.Select(tier, names, nil); err != nil {
		return &usageError{err.Error()}
	}
	if search.Settings, err = settings(*sets, *tries, *random, *draw); err != nil {
		return &usageError{err.Error()}
	}
	variants, err := search.Variants()
	if err != nil {
		return &usageError{err.Error()}
	}
	plan, err := sweep.NewPlan(variants, sweep.PlanOptions{Tier: tier, Seeds: *seeds, Out: *out, DataDirs: ltsf.SearchPath(*data)})
	if err != nil {
		return err
	}
	if err := runPlan(ctx, plan, *budget, sweep.Options{Jobs: *jobs, Do: newProcesses(*jobs, process.Command{Out: *out, Data: *data}).do, Log: os.Stderr, Resume: commandLine()}); err != nil {
		return err
	}
	outcome, err := search.Outcome(plan.Tasks, result.Read)
	if err != nil {
		return err
	}
	outcome.Command = asked()
	fmt.Print(tune.Table(outcome).Text())
	if *file == "" {
		return nil
	}
	return result.WriteAtomic(*file, func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(outcome)
	})
}

func settings(sets, tries []string, random int, draw uint64) ([][]string, error) {
	grid, err := sweep.ParseGrid(sets)
	if err != nil {
		return nil, err
	}
	space := tune.Space{Grid: grid, Random: random, Seed: draw}
	for _, text := range tries {
		setting, err := tune.ParseSetting(text)
		if err != nil {
			return nil, err
		}
		space.Lists = append(space.Lists, setting)
	}
	return space.Settings()
}

// runPlan does a plan within a budget. Failed runs are told and leave their settings incomplete; the end of the budget
// is no error.
func runPlan(ctx context.Context, plan *sweep.Plan, budget time.Duration, o sweep.Options) error {
	limited := ctx
	if budget > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, budget)
		defer cancel()
	}
	summary, err := sweep.Run(limited, plan, o)
	if ctx.Err() == nil && errors.Is(limited.Err(), context.DeadlineExceeded) {
		fmt.Fprintf(os.Stderr, "the budget of %v is used up with %d of %d runs done; the same command goes on\n",
			budget, summary.Before+summary.Done+summary.Elsewhere, summary.Total)
		err = nil
	}
	if err != nil {
		return err
	}
	for _, failure := range summary.Failed {
		fmt.Fprintf(os.Stderr, "FAILED %s: %v\n", failure.Task, failure.Err)
	}
	return nil
}
