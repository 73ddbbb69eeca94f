package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/gomlx/compute"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments"
	"mambamixer/experiments/result"
	"mambamixer/experiments/sweep"
	"mambamixer/experiments/train"
	"mambamixer/internal/backend"
)

func runRun(ctx context.Context, c *command, args []string) error {
	f := newFlags(c)
	tier := f.tierFlag()
	seed := f.Uint64("seed", 0, "seed of initial values, dropout and batch order")
	out := f.String("out", "runs", "`folder` of the runs")
	data := f.dataFlag()
	standIn := f.Bool("stand-in", false, "run on the generated set, under its own name, where a data set is not at hand; the smoke tier, whose numbers say nothing, always does")
	begin := f.String("begin", "", "`folder` of a finished run whose weights the training begins with, for the variables that both models have; the head for other classes begins at random")
	devices := f.devicesFlag()
	strict := f.strictFlag()
	rerun := f.Bool("rerun", false, "start over, even if the run is done or half done")
	var overrides []string
	f.Func("set", "`path=value` changes a field of the spec, as in -set model.layers=4; may be repeated", func(s string) error {
		if !strings.Contains(s, "=") {
			return fmt.Errorf("it must be path=value")
		}
		overrides = append(overrides, s)
		return nil
	})
	names, err := f.parse(args)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return &usageError{"run needs the name of an experiment; `mambamixer list` shows all"}
	}
	if err := experiments.Tier(*tier).Check(); err != nil {
		return &usageError{err.Error()}
	}
	if err := checkDevices(*devices); err != nil {
		return err
	}
	var variants []sweep.Variant
	for _, name := range names {
		variant, err := resolve(name, overrides)
		if err != nil {
			return &usageError{err.Error()}
		}
		variants = append(variants, variant)
	}
	dirs := ltsf.SearchPath(*data)
	if *standIn || experiments.Tier(*tier) == experiments.Smoke {
		if err := replaceMissing(variants, dirs, overrides); err != nil {
			return err
		}
	}
	b, err := backend.OpenDevices(*devices)
	if err != nil {
		return err
	}
	return runAll(ctx, b, variants, experiments.RunOptions{
		Tier: experiments.Tier(*tier), Seed: *seed, Out: *out, DataDirs: dirs, Rerun: *rerun, Strict: *strict, Devices: *devices, Begin: *begin,
		Progress: os.Stderr, Resume: commandLine(),
	})
}

// resolve finds a spec and applies the overrides.
func resolve(name string, overrides []string) (sweep.Variant, error) {
	spec, err := experiments.Find(name)
	if err != nil {
		return sweep.Variant{}, err
	}
	spec, effective, err := spec.SetAll(overrides)
	return sweep.Variant{Spec: spec, Set: effective}, err
}

// replaceMissing exchanges each spec whose data isn't on this machine by the same model on the generated set.
func replaceMissing(variants []sweep.Variant, dirs []string, overrides []string) error {
	told := map[string]bool{}
	for i, variant := range variants {
		set := variant.Spec.Data.Set
		source, err := variant.Spec.Data.Load(dirs)
		switch {
		case err == nil:
			source.Close()
			continue
		case !experiments.IsMissing(err):
			return err
		}
		standIn, standInErr := experiments.StandIn(variant.Spec)
		if standInErr != nil {
			return fmt.Errorf("%w\nNo generated set stands in for it: %w", err, standInErr)
		}
		if variants[i], err = resolve(standIn.Name, overrides); err != nil {
			return err
		}
		if !told[set] {
			told[set] = true
			fmt.Fprintf(os.Stderr, "%s is not on this machine: running on the generated set %q instead, under its own name. "+
				"Its numbers say nothing about %s. `mambamixer data get %s` fetches the real set.\n", set, standIn.Data.Set, set, set)
		}
	}
	return nil
}

// doneBefore is how a run says, also to a sweep that started it, that there was nothing to do.
const doneBefore = "done before"

