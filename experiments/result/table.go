package result

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Table is a rectangle of text with named columns, ready to be shown.
type Table struct {
	Title   string // shown above, may be empty
	Columns []Column
	Rows    [][]string // one cell per column; "" is an empty cell
	Notes   []string   // shown below, one a line
}

// Column is the heading of a column and the side its cells lean to.
type Column struct {
	Name  string
	Right bool // align right, for numbers
}

// Add appends a row. It panics if the number of cells is not that of the columns.
func (t *Table) Add(cells ...string) {
	if len(cells) != len(t.Columns) {
		panic(fmt.Sprintf("a row of %d cells was added to a table of %d columns", len(cells), len(t.Columns)))
	}
	t.Rows = append(t.Rows, cells)
}

// Text gives the table as aligned text for a terminal: columns two spaces apart, a rule below the heading.
func (t *Table) Text() string {
	widths := t.widths()
	rule := make([]string, len(widths))
	for i, width := range widths {
		rule[i] = strings.Repeat("-", width)
	}
	var b strings.Builder
	if t.Title != "" {
		b.WriteString(t.Title + "\n\n")
	}
	for _, row := range append([][]string{t.names(), rule}, t.Rows...) {
		b.WriteString(strings.TrimRight(strings.Join(t.pad(row, widths), "  "), " ") + "\n")
	}
	return b.String() + t.notes()
}

// Markdown gives the table in GitHub's Markdown, with the source aligned too.
func (t *Table) Markdown() string {
	escaped := &Table{Columns: t.Columns}
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = strings.ReplaceAll(cell, "|", `\|`)
		}
		escaped.Rows = append(escaped.Rows, cells)
	}
	widths := escaped.widths()
	rule := make([]string, len(widths))
	for i := range widths {
		widths[i] = max(widths[i], 3)
		rule[i] = strings.Repeat("-", widths[i])
		if t.Columns[i].Right {
			rule[i] = rule[i][1:] + ":"
		}
	}
	var b strings.Builder
	if t.Title != "" {
		b.WriteString("**" + t.Title + "**\n\n")
	}
	for _, row := range append([][]string{t.names(), rule}, escaped.Rows...) {
		b.WriteString("| " + strings.Join(escaped.pad(row, widths), " | ") + " |\n")
	}
	return b.String() + t.notes()
}

func (t *Table) names() []string {
	names := make([]string, len(t.Columns))
	for i, column := range t.Columns {
		names[i] = column.Name
	}
	return names
}

func (t *Table) notes() string {
	if len(t.Notes) == 0 {
		return ""
	}
	return "\n" + strings.Join(t.Notes, "\n") + "\n"
}

// widths gives the number of characters of the widest cell of each column.
func (t *Table) widths() []int {
	widths := make([]int, len(t.Columns))
	for _, row := range append([][]string{t.names()}, t.Rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

// pad fills the cells of a row with spaces to the widths of their columns.
func (t *Table) pad(row []string, widths []int) []string {
	padded := make([]string, len(row))
	for i, cell := range row {
		space := strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell)))
		if t.Columns[i].Right {
			padded[i] = space + cell
		} else {
			padded[i] = cell + space
		}
	}
	return padded
}
