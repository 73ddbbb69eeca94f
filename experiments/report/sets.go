package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"mambamixer/experiments/result"
	"mambamixer/experiments/stats"
)

// rivalsBySet tests TSM2 against each rival on each data set, over seeds.
func rivalsBySet(a *analysis, entries []*entry) *Table {
	t := &Table{ID: a.Name + "-sets", Caption: "TSM2 against each rival by data set, over seeds: ratio of the mean MSEs", Head: "rival",
		Notes: []string{"Ratio: TSM2's mean MSE to the rival's, each over the horizons that both models have and over seeds: a ratio of means, in which the horizons of large errors " +
			"weigh more, and not the mean of the ratios. Below it: p of a paired t-test on one value a seed, the mean over these horizons, corrected by Holm for " +
			"the whole table, and Cohen's d_z, negative where TSM2 is better. Lower and higher are said at 5 %."}}
	type place struct{ row, column int }
	var p []float64
	var at []place
	var sets []string
	ours := ofModel(entries, reference)
	for _, e := range ours {
		if !slices.Contains(sets, e.Data) {
			sets = append(sets, e.Data)
			t.Columns = append(t.Columns, Column{Name: e.Data})
		}
	}
	for _, model := range models(entries) {
		if model == reference {
			continue
		}
		row := Row{Name: model}
		theirs := ofModel(entries, model)
		for column, set := range sets {
			x, y := bySeed(on(ours, set), on(theirs, set))
			test := stats.PairedT(x, y)
			cell := number(stats.Summarize(x).Mean/stats.Summarize(y).Mean, "%.3f")
			if !math.IsNaN(test.P) {
				p, at = append(p, test.P), append(at, place{len(t.Rows), column})
				cell.Sub = fmt.Sprintf("d %.1f, n %d", test.Effect, test.N)
			} else if len(x) > 0 {
				cell.Spread, cell.Sub = "untested", fmt.Sprintf("n %d", len(x))
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	for i, adjusted := range stats.Holm(p) {
		cell := &t.Rows[at[i].row].Cells[at[i].column]
		cell.Sub = fmt.Sprintf("p %s, ", chance(adjusted)) + cell.Sub
		switch {
		case adjusted >= alpha:
			cell.Spread = "no difference shown"
		case cell.Sort < 1:
			cell.Spread = "TSM2 lower"
		default:
			cell.Spread = "TSM2 higher"
		}
	}
	if len(sets) == 0 {
		t.Rows = nil
	}
	return t
}

// setFinding says on which data sets the mixers earn their keep.
func setFinding(t *Table) []string {
	on := map[string][]string{}
	for _, row := range t.Rows {
		if row.Name != control {
			continue
		}
		for i, cell := range row.Cells {
			on[cell.Spread] = append(on[cell.Spread], fmt.Sprintf("%s (×%s)", t.Columns[i].Name, cell.Value))
		}
	}
	var parts []string
	for _, verdict := range []string{"TSM2 lower", "TSM2 higher", "no difference shown", "untested"} {
		if len(on[verdict]) > 0 {
			parts = append(parts, verdict+" on "+list(on[verdict]))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return []string{"Against itself without mixers, over seeds, by the ratio of the mean MSEs over the horizons: " + strings.Join(parts, "; ") + "."}
}

func on(entries []*entry, set string) []*entry {
	return slices.DeleteFunc(slices.Clone(entries), func(e *entry) bool { return e.Data != set })
}

// bySeed gives, for each seed that all have, the mean MSE of two models over the horizons that both have. What is not
// trained has its one run at every seed.
func bySeed(a, b []*entry) (x, y []float64) {
	var pairs [][2]*entry
	for _, e := range a {
		if i := slices.IndexFunc(b, func(other *entry) bool { return other.Horizon == e.Horizon }); i >= 0 {
			pairs = append(pairs, [2]*entry{e, b[i]})
		}
	}
	if len(pairs) == 0 {
		return nil, nil
	}
	for _, run := range pairs[0][0].Runs {
		var sums [2]float64
		complete := true
		for _, both := range pairs {
			for side, e := range both {
				r := e.at(run.Seed)
				if r == nil {
					complete = false
					continue
				}
				sums[side] += r.Headline().MSE / float64(len(pairs))
			}
		}
		if complete {
			x, y = append(x, sums[0]), append(y, sums[1])
		}
	}
	return x, y
}

// at gives the run of a seed, nil if there is none.
func (e *entry) at(seed uint64) *result.Record {
	if !e.trained() {
		return e.Runs[0]
	}
	if i := slices.IndexFunc(e.Runs, func(r *result.Record) bool { return r.Seed == seed }); i >= 0 {
		return e.Runs[i]
	}
	return nil
}
