package compare

import (
	"fmt"
	"math"
	"slices"

	"mambamixer/experiments/result"
)

// alpha is the level at which a difference is called one.
const alpha = 0.05

// Table shows one row a cell, with its horizon if it has one, and in its notes what holds over all of them and what limits it.
func (c *Comparison) Table() *result.Table {
	table := &result.Table{Title: fmt.Sprintf("%s, mean ± standard deviation (runs)\nA: %s\nB: %s", c.Measure, c.A, c.B), Columns: []result.Column{
		{Name: "data"}, {Name: "horizon", Right: true}, {Name: "A", Right: true}, {Name: "B", Right: true}, {Name: "A - B", Right: true},
		{Name: "A / B", Right: true}, {Name: "effect", Right: true}, {Name: "p", Right: true}, {Name: "p (Holm)", Right: true}, {Name: "better"},
	}}
	const horizon = 1
	if !c.horizons {
		table.Columns = slices.Delete(table.Columns, horizon, horizon+1)
	}
	better := map[string]int{}
	for _, cell := range c.Cells {
		who := cell.Better()
		better[who]++
		row := []string{cell.Data, fmt.Sprint(cell.Horizon), cell.A.String(), cell.B.String(), cell.Difference.String(),
			number(cell.Ratio, "%.3f"), number(cell.Test.Effect, "%.2f"), number(cell.Test.P, "%.2g"), number(cell.Holm, "%.2g"), who}
		if !c.horizons {
			row = slices.Delete(row, horizon, horizon+1)
		}
		table.Add(row...)
	}
	table.Notes = append(table.Notes, fmt.Sprintf("p: paired t-test over seeds; effect: mean difference over its deviation; ~: no difference at %g after correction", alpha))
	table.Notes = append(table.Notes, c.overall(better))
	for _, warning := range c.Warnings {
		table.Notes = append(table.Notes, "warning: "+string(warning))
	}
	return table
}

// Better says which side has the lower error, "A" or "B", or "~" if the seeds can't tell.
func (c *Cell) Better() string {
	switch {
	case !(c.Holm < alpha): // NaN too
		return "~"
	case c.Difference.Mean < 0:
		return "A"
	}
	return "B"
}

func (c *Comparison) overall(better map[string]int) string {
	text := fmt.Sprintf("over %d rows: A is better in %d, B in %d; mean A / B %.3f", len(c.Cells), better["A"], better["B"], c.Ratio.Estimate)
	if len(c.Cells) < 2 {
		return text
	}
	return text + fmt.Sprintf(", 95 %% interval %.3f to %.3f; %s test p = %s, rank-biserial correlation %s",
		c.Ratio.Low, c.Ratio.High, c.Overall.Name, number(c.Overall.P, "%.2g"), number(c.Overall.Effect, "%.2f"))
}

// number writes a number, or a dash where there is none.
func number(x float64, format string) string {
	if math.IsNaN(x) {
		return "-"
	}
	return fmt.Sprintf(format, x)
}
