package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"mambamixer/experiments/compare"
	"mambamixer/experiments/result"
	"mambamixer/experiments/stats"
)

// entry is a cell of a study with what can be said of it.
type entry struct {
	result.Cell
	mse, mae stats.Summary     // of a classifier mse is the share of test pictures not recognised, and there is no mae
	disputed []result.Conflict // about runs that would stand here
	strange  []string          // runs left out because they are not of this cell, one sentence each
	noData   bool              // the data set is not at hand, and no entry of it has a run
	named    string            // the data set as its runs name it, which for pictures depends on the form that was read

	rank float64 // among the entries of its contest; 0 if it has no run
	mark Mark
	tie  Tie

	// The difference to the reference of its contest, paired by seed; nil for the reference itself, and where one of the
	// two is not there. Holm's correction is for the entries of the contest.
	change *compare.Cell
	holm   float64
}

// newEntry sets aside the runs that can't be trusted: those that have two results, and those that name another data set
// or horizon than their spec.
func newEntry(cell result.Cell, conflicts []result.Conflict) *entry {
	e := &entry{Cell: cell, holm: nan, named: cell.Data}
	e.Runs, e.Stale = e.trusted(cell.Runs, conflicts), e.trusted(cell.Stale, conflicts)
	if e.classifies() && e.filled() {
		e.named = e.Runs[0].Data.Name
	}
	e.mse = stats.Summarize(e.Errors())
	var absolute []float64
	for _, run := range e.Runs {
		absolute = append(absolute, run.Headline().MAE)
	}
	e.mae = stats.Summarize(absolute)
	return e
}

func (e *entry) trusted(runs []*result.Record, conflicts []result.Conflict) []*result.Record {
	return slices.DeleteFunc(slices.Clone(runs), func(r *result.Record) bool {
		i := slices.IndexFunc(conflicts, func(c result.Conflict) bool { return c.A.Record == r })
		if i >= 0 {
			e.disputed = append(e.disputed, conflicts[i])
			return true
		}
		want := e.Data
		if e.classifies() {
			want = runs[0].Data.Name
		}
		if r.Data.Name != want || r.Horizon != e.Horizon || r.Size != e.Size {
			e.strange = append(e.strange, fmt.Sprintf("a record of %s, seed %d, says that it is of %s, horizon %d", e.Spec, r.Seed, r.Data.Name, r.Horizon))
			return true
		}
		return false
	})
}

// classifies says whether it is of pictures.
func (e *entry) classifies() bool { return e.Size > 0 }

func (e *entry) filled() bool { return len(e.Runs) > 0 }

func (e *entry) state() State {
	switch state := e.Cell.State(); {
	case state == result.Missing && len(e.disputed) > 0:
		return Disputed
	case state == result.Missing && e.noData:
		return NoData
	default:
		return State(state)
	}
}

// isReference says whether it is what variants are held against.
func (e *entry) isReference() bool {
	return (e.Model == reference || e.Model == pictureReference) && len(e.Varies) == 0
}

// The models that this project is about: of series, and of pictures in the size that two cores can train.
const (
	reference        = "TSM2"
	pictureReference = "ViM2-Nano"
)

// ratio is our mean error to the published one, NaN without one of the two.
func (e *entry) ratio() float64 {
	if e.Paper == nil || !e.filled() {
		return math.NaN()
	}
	return e.mse.Mean / e.Paper.MSE
}

// windows is the number of test windows of the runs, or the least and the most if they differ.
func (e *entry) windows() string {
	var counts []int
	for _, run := range e.Runs {
		counts = append(counts, run.Headline().Windows)
	}
	if len(counts) == 0 {
		return absent
	}
	if low, high := slices.Min(counts), slices.Max(counts); low != high {
		return fmt.Sprintf("%d to %d", low, high)
	}
	return fmt.Sprint(counts[0])
}

// trained says whether seeds make a difference.
func (e *entry) trained() bool {
	return slices.ContainsFunc(e.Runs, func(r *result.Record) bool { return r.Steps > 0 })
}

// place names the data set and horizon.
func (e *entry) place() string {
	if e.classifies() {
		return e.named
	}
	return fmt.Sprintf("%s %d", e.Data, e.Horizon)
}

// windowsCell shows it.
func (e *entry) windowsCell() Cell {
	c := words(e.windows())
	if e.filled() {
		c.Sort = float64(e.Runs[0].Headline().Windows)
	}
	return c
}

// cell shows the mean with its spread, or why there is none. Layouts add to it.
func (e *entry) cell() Cell {
	c := Cell{State: e.state(), Mark: e.mark, Tie: e.tie, Sort: e.mse.Mean, Title: e.story()}
	if e.classifies() {
		c.Sort = accuracy(e.mse.Mean)
	}
	switch c.State {
	case State(result.Filled):
		c.Value = e.shown(e.mse.Mean)
		c.Spread = fmt.Sprintf("(%d)", e.mse.N)
		if e.mse.N > 1 {
			c.Spread = fmt.Sprintf("± %s (%d)", e.deviation(), e.mse.N)
		}
		if e.rank > 0 {
			c.Rank = fmt.Sprintf("%g", e.rank)
		}
		c.Flaw = e.flaws()
	case Disputed:
		c.Value = "conflict"
		c.Flaw = fmt.Sprintf("%s or %s", e.shown(e.disputed[0].A.Record.TestError()), e.shown(e.disputed[0].B.Record.TestError()))
	case State(result.Outdated):
		var errors []float64
		for _, run := range e.Stale {
			errors = append(errors, run.TestError())
		}
		c.Value, c.Sub = "stale", e.shown(stats.Summarize(errors).Mean)
	case State(result.Missing):
		c.Value = "missing"
	default:
		c.Value = string(c.State)
	}
	return c
}

// flaws names what is wrong with some of the runs of a cell that has others.
func (e *entry) flaws() string {
	var parts []string
	if n := len(e.Failed); n > 0 {
		parts = append(parts, fmt.Sprintf("%d failed", n))
	}
	if n := len(e.disputed); n > 0 {
		parts = append(parts, fmt.Sprintf("%d in conflict", n))
	}
	return strings.Join(parts, ", ")
}

// story is what a reader is told who asks about a cell.
func (e *entry) story() string {
	text := e.Spec
	switch e.state() {
	case State(result.Filled):
		if e.classifies() {
			text += fmt.Sprintf(": on %s, %s test pictures of %d pixels", e.named, e.windows(), e.Size)
			break
		}
		text += fmt.Sprintf(": MAE %s, %s test windows", result.Error(e.mae.Mean), e.windows())
		if e.Paper != nil {
			text += fmt.Sprintf("; published: %s, %s", e.Paper.Source, e.Paper.Protocol)
		}
		if e.tie != "" {
			text += "; " + e.tie.Meaning()
		}
	case State(result.Broken):
		text += " failed: " + e.Failed[0].Error
	case State(result.Outdated):
		text += " was run before it, or its data, was changed"
	case Disputed:
		text += " has two results"
	case NoData:
		text += " was not run: the data is not at hand"
	default:
		text += " was not run"
	}
	return text
}

// join puts the parts that are there together.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}