// runAll runs one spec after the other, goes on past failures, and ends with a table.
func runAll(ctx context.Context, b compute.Backend, variants []sweep.Variant, options experiments.RunOptions) error {
	var runs []ended
	var failures []error
	for _, variant := range variants {
		spec := variant.Spec
		options.Set = variant.Set
		fmt.Fprintf(os.Stderr, "%s, tier %s, seed %d)\n", spec.Title(), options.Tier, options.Seed)
		finished, err := experiments.Run(ctx, b, spec, options)
		var interrupted *train.Interrupted
		if errors.As(err, &interrupted) || errors.Is(err, context.Canceled) {
			return err
		}
		if experiments.IsMissing(err) {
			err = fmt.Errorf("%w\nOr run it on generated data, under its own name, by -stand-in", err)
		}
		if err != nil {
			failures = append(failures, err)
			if len(variants) > 1 {
				fmt.Fprintf(os.Stderr, "%s failed: %v\n", spec.Name, err)
			}
			continue
		}
		if finished.Before {
			fmt.Fprintf(os.Stderr, "%s, on %s; -rerun starts over\n", doneBefore, finished.Record.Date)
		}
		runs = append(runs, ended{finished, spec.Data.Set})
	}
	if len(runs) > 0 {
		tell(runs)
	}
	switch {
	case len(failures) == 0:
		return nil
	case len(variants) == 1:
		return failures[0]
	}
	return fmt.Errorf("%d of %d experiments failed; the first: %w", len(failures), len(variants), failures[0])
}

// ended is a finished run, and the data set as it was asked for.
type ended struct {
	*experiments.Finished
	set string
}

// tell prints the table, its footnotes, and where the files are.
func tell(runs []ended) {
	var records []*result.Record
	for _, run := range runs {
		records = append(records, run.Record)
	}
	for _, table := range result.Tables(records...) {
		fmt.Printf("\n%s", table.Text())
	}
	fmt.Println()
	for _, run := range runs {
		record := run.Record
		if record.Skipped > 0 {
			fmt.Printf("%s: %d pictures can't be decoded and were left out; `mambamixer data check %s` names them\n", record.Spec, record.Skipped, run.set)
		}
		switch best := record.Best; {
		case best == nil || record.BestStep == 0 || record.BestStep == record.Steps: // no other weights than the row's
		case reflect.DeepEqual(best, record.Last):
			fmt.Printf("%s: the row shows the weights of the lowest validation error, those of step %d of %d\n", record.Spec, record.BestStep, record.Steps)
		case record.Segments():
			fmt.Printf("%s: the row shows the weights after the last of %d steps; those of the lowest validation error (step %d) have an mIoU of %.2f %% on the test pictures\n",
				record.Spec, record.Steps, record.BestStep, 100*best.MIoU)
		case record.Detects(): // nothing is chosen by validation
		case record.Classifies():
			fmt.Printf("%s: the row shows the weights after the last of %d steps; those of the lowest validation error (step %d) are right about %.2f %% of the test pictures\n",
				record.Spec, record.Steps, record.BestStep, 100*best.Top1)
		case record.Weighted():
			fmt.Printf("%s: the row shows the weights after the last of %d steps; those of the lowest validation error (step %d) have test WRMSSE %s\n",
				record.Spec, record.Steps, record.BestStep, result.Error(best.WRMSSE))
		default:
			fmt.Printf("%s: the row shows the weights after the last of %d steps; those of the lowest validation error (step %d) have test MSE %s, MAE %s\n",
				record.Spec, record.Steps, record.BestStep, result.Error(best.MSE), result.Error(best.MAE))
		}
	}
	noted := map[string]bool{}
	for _, record := range records {
		if p := record.Paper; p != nil && !noted[p.Source] {
			noted[p.Source] = true
			fmt.Printf("%s measured with %s\n", p.Source, p.Protocol)
		}
	}
	if peak := train.PeakRSS(); peak > 0 {
		fmt.Printf("peak memory of this process: %.2f GB\n", float64(peak)/1e9)
	}
	fmt.Println("spec, log, checkpoints, result and figures:")
	for _, run := range runs {
		fmt.Println("  " + run.Dir)
	}
}

// commandLine is what the user typed, quoted where a shell needs it.
func commandLine() string { return quoted(os.Args) }

// asked is commandLine without the place of the command's file.
func asked() string {
	return quoted(append([]string{"mambamixer"}, os.Args[1:]...))
}

func quoted(arguments []string) string {
	words := make([]string, len(arguments))
	for i, word := range arguments {
		if strings.ContainsAny(word, " \t'\"$&|;<>()*?[]#~`\\") || word == "" {
			word = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
		words[i] = word
	}
	return strings.Join(words, " ")
}
