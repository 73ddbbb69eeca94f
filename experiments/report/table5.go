package report

import (
	"fmt"
	"slices"
	"strings"

	"mambamixer/experiments/paper"
)

// quotedModels are the columns of the paper's table that this project does not rerun.
var quotedModels = []string{"Informer", "Autoformer", "FEDFormer", "Pyraformer", "LogTransformer"}

// table5 lays out long-term forecasting: a row is a data set and a horizon, a column a model.
func table5(s *Section, a *analysis) {
	main := a.matrix("models", "Test MSE: mean ± standard deviation (runs), rank, and the published MSE with the ratio of ours to it",
		"data, horizon", func(e *entry) Cell {
			c := e.cell()
			c.Sub = e.beside()
			return c
		})
	a.cite(main)
	a.addWindows(main)
	a.addQuoted(main)
	main.Notes = append(main.Notes, "Ranks and marks are those of the models rerun here. Columns in italics are quoted from "+mambaMixerTable5+".", a.machinesNote())
	s.Tables = append(s.Tables, main)

	real := a.real()
	bySet := rivalsBySet(a, real)
	s.Tables = add(s.Tables, publishedRatios(a, real), rivalsOverCells(a, real), bySet, publishedAgainst(a))
	s.drawHorizons(a)
	for _, ranking := range rankings(a, real) {
		t := ranking.table(a)
		s.Tables = append(s.Tables, t)
		s.drawRanks(strings.TrimPrefix(t.ID, a.Name+"-"), ranking)
	}
	s.Tables = append(s.Tables, everyCell(a))
	s.Findings = slices.Concat(a.ratioFinding(real), setFinding(bySet), a.rivalFindings(real))
}

const mambaMixerTable5 = "Table 5 of the MambaMixer paper (arXiv 2403.19888v1)"

// times writes a ratio.
func times(ratio float64) string {
	if ratio != ratio {
		return ""
	}
	return fmt.Sprintf("×%.3f", ratio)
}

// add appends the tables that have rows.
func add(tables []*Table, more ...*Table) []*Table {
	for _, t := range more {
		if len(t.Rows) > 0 {
			tables = append(tables, t)
		}
	}
	return tables
}

// real gives the entries of published data sets.
func (a *analysis) real() []*entry {
	var list []*entry
	for _, e := range a.entries {
		if !e.filled() || !e.Runs[0].Data.Synthetic {
			list = append(list, e)
		}
	}
	return list
}

// cite adds, to the columns that show published numbers, letters, and below the table where these numbers come from.
func (a *analysis) cite(t *Table) {
	letters := map[string]string{}
	for i := range t.Columns {
		var notes []string
		for _, e := range a.entries {
			if e.Column != t.Columns[i].Name || e.Paper == nil {
				continue
			}
			source := e.Paper.Source + "; " + e.Paper.Protocol
			if letters[source] == "" {
				letters[source] = string(rune('a' + len(letters)))
				t.Notes = append(t.Notes, fmt.Sprintf("(%s) published: %s", letters[source], source))
			}
			if !slices.Contains(notes, letters[source]) {
				notes = append(notes, letters[source])
			}
		}
		t.Columns[i].Note = strings.Join(notes, ", ")
	}
}

// addWindows ends each row, a contest, with the number of test windows.
func (a *analysis) addWindows(t *Table) {
	t.Columns = append(t.Columns, Column{Name: "windows"})
	for i := range t.Rows {
		cell := words(absent)
		for _, e := range a.entries {
			if e.row() == t.Rows[i].Name && e.filled() {
				cell = e.windowsCell()
				break
			}
		}
		t.Rows[i].Cells = append(t.Rows[i].Cells, cell)
	}
}

// addQuoted adds the columns of models that are not rerun.
func (a *analysis) addQuoted(t *Table) {
	for _, model := range quotedModels {
		t.Columns = append(t.Columns, Column{Name: model, Quoted: true})
	}
	place := map[string]*entry{}
	for _, e := range a.entries {
		place[e.row()] = e
	}
	for i := range t.Rows {
		e := place[t.Rows[i].Name]
		for _, model := range quotedModels {
			cell := number(nan, "%f")
			if value, found := paper.Lookup(model, e.Data, e.Horizon); found {
				cell = number(value.MSE, "%.3f")
				cell.Title = "quoted: " + value.Source
			}
			cell.State = Quoted
			t.Rows[i].Cells = append(t.Rows[i].Cells, cell)
		}
	}
}
