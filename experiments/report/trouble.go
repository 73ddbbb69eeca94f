package report

import (
	"fmt"
	"slices"

	"mambamixer/experiments/result"
	"mambamixer/experiments/stats"
)

// Gap is cells of a study that have no result, and what fills them.
type Gap struct {
	What    string // "Electricity: 44 cells not run, data not at hand"
	Command string
}

// Trouble is a record that is not in the tables, or a number of them.
type Trouble struct{ Kind, What string }

// command is what fills a study, or shows one that needs no run.
func (s Study) command(tier string) string {
	if len(s.Sets) == 0 && len(s.Variants) > 0 {
		return "mambamixer report " + s.Name
	}
	return sweepCommand(s.Name, tier)
}

// sweepCommand is the command that fills a study.
func sweepCommand(study, tier string) string {
	if tier == "cpu" {
		return "mambamixer sweep " + study
	}
	return "mambamixer sweep " + study + " -tier " + tier
}

// gaps lists, by data set, what is missing, failed or stale.
func (a *analysis) gaps() []Gap {
	var gaps []Gap
	for _, set := range a.sets() {
		counts := map[State]int{}
		for _, e := range a.entries {
			if e.Data == set {
				counts[e.state()]++
			}
		}
		command := sweepCommand(a.Name, a.tier) + " -only " + set
		if slices.Contains(a.Large, set) {
			command = sweepCommand(a.Name, "paper") + " -seeds 1 -only " + set
		}
		if n := counts[NoData]; n > 0 {
			gaps = append(gaps, Gap{fmt.Sprintf("%s: %s not run, data not at hand", set, count(n, "cell")), "mambamixer data get " + set + " && " + command})
		}
		for _, gap := range []struct {
			State
			what, command string
		}{
			{State(result.Missing), "not run", command}, {State(result.Broken), "failed", command},
			{State(result.Outdated), "of an earlier form of the spec", command}, {Disputed, "with two results", "mambamixer results check <folder or file>..."},
		} {
			if n := counts[gap.State]; n > 0 {
				gaps = append(gaps, Gap{fmt.Sprintf("%s: %s %s", set, count(n, "cell"), gap.what), gap.command})
			}
		}
	}
	return gaps
}

// warnings gathers what limits the numbers of a study.
func (a *analysis) warnings() []string {
	var warnings []string
	if a.tier == "smoke" && a.any() {
		warnings = append(warnings, "These are runs of the smoke tier: a few training steps, to see that everything runs. Their errors say nothing about the models.")
	}
	few, unequal, filled, rows := 0, 0, 0, 0
	var synthetic []string
	for _, c := range a.contests {
		var ns []int
		for _, e := range c.filled() {
			if e.Runs[0].Data.Synthetic && !slices.Contains(a.Sets, e.Data) && !slices.Contains(synthetic, e.Data) {
				synthetic = append(synthetic, e.Data)
			}
			if !e.trained() {
				continue // its one run is all there is
			}
			filled++
			ns = append(ns, e.mse.N)
			if len(stats.FewSeeds(e.mse.N)) > 0 {
				few++
			}
		}
		if len(ns) > 1 {
			rows++
		}
		if len(stats.UnequalN(ns...)) > 0 {
			unequal++
		}
	}
	if few > 0 {
		warnings = append(warnings, fmt.Sprintf("%d of %d cells have fewer than 3 seeds: too few to judge the spread.", few, filled))
	}
	if unequal > 0 {
		where := fmt.Sprintf("In %d of %d combinations of data set and horizon", unequal, rows)
		if a.Pictures {
			where = fmt.Sprintf("On %d of %s", unequal, count(rows, "data set"))
		}
		warnings = append(warnings, where+" the models were run a different number of times; tests use the seeds that both have.")
	}
	for _, set := range synthetic {
		warnings = append(warnings, fmt.Sprintf("%s is a generated set that stands in for real data; its numbers say nothing about real sets.", set))
	}
	return warnings
}

// troubles lists the records that are not in the tables, and why.
func troubles(in Input, all []*analysis) []Trouble {
	var list []Trouble
	for _, damaged := range in.Loaded.Damaged {
		list = append(list, Trouble{"damaged, skipped", damaged.Error()})
	}
	for _, conflict := range in.Loaded.Conflicts {
		list = append(list, Trouble{"conflict, both left out", conflict.String()})
	}
	told := map[string]bool{}
	for _, a := range all {
		for _, e := range a.entries {
			for _, strange := range e.strange {
				if !told[strange] {
					list = append(list, Trouble{"contradicts its spec, left out", strange})
				}
				told[strange] = true
			}
			for _, failed := range e.Failed {
				if text := fmt.Sprintf("%s, seed %d: %s", failed.Spec, failed.Seed, failed.Error); !told[text] {
					list = append(list, Trouble{"failed", text})
					told[text] = true
				}
			}
		}
	}
	tiers, changed := map[string]int{}, 0
	var names []string
	for _, r := range in.Loaded.Records() {
		switch {
		case r.Tier != in.Tier:
			if tiers[r.Tier]++; tiers[r.Tier] == 1 {
				names = append(names, r.Tier)
			}
		case len(r.Set) > 0:
			changed++
		}
	}
	for _, tier := range names {
		list = append(list, Trouble{"other tier, left out", fmt.Sprintf("%s of tier %s; budgets are not mixed, -tier %s reports on them", count(tiers[tier], "record"), tier, tier)})
	}
	for _, i := range in.Inspections {
		if i.Tier != in.Tier {
			list = append(list, Trouble{"other tier, left out", fmt.Sprintf("the inspection of %s, of tier %s", i.Spec, i.Tier)})
		}
	}
	if changed > 0 {
		list = append(list, Trouble{"changed by hand, left out", count(changed, "record") + " of specs with fields changed by -set"})
	}
	return list
}
