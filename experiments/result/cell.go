package result

import (
	"cmp"
	"slices"
)

// Cell is a place in the table of a study, and the runs that belong there. A report needs nothing else.
type Cell struct {
	Section, Row, Column string   // where it stands; Section groups rows and may be empty
	Varies               []string // what sets its spec apart from the reference of the study, "path=value"

	Spec    string // name
	Model   string
	Data    string // name of the set
	History int
	Horizon int
	Size    int        // of the pictures, in pixels; 0 for a series
	Paper   *Published // nil if nothing is published

	Runs   []*Record // done, of the spec as it is, by seed
	Failed []*Record // without a later success
	Stale  []*Record // of the spec as it was before it, or its data, changed
}

// Add puts a record of the cell's spec where it belongs; key is that of the spec as it is. One that was interrupted, or
// repeats a seed, is left out.
func (c *Cell) Add(r *Record, key string) {
	seed := func(other *Record) bool { return other.Seed == r.Seed }
	switch {
	case r.Status == Failed && r.Key == key:
		c.Failed = append(c.Failed, r)
	case r.Status == Done && r.Key != key:
		c.Stale = append(c.Stale, r)
	case r.Status == Done && !slices.ContainsFunc(c.Runs, seed):
		c.Runs = append(c.Runs, r)
		slices.SortFunc(c.Runs, func(a, b *Record) int { return cmp.Compare(a.Seed, b.Seed) })
	}
}

// State says what a cell has to show.
type State string

// The states, best first.
const (
	Filled   State = "done"
	Broken   State = "failed" // a run failed and none is done
	Outdated State = "stale"  // all there is belongs to an earlier form of the spec
	Missing  State = "missing"
)

// State gives the first that holds.
func (c *Cell) State() State {
	switch {
	case len(c.Runs) > 0:
		return Filled
	case len(c.Failed) > 0:
		return Broken
	case len(c.Stale) > 0:
		return Outdated
	}
	return Missing
}

// Errors gives the test error of each run.
func (c *Cell) Errors() []float64 {
	errors := make([]float64, len(c.Runs))
	for i, run := range c.Runs {
		errors[i] = run.TestError()
	}
	return errors
}

// Quickest gives the run whose step took the least time, nil without one: on a machine that several processes share, a step takes
// longer, so the least says what it costs.
func (c *Cell) Quickest() *Record {
	var quickest *Record
	for _, run := range c.Runs {
		if quickest == nil || run.StepSeconds < quickest.StepSeconds {
			quickest = run
		}
	}
	return quickest
}
