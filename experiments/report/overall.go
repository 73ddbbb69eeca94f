package report

import (
	"fmt"
	"math"
	"slices"

	"mambamixer/experiments/compare"
	"mambamixer/experiments/result"
	"mambamixer/experiments/stats"
)

// duel is TSM2 against one rival, over the cells that both have.
type duel struct {
	rival string
	*compare.Comparison
	lower int     // cells in which TSM2's mean is lower
	holm  float64 // p over cells, corrected for the number of rivals
}

// duels holds TSM2 against every other model.
func duels(entries []*entry) []duel {
	ours := ofModel(entries, reference)
	if len(ours) == 0 {
		return nil
	}
	var list []duel
	var p []float64
	for _, model := range models(entries) {
		if model == reference {
			continue
		}
		c, err := compare.New(side(ours...), side(ofModel(entries, model)...))
		if err != nil {
			continue // no cell in common
		}
		d := duel{rival: model, Comparison: c}
		for _, cell := range c.Cells {
			if cell.Ratio < 1 {
				d.lower++
			}
		}
		if len(c.Cells) < 2 {
			c.Overall = stats.Test{P: nan, Effect: nan}
		}
		list, p = append(list, d), append(p, c.Overall.P)
	}
	for i, adjusted := range stats.Holm(p) {
		list[i].holm = adjusted
	}
	return list
}

// verdict says who is better, if the test does.
func (d duel) verdict() string {
	switch {
	case math.IsNaN(d.holm):
		return "untested"
	case d.holm >= alpha:
		return "no difference shown"
	case d.Overall.Effect < 0:
		return "TSM2 better"
	}
	return "TSM2 worse"
}

// rivalsOverCells has a row for each rival.
func rivalsOverCells(a *analysis, entries []*entry) *Table {
	t := &Table{ID: a.Name + "-rivals", Caption: "TSM2 against each rival over cells", Head: "rival",
		Columns: []Column{{Name: "cells"}, {Name: "mean ratio"}, {Name: "TSM2 lower in"}, {Name: "p"}, {Name: "p (Holm)"}, {Name: "effect"}, {Name: "verdict", Text: true}},
		Notes: []string{"Ratio: TSM2's mean MSE to the rival's, over cells with its 95 % bootstrap interval. p: Wilcoxon signed-rank test on one difference a cell, " +
			"corrected by Holm for the number of rivals. Effect: rank-biserial correlation, -1 where TSM2 is better in every cell."}}
	for _, d := range duels(entries) {
		t.Rows = append(t.Rows, Row{d.rival, []Cell{number(float64(len(d.Cells)), "%.0f"), {Value: interval(d.Ratio, "%.3f"), Sort: d.Ratio.Estimate},
			number(float64(d.lower), "%.0f"), probability(d.Overall.P), probability(d.holm), number(d.Overall.Effect, "%.2f"), words(d.verdict())}})
	}
	return t
}

// rivalFindings says the same in words.
func (a *analysis) rivalFindings(entries []*entry) []string {
	said := map[string][]string{}
	for _, d := range duels(entries) {
		text := fmt.Sprintf("%s (%s, p %s)", d.rival, times(d.Ratio.Estimate), chance(d.holm))
		said[d.verdict()] = append(said[d.verdict()], text)
	}
	var findings []string
	for _, verdict := range []struct{ name, sentence string }{
		{"TSM2 better", "Over cells TSM2 has a lower error than %s."},
		{"TSM2 worse", "Over cells TSM2 has a higher error than %s."},
		{"no difference shown", "Over cells no difference is shown between TSM2 and %s."},
	} {
		if names := said[verdict.name]; len(names) > 0 {
			findings = append(findings, fmt.Sprintf(verdict.sentence, list(names)))
		}
	}
	return findings
}

// list writes "a, b and c", or "none".
func list(names []string) string {
	text := ""
	if len(names) == 0 {
		text = "none"
	}
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			text += " and "
		default:
			text += ", "
		}
		text += name
	}
	return text
}

// rivalsBySet tests TSM2 against each rival on each data set, over seeds.
func rivalsBySet(a *analysis, entries []*entry) *Table {
	t := &Table{ID: a.Name + "-sets", Caption: "TSM2 against each rival by data set, over seeds: ratio of the MSEs", Head: "rival",
		Notes: []string{"One value a seed, the mean over the horizons that both models have. Below each ratio: p of a paired t-test over seeds, corrected by Holm for " +
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
