package sweep

import (
	"fmt"
	"slices"
	"strings"

	"mambamixer/experiments"
)

// Grid is what varies beside the specs: fields by path, each with its values.
type Grid []axis

type axis struct {
	path   string
	values []string
}

// ParseGrid reads arguments of the form path=value,value. A path or a value given twice is an error.
func ParseGrid(arguments []string) (Grid, error) {
	var grid Grid
	for _, argument := range arguments {
		path, list, found := strings.Cut(argument, "=")
		if !found || path == "" || list == "" {
			return nil, fmt.Errorf("-set %s: it must be path=value, or path=value,value for several", argument)
		}
		if slices.ContainsFunc(grid, func(a axis) bool { return a.path == path }) {
			return nil, fmt.Errorf("-set names %s twice; write -set %s=a,b to run both values, or leave one out", path, path)
		}
		values := strings.Split(list, ",")
		for i, value := range values {
			if slices.Contains(values[:i], value) {
				return nil, fmt.Errorf("-set %s: the value %q is there twice", argument, value)
			}
		}
		grid = append(grid, axis{path, values})
	}
	return grid, nil
}

// Variant is a spec with the changes that were made to it.
type Variant struct {
	Spec experiments.Spec
	Set  []string // "path=value"; without those that changed nothing
}

// Apply returns every spec with every combination of values. Settings that turn two different specs into the same
// experiment contradict the choice of specs, and are an error.
func (g Grid) Apply(specs []experiments.Spec) ([]Variant, error) {
	var variants []Variant
	for _, changes := range g.Combinations() {
		origin := map[string]string{}
		for _, spec := range specs {
			changed, effective, err := spec.SetAll(changes)
			if err != nil {
				return nil, err
			}
			content := changed.Content()
			if other, found := origin[content]; found {
				return nil, fmt.Errorf("-set %s makes %s and %s the same experiment; drop it, or leave one of the two out by -only",
					strings.Join(changes, " -set "), other, spec.Name)
			}
			origin[content] = spec.Name
			variants = append(variants, Variant{changed, effective})
		}
	}
	return variants, nil
}

// Combinations lists the settings, each of changes "path=value", the last axis varying fastest; one of nothing for an
// empty grid.
func (g Grid) Combinations() [][]string {
	all := [][]string{nil}
	for _, a := range g {
		var longer [][]string
		for _, changes := range all {
			for _, value := range a.values {
				longer = append(longer, append(slices.Clone(changes), a.path+"="+value))
			}
		}
		all = longer
	}
	return all
}
