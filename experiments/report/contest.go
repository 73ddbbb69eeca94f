package report

import (
	"math"
	"slices"

	"mambamixer/experiments/compare"
	"mambamixer/experiments/stats"
)

// alpha is the level at which a difference is called one.
const alpha = 0.05

// contest is the entries of one data set and horizon.
type contest struct {
	place   string
	entries []*entry
}

// contests groups entries, in the order of their first.
func contests(entries []*entry) []contest {
	var groups []contest
	for _, e := range entries {
		i := slices.IndexFunc(groups, func(c contest) bool { return c.place == e.place() })
		if i < 0 {
			groups = append(groups, contest{place: e.place()})
			i = len(groups) - 1
		}
		groups[i].entries = append(groups[i].entries, e)
	}
	return groups
}

// filled gives the entries that have a run, a spec that stands in several cells once.
func (c contest) filled() []*entry {
	var list []*entry
	for _, e := range c.entries {
		if e.filled() && !slices.ContainsFunc(list, func(other *entry) bool { return other.Spec == e.Spec }) {
			list = append(list, e)
		}
	}
	return list
}

// rank orders the models by their mean error, marks the two lowest, and tests the lowest against every other.
func (c contest) rank() {
	filled := c.filled()
	if len(filled) < 2 {
		return
	}
	means := make([]float64, len(filled))
	for i, e := range filled {
		means[i] = e.mse.Mean
	}
	for i, rank := range stats.Ranks(means) {
		filled[i].rank = rank
	}
	slices.SortStableFunc(filled, func(a, b *entry) int { return compareFloats(a.rank, b.rank) })
	filled[0].mark, filled[1].mark = Best, Second
	if filled[0].rank == filled[1].rank {
		filled[1].mark = Best
	}
	p := make([]float64, len(filled)-1)
	for i, other := range filled[1:] {
		p[i] = pair(other, filled[0]).Test.P
	}
	for i, adjusted := range stats.Holm(p) {
		switch {
		case adjusted >= alpha:
			filled[0].tie, filled[i+1].tie = Tied, Tied
		case math.IsNaN(adjusted) && filled[0].tie == "":
			filled[0].tie = Untested
		}
	}
}

func compareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// measure holds every entry against the reference.
func (c contest) measure() {
	i := slices.IndexFunc(c.entries, (*entry).isReference)
	if i < 0 || !c.entries[i].filled() {
		return
	}
	base := c.entries[i]
	var p []float64
	var tested []*entry
	for _, e := range c.filled() {
		if e.Spec != base.Spec {
			e.change = pair(e, base)
			p, tested = append(p, e.change.Test.P), append(tested, e)
		}
	}
	for i, adjusted := range stats.Holm(p) {
		tested[i].holm = adjusted
	}
	for _, e := range c.entries { // a spec may stand in several cells
		for _, other := range tested {
			if other != e && other.Spec == e.Spec {
				e.change, e.holm = other.change, other.holm
			}
		}
	}
}

// pair tests two entries of a contest, both with runs, over the seeds that they share.
func pair(a, b *entry) *compare.Cell {
	c, err := compare.New(side(a), side(b))
	if err != nil {
		panic(err) // newEntry lets in runs of one tier and place, and one a seed
	}
	return &c.Cells[0]
}

func side(entries ...*entry) compare.Side {
	s := compare.Side{Name: entries[0].Model}
	for _, e := range entries {
		s.Records = append(s.Records, e.Runs...)
	}
	return s
}

// ofModel gives the entries of a model over all contests.
func ofModel(entries []*entry, model string) []*entry {
	var list []*entry
	for _, e := range entries {
		if e.Model == model && e.filled() && !slices.ContainsFunc(list, func(other *entry) bool { return other.Spec == e.Spec }) {
			list = append(list, e)
		}
	}
	return list
}

// models lists the names of the models with runs, in the order of their first.
func models(entries []*entry) []string {
	var names []string
	for _, e := range entries {
		if e.filled() && !slices.Contains(names, e.Model) {
			names = append(names, e.Model)
		}
	}
	return names
}
