package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments"
	"mambamixer/experiments/process"
	"mambamixer/experiments/result"
	"mambamixer/experiments/sweep"
	"mambamixer/experiments/train"
)

func runAttach(ctx context.Context, c *command, args []string) error {
	f := newFlags(c)
	stop := f.Bool("stop", false, "ask the run to save and stop, and wait for that")
	tier := f.tierFlag()
	seed := f.Uint64("seed", 0, "with a spec: seed of the run")
	out := f.String("out", "runs", "with a spec: `folder` of the runs")
	data := f.dataFlag()
	overrides := f.list("set", "with a spec: `path=value`, a change that the run was started with; may be repeated")
	names, err := f.parse(args)
	if err != nil {
		return err
	}
	if len(names) != 1 {
		return &usageError{"attach needs one run: its folder, such as runs/tsm2/ETTh1/96/<key>/seed-0, or its spec, with the flags that it was started with"}
	}
	dir := names[0]
	if _, err := os.Stat(filepath.Join(dir, result.SpecFile)); err != nil {
		variant, err := resolve(names[0], *overrides)
		if err != nil {
			return &usageError{fmt.Sprintf("%s is neither the folder of a run nor a spec: %v", names[0], err)}
		}
		task, err := sweep.NewTask(variant, experiments.Tier(*tier), *seed, *out, ltsf.SearchPath(*data))
		if err != nil {
			return err
		}
		dir = task.Dir
	}
	return attach(ctx, dir, *stop)
}

// attach follows the run in a folder to its end. When ctx ends it leaves the run alone.
func attach(ctx context.Context, dir string, stop bool) error {
	state, err := process.Look(dir)
	if err != nil {
		return err
	}
	if stop && state.PID != 0 {
		if err := process.Stop(state.PID); err != nil {
			return err
		}
	}
	if state.PID != 0 {
		bar := train.NewProgress(os.Stderr, "mse", state.Step(), state.Steps)
		state, err = process.Follow(ctx, dir, func(s process.State) {
			if step := s.Step(); step > 0 {
				bar.Update(step, s.Log[len(s.Log)-1].Loss, s.Best())
			}
		})
		bar.Done()
	}
	switch {
	case errors.Is(err, context.Canceled):
		return &detached{dir}
	case err != nil:
		return err
	case state.Done():
		tell([]ended{{&experiments.Finished{Record: state.Record, Dir: dir, Before: true}, state.Set}})
		return nil
	case stop && state.Record != nil && state.Record.Status == result.Interrupted:
		fmt.Println(state.Record.Error)
		return nil
	case state.Record != nil && state.Record.Error != "":
		return fmt.Errorf("nobody is at work in %s: %s", dir, state.Record.Error)
	case state.Spec == "":
		return fmt.Errorf("nobody is at work in %s, and nothing was done there; mambamixer run starts a run", dir)
	}
	return fmt.Errorf("nobody is at work in %s: the run's process ended after step %d without a result; mambamixer run with the same spec and flags goes on from its last checkpoint", dir, state.Step())
}

// detached says that a run goes on without its follower.
type detached struct{ dir string }

func (d *detached) Error() string {
	return "no longer attached; the run goes on, and this stops it: mambamixer attach -stop " + quoted([]string{d.dir})
}

// Unwrap makes it the user's own doing.
func (d *detached) Unwrap() error { return context.Canceled }
