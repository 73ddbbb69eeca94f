package compare

import (
	"fmt"
	"slices"

	"mambamixer/experiments/result"
	"mambamixer/experiments/stats"
)

// measure names what is compared of a run, lower is better.
func measure(r *result.Record) string {
	switch {
	case r.Segments():
		return "1 - mean intersection over union"
	case r.Detects():
		return "1 - average precision of boxes"
	case r.Classifies():
		return "Share of test pictures that are not recognised"
	}
	return "Test " + r.Measure()
}

// Each is [New] for runs of several measures, whose errors can't be averaged: a comparison for each measure that both sides have, in
// the order of A's runs.
func Each(a, b Side) ([]*Comparison, error) {
	inA, inB := a.measures(), b.measures()
	common := slices.DeleteFunc(slices.Clone(inA), func(name string) bool { return !slices.Contains(inB, name) })
	if len(common) == 0 {
		c, err := New(a, b)
		return []*Comparison{c}, err
	}
	var list []*Comparison
	for _, name := range common {
		c, err := New(a.of(name), b.of(name))
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	last := list[len(list)-1]
	for _, name := range slices.Concat(inA, inB) {
		if !slices.Contains(common, name) {
			last.Warnings = append(last.Warnings, stats.Warning(fmt.Sprintf("only one side has runs of the measure %q; they are left out", name)))
		}
	}
	return list, nil
}

// measures lists those of the finished runs.
func (s Side) measures() (names []string) {
	for _, r := range s.Records {
		if name := measure(r); r.Status == result.Done && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// of keeps the finished runs of a measure.
func (s Side) of(name string) Side {
	s.Records = slices.DeleteFunc(slices.Clone(s.Records), func(r *result.Record) bool { return r.Status != result.Done || measure(r) != name })
	return s
}
