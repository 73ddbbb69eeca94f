// Package sweep does many runs: specs times settings times seeds.
//
//	specs, err := sweep.Select(experiments.CPU, []string{"table7"}, []string{"ETTh1,Exchange"})
//	grid, err := sweep.ParseGrid([]string{"model.layers=1,2"})
//	variants, err := grid.Apply(specs)
//	plan, err := sweep.NewPlan(variants, sweep.PlanOptions{Tier: experiments.CPU, Seeds: 5, Out: "runs"})
//	summary, err := sweep.Run(ctx, plan, sweep.Options{Jobs: 1, Do: sweep.InProcess(backend, dirs), Log: os.Stderr})
//
// A plan is a list of tasks, each a run with its folder. The first seed of everything comes before the second of
// anything. What is done is skipped and what was broken off goes on, because that is what a run does; a run that fails
// is noted and the next one begins. Any number of sweeps may work in the same folder: a run's folder is locked by the
// process at work in it, others pass it by and come back later.
//
// A [Shard] is one of n parts of a plan that have no task in common, for as many machines; their run folders are merged
// by copying. Which tasks are in a part depends on nothing but the plan.
//
// The command does each run in a process of its own: one that crashes takes nothing with it, and the peak memory in
// its record is its own.
package sweep
