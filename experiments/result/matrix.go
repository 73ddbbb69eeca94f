package result

import (
	"fmt"
	"slices"
)

// Matrix shows the test errors of a study's cells in their places, of classifiers the right guesses in per cent: the mean over
// runs, the standard deviation where there are several, and how many. What is not filled says its state.
func Matrix(title string, cells []Cell) *Table {
	t := &Table{Title: title, Columns: []Column{{Name: ""}}}
	var rows, columns []string
	at := map[[2]string]string{}
	for i := range cells {
		c := &cells[i]
		row := c.Row
		if c.Section != "" {
			row = c.Section + " " + c.Row
		}
		if !slices.Contains(rows, row) {
			rows = append(rows, row)
		}
		if !slices.Contains(columns, c.Column) {
			columns = append(columns, c.Column)
			t.Columns = append(t.Columns, Column{Name: c.Column, Right: true})
		}
		at[[2]string{row, c.Column}] = c.text()
	}
	for _, row := range rows {
		line := []string{row}
		for _, column := range columns {
			line = append(line, at[[2]string{row, column}])
		}
		t.Add(line...)
	}
	return t
}

func (c *Cell) text() string {
	if state := c.State(); state != Filled {
		return string(state)
	}
	if c.Runs[0].Classifies() {
		return fmt.Sprintf("%s (%d)", percent(values(c.Runs, func(r *Record) float64 { return 1 - r.TestError() })), len(c.Runs))
	}
	return fmt.Sprintf("%s (%d)", spread(c.Errors()), len(c.Runs))
}
