package report

import (
	"fmt"
	"math"
	"strings"
)

// table7 lays out the dual selection taken apart: a row is a variant of TSM2, a column a data set.
func table7(s *Section, a *analysis) {
	main := a.variants(func(e *entry) Cell {
		c := e.cell()
		if e.Paper != nil {
			c.Sub = strings.TrimSpace(fmt.Sprintf("paper %.3f %s", e.Paper.MSE, times(e.ratio())))
		}
		return c
	})
	a.cite(main)
	s.Tables = append(s.Tables, main, everyCell(a))
	s.drawChanges(a)
	s.Findings = a.changeFindings()
}

// ablations lays out TSM2 with one choice changed at a time. With so many variants the lowest of them would be low by
// chance, so there are no ranks and no marks.
func ablations(s *Section, a *analysis) {
	s.Tables = append(s.Tables, a.variants((*entry).unranked), everyCell(a))
	s.drawChanges(a)
	s.Findings = a.changeFindings()
}

// unranked shows a mean with its spread alone.
func (e *entry) unranked() Cell {
	e.rank, e.mark, e.tie = 0, "", ""
	return e.cell()
}

// measure names the error of forecasters.
func (a *analysis) measure() string {
	if a.Sales {
		return "WRMSSE"
	}
	return "MSE"
}

// variants is a table of variants of the reference, with the difference to it in each cell.
func (a *analysis) variants(show func(*entry) Cell) *Table {
	measure, model, unit := "Test "+a.measure(), reference, "in % of TSM2's "+a.measure()
	if a.Pictures {
		measure, model, unit = "Top-1 accuracy in per cent, higher is better", pictureReference, "in points of accuracy"
	}
	t := a.matrix("variants", measure+": mean ± standard deviation (runs), and the difference to "+model+" with its p", "variant", func(e *entry) Cell {
		c := show(e)
		c.Sub = join(c.Sub, e.difference())
		return c
	})
	t.Notes = append(t.Notes, "Difference: of the runs paired by seed, "+unit+". p: paired t-test over seeds, corrected by Holm for the variants of the data set; * below 5 %. "+pairsNote)
	return t
}

// difference says how far an entry is from the reference of its contest.
func (e *entry) difference() string {
	switch {
	case e.filled() && e.isReference():
		return "reference"
	case e.change == nil || e.change.Test.N == 0:
		return ""
	case math.IsNaN(e.holm):
		return e.changed() + e.inPairs() + ", untested"
	}
	star := ""
	if e.holm < alpha {
		star = " *"
	}
	return fmt.Sprintf("%s%s, p %s%s", e.changed(), e.inPairs(), chance(e.holm), star)
}

// inPairs says where the reference stands in the pairs, if there are runs without a partner: then the difference is not that of the
// means that the table shows.
func (e *entry) inPairs() string {
	if pairs := e.change.Difference.N; e.change.A.N <= pairs && e.change.B.N <= pairs {
		return ""
	}
	return " from " + e.shown(e.change.PairedB.Mean)
}

// pairsNote explains it.
const pairsNote = "Where runs have no partner, the mean of the reference in the pairs stands behind \"from\": the difference is to that mean, not to that of all its runs."

// changed writes the difference to the reference: in percent of its error, of a classifier in points of accuracy.
func (e *entry) changed() string {
	if e.classifies() {
		return fmt.Sprintf("%+.2f points", e.points(e.change.Difference.Mean))
	}
	return fmt.Sprintf("%+.1f %%", e.points(e.change.Difference.Mean))
}

// points writes a difference of errors as tables and figures do: in percent of the reference's error, of a classifier in points of
// accuracy, which are above 0 where the error is lower.
func (e *entry) points(difference float64) float64 {
	if e.classifies() {
		return -100 * difference
	}
	return 100 * difference / e.change.PairedB.Mean
}

// changeFindings says, by data set, which variants differ from the reference.
func (a *analysis) changeFindings() []string {
	var findings []string
	for _, c := range a.contests {
		var lower, higher []string
		tested, model, better, worse := 0, reference, "Lower error", "Higher error"
		if a.Pictures {
			model, better, worse = pictureReference, "Higher accuracy", "Lower accuracy"
		}
		for _, e := range c.filled() {
			if e.change == nil || math.IsNaN(e.holm) {
				continue
			}
			tested++
			switch text := fmt.Sprintf("%s (%s)", e.row(), e.changed()); {
			case e.holm >= alpha:
			case e.change.Difference.Mean < 0:
				lower = append(lower, text)
			default:
				higher = append(higher, text)
			}
		}
		if tested > 0 {
			findings = append(findings, fmt.Sprintf("%s, %s tested against %s. %s: %s. %s: %s. Not told apart: %d.",
				c.entries[0].named, count(tested, "variant"), model, better, list(lower), worse, list(higher), tested-len(lower)-len(higher)))
		}
	}
	return findings
}
