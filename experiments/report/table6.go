package report

import (
	"fmt"

	"mambamixer/experiments/paper"
	"mambamixer/experiments/result"
	"mambamixer/experiments/stats"
)

// table6 lays out the forecasts of sales: TSM2 with all, some or none of what is known, and models that see the history alone.
// What the paper published is of other series, or of a budget that no run here had, and stands in a table of its own.
func table6(s *Section, a *analysis) {
	if a.any() {
		main := a.variants(func(e *entry) Cell {
			c := e.unranked()
			c.Sub = e.selection()
			return c
		})
		main.Notes = append(main.Notes, "WRMSSE: the weighted error of M5 over twelve levels of the hierarchy; selection: the same on the 28 days before the test.")
		s.Tables = append(s.Tables, main)
		s.drawChanges(a)
		s.Findings = a.changeFindings()
	}
	s.Tables = append(s.Tables, publishedSales(), everyCell(a))
}

// selection is the error on the days before the test.
func (e *entry) selection() string {
	var errors []float64
	for _, run := range e.Runs {
		if run.Val != nil {
			errors = append(errors, run.Val.WRMSSE)
		}
	}
	if len(errors) == 0 {
		return ""
	}
	return "selection " + result.Error(stats.Summarize(errors).Mean)
}

// publishedSales shows the paper's Table 6.
func publishedSales() *Table {
	t := &Table{ID: "table6-published", Caption: "Published on M5, quoted: WRMSSE with auxiliary information", Head: "model",
		Columns: []Column{{Name: "test", Quoted: true}, {Name: "validation", Quoted: true}},
		Notes:   []string{fmt.Sprintf("No run of this project is in this table. %s; TSMixer, DeepAR and TFT as TSMixer's authors measured them.", paper.SalesSource)}}
	for _, p := range paper.Sales() {
		t.Rows = append(t.Rows, Row{p.Model, quoted(number(p.Test, "%.3f"), number(p.Validation, "%.3f"))})
	}
	return t
}
