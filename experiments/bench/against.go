package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
)

// against is TSM2's training step as this program and one of another commit run it.
type against struct {
	programs [2]string    // names, this one's first
	turns    [2][]float64 // medians of each turn's steps in milliseconds, in the order in which they were taken
}

// Against runs the same training of TSM2 by turns with this program, Options.Self, and with that of another commit,
// Options.Against, each time in a process of its own, and prints how long a step takes in both.
func Against(ctx context.Context, w io.Writer, opts Options) error {
	a, err := measureAgainst(ctx, opts.withDefaults())
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, a.table().Text())
	return err
}

func measureAgainst(ctx context.Context, opts Options) (*against, error) {
	a := &against{programs: [2]string{"this program", filepath.Base(opts.Against)}}
	for range opts.plan.turns {
		for i, program := range []string{opts.Self, opts.Against} {
			step, err := trainWith(ctx, program, opts.plan.steps)
			if err != nil {
				return nil, err
			}
			a.turns[i] = append(a.turns[i], step)
		}
	}
	return a, nil
}

// trainWith lets a program train TSM2 and reads the median time of a step, in milliseconds, from the run's log.
func trainWith(ctx context.Context, program string, steps int) (step float64, err error) {
	out, err := os.MkdirTemp("", "mambamixer")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(out)) }()
	args := []string{"run", "tsm2/synthetic/96", "-out", out}
	for _, set := range []string{"steps=" + fmt.Sprint(steps), "warmup_steps=0", "eval_every=0", "checkpoint_every=0", "log_every=" + fmt.Sprint(logEvery)} {
		args = append(args, "-set", "train."+set)
	}
	said, err := exec.CommandContext(ctx, program, args...).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w; it said %q", program, strings.Join(args, " "), err, lastLine(string(said)))
	}
	logs, err := filepath.Glob(filepath.Join(out, "tsm2", "synthetic", "96", "*", "seed-0", train.LogFile))
	if err != nil || len(logs) != 1 {
		return 0, fmt.Errorf("%s left %d logs in its run folder, not one (%v)", program, len(logs), err)
	}
	log, err := train.ReadLog(filepath.Dir(logs[0]))
	if err != nil {
		return 0, err
	}
	if len(log) < 2 {
		return 0, fmt.Errorf("%s logged %d entries in %d steps; the time of a step needs 2", program, len(log), steps)
	}
	return stepTimes(log).median(), nil
}

// sample has the turns of one program.
func (a *against) sample(program int) sample {
	return slices.Sorted(slices.Values(a.turns[program]))
}

func (a *against) table() *result.Table {
	table := &result.Table{
		Title:   "TSM2's training step against another commit",
		Columns: []result.Column{{Name: "program"}, {Name: "ms", Right: true}, {Name: "turns, in order"}, {Name: "x other", Right: true}},
	}
	for i, program := range a.programs {
		row := []string{program, a.sample(i).String(), "", "1.0"}
		for _, ms := range a.turns[i] {
			row[2] += fmt.Sprintf("%.1f ", ms)
		}
		row[2] = strings.TrimSpace(row[2])
		if i == 0 {
			row[3] = ratio(a.sample(1), a.sample(0))
		}
		table.Add(row...)
	}
	return table
}
