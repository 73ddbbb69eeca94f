package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments"
	"mambamixer/experiments/process"
	"mambamixer/experiments/result"
	"mambamixer/experiments/sweep"
)

// defaultSeeds is the number of runs of each spec, but for the smoke tier's single one.
const defaultSeeds = 5

func runSweep(ctx context.Context, c *command, args []string) error {
	f := newFlags(c)
	tierName := f.tierFlag()
	seeds := f.Int("seeds", 0, fmt.Sprintf("`runs` of each spec, with seeds from 0 on; 0 = %d, or 1 at the smoke tier. What is not trained is run once", defaultSeeds))
	only := f.list("only", "`word,word` narrows the choice to specs with one of the words as a part of their name, as in -only ETTh1,Exchange -only 96; may be repeated")
	sets := f.list("set", "`path=value,value` changes a field of every spec, to one value after the other; with more than one -set, every combination")
	jobs := f.Int("jobs", 1, "`number` of runs at a time, each a process with its share of the cores")
	devices := f.devicesFlag()
	shardText := f.String("shard", "", "do part i of n, as in `2/8`; in a Slurm array or a Kubernetes indexed job it need not be given")
	out := f.String("out", "runs", "`folder` of the runs")
	known := f.list("known", "`folder` of runs or .csv file of results whose runs are left out, as in -known experiments/results/table5.csv; may be repeated")
	data := f.dataFlag()
	standIn := f.Bool("stand-in", false, "run on the generated set, under its own name, where a data set is not at hand; the smoke tier, whose numbers say nothing, always does")
	strict := f.strictFlag()
	dry := f.Bool("dry", false, "list what would be run, and run nothing")
	names, err := f.parse(args)
	if err != nil {
		return err
	}
	tier := experiments.Tier(*tierName)
	if len(names) == 0 {
		return &usageError{"sweep needs the name of a study or of specs, as in `mambamixer sweep table7`; `mambamixer list` shows all"}
	}
	if *jobs < 1 {
		return &usageError{fmt.Sprintf("-jobs is %d; it must be 1 or more", *jobs)}
	}
	if err := checkDevices(*devices); err != nil {
		return err
	}
	shard, err := shardFlag(*shardText)
	if err != nil {
		return &usageError{err.Error()}
	}
	if err := tier.Check(); err != nil {
		return &usageError{err.Error()}
	}
	specs, err := sweep.Select(tier, names, *only)
	if err != nil {
		return &usageError{err.Error()}
	}
	dirs := ltsf.SearchPath(*data)
	if *standIn || tier == experiments.Smoke {
		var absent, generated []string
		if specs, absent, generated, err = sweep.StandIn(specs, dirs); err != nil {
			return err
		}
		if len(absent) > 0 {
			fmt.Fprintf(os.Stderr, "%s: not on this machine. Generated data stands in, under its own name, %s; its numbers say nothing about them.\n",
				strings.Join(absent, ", "), strings.Join(generated, ", "))
		}
	}
	grid, err := sweep.ParseGrid(*sets)
	if err != nil {
		return &usageError{err.Error()}
	}
	variants, err := grid.Apply(specs)
	if err != nil {
		return &usageError{err.Error()}
	}
	options := sweep.PlanOptions{Tier: tier, Seeds: seedCount(*seeds, tier), Out: *out, DataDirs: dirs, Shard: shard}
	if len(*known) > 0 {
		loaded, err := load(*known)
		if err != nil {
			return err
		}
		options.Known = loaded.Records()
	}
	plan, err := sweep.NewPlan(variants, options)
	if err != nil {
		return err
	}
	if plan.Known > 0 {
		fmt.Fprintf(os.Stderr, "%d runs are left out: their results are in %s\n", plan.Known, strings.Join(*known, ", "))
	}
	if shard.N > 1 {
		fmt.Fprintf(os.Stderr, "part %d of %d: %d runs\n", shard.I, shard.N, len(plan.Tasks))
	}
	if *dry {
		return listTasks(os.Stdout, plan)
	}
	children := newProcesses(*jobs, process.Command{Out: *out, Data: *data, Devices: *devices, Strict: *strict})
	summary, err := sweep.Run(ctx, plan, sweep.Options{Jobs: *jobs, Do: children.do, Strict: *strict, Log: os.Stderr, Resume: commandLine()})
	if err != nil {
		return err
	}
	return conclude(os.Stdout, summary, plan)
}

func seedCount(asked int, tier experiments.Tier) int {
	switch {
	case asked != 0:
		return asked
	case tier == experiments.Smoke:
		return 1
	}
	return defaultSeeds
}

// shardFlag is what was asked for, or what a job array says.
func shardFlag(text string) (sweep.Shard, error) {
	if text != "" {
		return sweep.ParseShard(text)
	}
	return sweep.ShardOfJob(os.LookupEnv)
}

// listTasks shows a plan with the state of each run.
func listTasks(w io.Writer, plan *sweep.Plan) error {
	table := &result.Table{Columns: []result.Column{{Name: "run"}, {Name: "seed", Right: true}, {Name: "changes"}, {Name: "state"}, {Name: "folder"}}}
	for _, task := range plan.Tasks {
		state := "to do"
		if record, err := result.Read(task.Dir); err == nil {
			state = string(record.Status)
		}
		table.Add(task.Spec.Name, fmt.Sprint(task.Seed), strings.Join(task.Set, ", "), state, task.Dir)
	}
	_, err := io.WriteString(w, table.Text())
	return err
}

// recordsOf reads what is there of a plan's runs.
func recordsOf(plan *sweep.Plan) []*result.Record {
	var records []*result.Record
	for _, task := range plan.Tasks {
		if record, err := result.Read(task.Dir); err == nil {
			records = append(records, record)
		}
	}
	return records
}

// conclude shows what a sweep found, how it ended, and what is missing from it.
func conclude(w io.Writer, s *sweep.Summary, plan *sweep.Plan) error {
	if records := recordsOf(plan); len(records) > 0 {
		for _, table := range result.Tables(records...) {
			fmt.Fprintf(w, "\n%s\n", table.Text())
		}
	}
	fmt.Fprintf(w, "%d runs: %d done by this sweep, %d before", s.Total, s.Done, s.Before)
	if s.Elsewhere > 0 {
		fmt.Fprintf(w, ", %d by other processes", s.Elsewhere)
	}
	fmt.Fprintf(w, ", %d failed\n", len(s.Failed))
	for _, failure := range s.Failed {
		fmt.Fprintf(w, "FAILED %s: %v\n", failure.Task, failure.Err)
	}
	for _, absent := range plan.Absent {
		fmt.Fprintf(w, "NOT RUN %s: the data is not at hand, %d specs need it; `mambamixer data get %s` fetches it\n", absent.Set, absent.Variants, absent.Set)
	}
	switch {
	case len(s.Failed) > 0:
		return fmt.Errorf("%d of %d runs failed; the same command tries them again", len(s.Failed), s.Total)
	case len(plan.Absent) > 0:
		return fmt.Errorf("%d of the data sets are not at hand; fetch them, narrow the choice by -only, or let the generated set stand in by -stand-in", len(plan.Absent))
	}
	return nil
}
