package report

import (
	"fmt"
	"math"
)

// probe lays out the generated sets: a row is a model or a variant of TSM2, a column a set, and the first rows are the
// errors between which a forecast lies.
func probe(s *Section, a *analysis) {
	main := a.matrix("models", "Test MSE: mean ± standard deviation (runs), the share explained of what can be, and the difference to TSM2",
		"model", func(e *entry) Cell {
			c := e.cell()
			c.Sub = a.explained(e)
			if e.isVariant() {
				c.Sub = join(c.Sub, e.difference())
			}
			return c
		})
	best, mean := Row{Name: "best forecast there is (Bayes)"}, Row{Name: "forecast of the mean"}
	for _, column := range main.Columns {
		bounds, known := a.Bounds[column.Name]
		if !known {
			bounds = Bounds{Bayes: nan, Mean: nan}
		} else {
			main.Notes = append(main.Notes, column.Name+" asks for "+bounds.Needs)
		}
		best.Cells = append(best.Cells, number(bounds.Bayes, "%.4f"))
		mean.Cells = append(mean.Cells, number(bounds.Mean, "%.4f"))
	}
	main.Rows = append([]Row{best, mean}, main.Rows...)
	main.Notes = append(main.Notes, "Explained: 100 % is the best forecast that there is, computed from the equations that generated the set, and 0 % the forecast of the mean. "+
		"p: paired t-test over seeds against TSM2, corrected by Holm for the models of the set; * below 5 %. "+pairsNote)
	s.Tables = append(s.Tables, main, everyCell(a))
	s.drawShares(a, main)
	s.Findings = a.probeFindings()
}

// isVariant says whether an entry is TSM2 with something changed.
func (e *entry) isVariant() bool { return len(e.Varies) > 0 }

// share is how much of what can be explained an entry explains; NaN if that is not known.
func (a *analysis) share(e *entry) float64 {
	bounds, known := a.Bounds[e.Data]
	if !known || !e.filled() {
		return nan
	}
	return (bounds.Mean - e.mse.Mean) / (bounds.Mean - bounds.Bayes)
}

func (a *analysis) explained(e *entry) string {
	if share := a.share(e); !math.IsNaN(share) {
		return fmt.Sprintf("%.0f %%", 100*share)
	}
	return ""
}

// probeFindings says, by set, what TSM2 explains, and the parts without which it explains less.
func (a *analysis) probeFindings() []string {
	var findings []string
	for _, c := range a.contests {
		var needed []string
		share := nan
		for _, e := range c.filled() {
			if e.isReference() {
				share = a.share(e)
			} else if e.isVariant() && e.holm < alpha && e.change.Difference.Mean > 0 {
				needed = append(needed, fmt.Sprintf("%s (%s)", e.Row, a.explained(e)))
			}
		}
		if math.IsNaN(share) {
			continue
		}
		text := fmt.Sprintf("%s: TSM2 explains %.0f %% of what can be explained", c.entries[0].Data, 100*share)
		if len(needed) > 0 {
			text += "; worse are " + list(needed)
		}
		findings = append(findings, text+".")
	}
	return findings
}
