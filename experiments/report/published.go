package report

import (
	"fmt"
	"slices"

	"mambamixer/experiments/paper"
	"mambamixer/experiments/stats"
)

// bootstrapSeed makes intervals the same every time.
const bootstrapSeed = 1

// publishedRatio is how a model stands to its own published numbers over cells.
func publishedRatio(entries []*entry, model string) (ratios stats.Interval, lower, cells int, source string) {
	var values []float64
	for _, e := range ofModel(entries, model) {
		if e.Paper == nil {
			continue
		}
		values = append(values, e.ratio())
		if e.ratio() < 1 {
			lower++
		}
		source = e.Paper.Source + "; " + e.Paper.Protocol
	}
	return stats.BootstrapMean(values, 0.95, bootstrapSeed), lower, len(values), source
}

// publishedRatios has a row for each model of which numbers are published.
func publishedRatios(a *analysis, entries []*entry) *Table {
	t := &Table{ID: a.Name + "-published", Caption: "Ours beside the published numbers: mean ratio of the MSEs over cells, with its 95 % bootstrap interval",
		Head: "model", Columns: []Column{{Name: "cells"}, {Name: "mean ratio"}, {Name: "ours lower in"}, {Name: "published in", Text: true}}}
	for _, model := range models(entries) {
		ratio, lower, cells, source := publishedRatio(entries, model)
		if cells == 0 {
			continue
		}
		shown := Cell{Value: interval(ratio, "%.3f"), Sort: ratio.Estimate}
		t.Rows = append(t.Rows, Row{model, []Cell{number(float64(cells), "%.0f"), shown, number(float64(lower), "%.0f"), words(source)}})
	}
	return t
}

// publishedAgainst holds the published numbers of TSM2 against those of every other model: what the literature alone says,
// with the rivals that the paper left out.
func publishedAgainst(a *analysis) *Table {
	t := &Table{ID: a.Name + "-literature", Caption: "Published numbers against each other: TSM2's MSE to the rival's, over the cells that both papers have",
		Head:    "rival",
		Columns: []Column{{Name: "cells"}, {Name: "TSM2 lower in"}, {Name: "mean ratio"}, {Name: "rival published in", Text: true}},
		Notes:   []string{"No run of this project is in this table. The protocols differ, as said in the last column."}}
	var names []string
	for _, e := range a.entries {
		if !slices.Contains(names, e.Model) && e.Model != reference {
			names = append(names, e.Model)
		}
	}
	for _, model := range append(names, quotedModels...) {
		var ratios []float64
		lower, source := 0, ""
		for _, c := range a.contests {
			data, horizon := c.entries[0].Data, c.entries[0].Horizon
			ours, found := paper.Lookup(reference, data, horizon)
			theirs, both := paper.Lookup(model, data, horizon)
			if !found || !both {
				continue
			}
			if ours.MSE < theirs.MSE {
				lower++
			}
			ratios, source = append(ratios, ours.MSE/theirs.MSE), theirs.Source+"; "+theirs.Protocol
		}
		if len(ratios) > 0 {
			ratio := stats.BootstrapMean(ratios, 0.95, bootstrapSeed)
			t.Rows = append(t.Rows, Row{model, []Cell{number(float64(len(ratios)), "%.0f"), number(float64(lower), "%.0f"),
				{Value: interval(ratio, "%.3f"), Sort: ratio.Estimate}, words(source)}})
		}
	}
	return t
}

// ratioFinding says how TSM2 stands to the paper.
func (a *analysis) ratioFinding(entries []*entry) []string {
	ratio, lower, cells, _ := publishedRatio(entries, reference)
	if cells == 0 {
		return nil
	}
	return []string{fmt.Sprintf("TSM2's MSE is %s times the paper's, the mean over %s and its 95 %% interval; it is lower in %d.",
		interval(ratio, "%.3f"), count(cells, "cell"), lower)}
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
