package report

import (
	"slices"

	"mambamixer/experiments/stats"
)

// matrix makes the table of a study as its cells say, each shown by a function.
func (a *analysis) matrix(id, caption, head string, show func(*entry) Cell) *Table {
	t := &Table{ID: a.Name + "-" + id, Caption: caption, Head: head}
	at := map[[2]string]*entry{}
	var rows, columns []string
	for _, section := range a.sections() {
		for _, e := range a.entries {
			row := e.row()
			at[[2]string{row, e.Column}] = e
			if e.Section == section && !slices.Contains(rows, row) {
				rows = append(rows, row)
			}
			if !slices.Contains(columns, e.Column) {
				columns = append(columns, e.Column)
			}
		}
	}
	for _, name := range columns {
		t.Columns = append(t.Columns, Column{Name: name})
	}
	for _, name := range rows {
		row := Row{Name: name}
		for _, column := range columns {
			if e, found := at[[2]string{name, column}]; found {
				row.Cells = append(row.Cells, show(e))
			} else {
				row.Cells = append(row.Cells, number(nan, "%f"))
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// sections lists the sections of rows, in the order of their first entry.
func (a *analysis) sections() []string {
	var sections []string
	for _, e := range a.entries {
		if !slices.Contains(sections, e.Section) {
			sections = append(sections, e.Section)
		}
	}
	return sections
}

// row names the row of an entry, with the section where there is one.
func (e *entry) row() string {
	switch {
	case e.Section == "":
		return e.Row
	case e.Section == e.Data: // the row is a horizon
		return e.Section + " " + e.Row
	}
	return e.Section + ": " + e.Row
}

// everyCell lists the cells one by one: the table to search and sort.
func everyCell(a *analysis) *Table {
	t := &Table{ID: a.Name + "-cells", Caption: "Every cell", Head: "spec", Long: true}
	for _, name := range []string{"model", "data", "horizon", a.measure(), "MAE", "rank", "windows", "published", "ratio", "state", "source"} {
		t.Columns = append(t.Columns, Column{Name: name, Text: slices.Contains([]string{"model", "data", "state", "source"}, name)})
	}
	listed := map[string]bool{} // a spec may stand in several cells
	for _, e := range a.entries {
		if listed[e.Spec] {
			continue
		}
		listed[e.Spec] = true
		published, source := nan, ""
		if e.Paper != nil {
			published, source = e.Paper.MSE, e.Paper.Source+"; "+e.Paper.Protocol
		}
		mse := e.cell()
		mse.Rank, mse.Sub = "", ""
		mae := number(e.mae.Mean, "%.4f")
		if e.mae.N > 1 {
			mae.Spread = "± " + digits(e.mae.Std, "%.4f")
		}
		rank := nan
		if e.rank > 0 {
			rank = e.rank
		}
		t.Rows = append(t.Rows, Row{Name: e.Spec, Cells: []Cell{
			words(e.Model), words(e.Data), number(float64(e.Horizon), "%.0f"), mse, mae, number(rank, "%g"),
			e.windowsCell(), number(published, "%.3f"), number(e.ratio(), "%.3f"), words(string(e.state())), words(source),
		}})
	}
	return t
}

// interval writes an estimate with its interval.
func interval(i stats.Interval, format string) string {
	text := digits(i.Estimate, format)
	if i.Low == i.Low {
		text += " [" + digits(i.Low, format) + ", " + digits(i.High, format) + "]"
	}
	return text
}
