package report

import "math"

// Table is what all four forms of a report show.
type Table struct {
	ID      string // unique in the report, for links: "table5-models"
	Caption string
	Head    string // heading of the first column, which names the rows
	Columns []Column
	Rows    []Row
	Notes   []string // shown below, one a line
	Long    bool     // of interest to few: folded away in the page, left out of Markdown and LaTeX
}

// Column is the heading of a column.
type Column struct {
	Name   string
	Note   string // the letter of the note that says where its published numbers come from
	Text   bool   // holds words, not numbers
	Quoted bool   // holds numbers from the literature alone
}

// Row is a line of a table.
type Row struct {
	Name  string
	Cells []Cell
}

// Cell is one place in a table. Only Value is always there.
type Cell struct {
	Value  string // a number or a word
	Spread string // "± 0.0004 (5)"
	Rank   string // among the models of the same data set and horizon
	Sub    string // what stands below, smaller
	Flaw   string // what is wrong with some of its runs
	Title  string // what a reader is told who asks
	State  State
	Mark   Mark
	Tie    Tie
	Sort   float64 // what the column is sorted by; NaN for words
}

// State says what kind of thing stands in a cell: one of the states of a result.Cell, or one of these.
type State string

// The states that only a report knows.
const (
	Quoted   State = "quoted"   // a number from the literature alone
	Disputed State = "conflict" // all there is has two results
	NoData   State = "no data"  // missing, and the data set is not at hand
)

// Mark is a place among the models of a data set and horizon.
type Mark string

// The marks.
const (
	Best   Mark = "best"
	Second Mark = "second"
)

// Tie says what a test has to say about a lowest error.
type Tie string

// The outcomes that are marked.
const (
	Tied     Tie = "tie"      // the seeds can't tell it from the lowest
	Untested Tie = "untested" // the lowest, and there are too few seeds to test it
)

// Symbol is the character that stands for a tie in every form but LaTeX.
func (t Tie) Symbol() string {
	switch t {
	case Tied:
		return "≈"
	case Untested:
		return "?"
	}
	return ""
}

// Meaning says what the symbol stands for.
func (t Tie) Meaning() string {
	switch t {
	case Tied:
		return "tie: a paired test over seeds, corrected by Holm, can't tell it from the lowest error"
	case Untested:
		return "untested: too few seeds to tell it from the others"
	}
	return ""
}

// words is a cell of text.
func words(text string) Cell { return Cell{Value: text, Sort: math.NaN()} }

// below is all that stands below the value, for the forms that have no better place.
func (c Cell) below() string {
	rank := ""
	if c.Rank != "" {
		rank = "rank " + c.Rank
	}
	return join(rank, c.Sub, c.Flaw)
}

// number is a cell of a number in a format; a NaN is shown as a dash.
func number(x float64, format string) Cell { return Cell{Value: digits(x, format), Sort: x} }

// probability is a cell of a p-value.
func probability(p float64) Cell { return Cell{Value: chance(p), Sort: p} }
