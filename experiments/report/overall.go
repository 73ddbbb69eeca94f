package report

import (
	"fmt"
	"math"

	"mambamixer/experiments/compare"
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
