package report

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mambamixer/experiments/result"
)

// soldCell is a cell of the study of sales, with runs of seeds 0, 1, ... that have these errors. Nothing was trained.
func soldCell(row, varies string, errors ...float64) result.Cell {
	c := result.Cell{Section: "TSM2", Row: row, Column: "M5-280", Spec: row + "/M5-280/28", Model: "TSM2", Data: "M5-280", History: 35, Horizon: 28}
	if varies != "" {
		c.Varies, c.Model = []string{varies}, "TSM2, "+row
	}
	for seed, wrmsse := range errors {
		r := made("TSM2", "M5-280", 28, uint64(seed), 0.9)
		r.Spec, r.History = c.Spec, 35
		r.Last.WRMSSE, r.Val = wrmsse, &result.Scores{MSE: 0.8, WRMSSE: wrmsse + 0.1, Windows: 1}
		c.Runs = append(c.Runs, r)
	}
	return c
}

// Sales are compared by the WRMSSE, and the paper's stand apart.
func TestSales(t *testing.T) {
	in := input("table6", soldCell("all", "", 0.80, 0.81, 0.82), soldCell("history", "data.sales.future=false", 0.90, 0.912, 0.921))
	in.Studies[0].Sales, in.Studies[0].Sets = true, []string{"M5-280"}
	r := New(in)
	table := r.table(t, "table6-variants")
	if c := table.at(t, "TSM2: all", "M5-280"); c.Value != "0.8100" || c.Spread != "± 0.0100 (3)" || c.Sub != "selection 0.9100 · reference" {
		t.Errorf("the reference: %+v", c)
	}
	if c := table.at(t, "TSM2: history", "M5-280"); !strings.Contains(c.Sub, "+12.5 %") || !strings.HasSuffix(c.Sub, "*") {
		t.Errorf("the variant: %+v", c)
	}
	if !strings.Contains(table.Caption, "WRMSSE") || strings.Contains(table.Caption, "MSE:") && !strings.Contains(table.Caption, "WRMSSE:") {
		t.Errorf("the caption is %q", table.Caption)
	}
	if c := r.table(t, "table6-published").at(t, "TSM2", "test"); c.Value != "0.591" || c.State != Quoted {
		t.Errorf("published: %+v", c)
	}
	s := r.Sections[0]
	i := slices.Index(s.Columns, "wrmsse_mean")
	if i < 0 || slices.Contains(s.Columns, "mse_mean") || !strings.HasPrefix(s.Cells[0][i], "0.81") {
		t.Errorf("columns %v, cells %v", s.Columns, s.Cells)
	}
	if len(s.Findings) != 1 || !strings.Contains(s.Findings[0], "Higher error: TSM2: history") {
		t.Errorf("findings %v", s.Findings)
	}
	for _, item := range r.Items {
		if item.Question == "Error measure" && (!strings.Contains(item.Answer, "WRMSSE") || strings.Contains(item.Answer, "standardised")) {
			t.Errorf("the measure is said to be %q", item.Answer)
		}
	}
	if e := newEntry(in.Studies[0].Cells[0], nil); math.Abs(e.mse.Mean-0.81) > 1e-12 {
		t.Errorf("the mean error is %v", e.mse.Mean)
	}
}
