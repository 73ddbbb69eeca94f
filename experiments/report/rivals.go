package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// reached is how far, as a part of it, a mean error may lie from the published one to count as the same.
const reached = 0.02

// rivals lays out the rivals beside their own papers: a row is a rival, a column a horizon. The histories differ by row, so
// nothing is ranked.
func rivals(s *Section, a *analysis) {
	main := a.matrix("models", "Test MSE with the history of each rival's own paper: mean ± standard deviation (runs), and below it the published MSE with the ratio of ours to it",
		"data, rival", func(e *entry) Cell {
			c := e.unranked()
			c.Sub = e.beside()
			return c
		})
	main.Columns = slices.Concat([]Column{{Name: "history"}}, main.Columns, []Column{{Name: "mean ratio"}, {Name: "range", Text: true}})
	for i := range main.Rows {
		row := &main.Rows[i]
		e := a.entries[slices.IndexFunc(a.entries, func(e *entry) bool { return e.row() == row.Name })]
		r := a.againstOwn(e.Model, e.Data)
		row.Cells = slices.Concat([]Cell{number(float64(e.History), "%.0f")}, row.Cells, []Cell{number(r.mean, "%.3f"), r.spanned()})
		if note := a.ownNote(e); note != "" {
			main.Notes = append(main.Notes, note)
		}
	}
	main.Notes = append(main.Notes, "Ours are means over seeds, with every test window counted. Mean ratio and range are over the horizons that were run.")
	s.Tables = append(s.Tables, main, everyCell(a))
	s.Findings = a.ownFindings()
}

// beside is the published number and the ratio of ours to it.
func (e *entry) beside() string {
	if e.Paper == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprintf("%.3f %s", e.Paper.MSE, times(e.ratio())))
}

// ownNote says by which protocol a rival was published and what differs here.
func (a *analysis) ownNote(e *entry) string {
	if e.Paper == nil {
		return ""
	}
	return fmt.Sprintf("%s, published: %s; %s. Here: %s.", e.Model, e.Paper.Source, e.Paper.Protocol, a.Deviations[e.Model])
}

// ratios are those of a model to its own paper over horizons; NaN without any.
type ratios struct {
	mean, low, high float64
	n, of           int // horizons run, and published
}

func (a *analysis) againstOwn(model, set string) ratios {
	r := ratios{low: math.Inf(1), high: math.Inf(-1)}
	sum := 0.0
	for _, e := range on(a.entries, set) {
		if e.Model != model || e.Paper == nil {
			continue
		}
		r.of++
		if ratio := e.ratio(); !math.IsNaN(ratio) {
			r.n++
			sum += ratio
			r.low, r.high = min(r.low, ratio), max(r.high, ratio)
		}
	}
	r.mean = sum / float64(r.n) // of nothing: NaN
	return r
}

func (r ratios) spanned() Cell {
	if r.n == 0 {
		return number(nan, "%f")
	}
	return words(fmt.Sprintf("%.3f to %.3f", r.low, r.high))
}

// ownFindings says which rivals reach their papers and which don't, in either direction.
func (a *analysis) ownFindings() []string {
	var within, worse, better []string
	for _, set := range a.sets() {
		for _, model := range models(on(a.entries, set)) {
			r := a.againstOwn(model, set)
			text := fmt.Sprintf("%s (%+.1f %%)", model, 100*(r.mean-1))
			if r.n < r.of {
				text = fmt.Sprintf("%s (%+.1f %%, %d of %d horizons)", model, 100*(r.mean-1), r.n, r.of)
			}
			switch {
			case r.n == 0:
			case r.mean > 1+reached:
				worse = append(worse, text)
			case r.mean < 1-reached:
				better = append(better, text)
			default:
				within = append(within, text)
			}
		}
	}
	if len(within)+len(worse)+len(better) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("In the mean over horizons, %s reach their papers within %.0f %%. Worse than published: %s. Better than published, which is a deviation too: %s.",
		list(within), 100*reached, list(worse), list(better))}
}
