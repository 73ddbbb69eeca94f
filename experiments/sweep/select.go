package sweep

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
	"mambamixer/internal/nearest"
)

// Select returns the specs that are asked for by the names of studies, of specs, or by patterns of these: "table5",
// "tsm2/ETTh1/96", "tsm2", "*/ETTh?/96" (see result.MatchName). Each spec comes once.
//
// only narrows the choice: each of its lists is of words joined by commas, and a spec stays if some word of every list
// is a part of its name, as in "ETTh1,Exchange" and "tsm2,nlinear". An unknown name, and a word that no spec has, are
// errors that offer the nearest.
func Select(tier experiments.Tier, names, only []string) ([]experiments.Spec, error) {
	var specs []experiments.Spec
	seen := map[string]bool{}
	for _, name := range names {
		found, err := named(tier, name)
		if err != nil {
			return nil, err
		}
		for _, spec := range found {
			if !seen[spec.Name] {
				seen[spec.Name] = true
				specs = append(specs, spec)
			}
		}
	}
	if len(specs) == 0 {
		return nil, fmt.Errorf("there is nothing to train for %s; `mambamixer report %s` shows it", strings.Join(names, ", "), names[0])
	}
	for _, list := range only {
		var err error
		if specs, err = narrow(specs, strings.Split(list, ",")); err != nil {
			return nil, err
		}
	}
	if len(specs) == 0 {
		return nil, fmt.Errorf("nothing is left to run: no spec of %s has a word of each of -only %s", strings.Join(names, ", "), strings.Join(only, " -only "))
	}
	return specs, nil
}

// named returns the specs of a study or of a pattern.
func named(tier experiments.Tier, name string) ([]experiments.Spec, error) {
	var known []string
	for _, study := range experiments.Studies() {
		if study.Name == name {
			var specs []experiments.Spec
			for _, entry := range study.Entries(tier) {
				specs = append(specs, entry.Spec)
			}
			return specs, nil
		}
		known = append(known, study.Name)
	}
	if _, err := path.Match(name, ""); err != nil {
		return nil, fmt.Errorf("%q is not a pattern; close each [", name)
	}
	var specs []experiments.Spec
	for _, spec := range experiments.All() {
		if result.MatchName(name, spec.Name) {
			specs = append(specs, spec)
		}
		model, _, _ := strings.Cut(spec.Name, "/")
		known = append(known, spec.Name, model)
	}
	if len(specs) == 0 {
		return nil, fmt.Errorf("there is no study or spec %q%s `mambamixer list` shows all", name, nearest.Hint(name, known))
	}
	return specs, nil
}

// narrow keeps the specs that have one of the words as a part of their name.
func narrow(specs []experiments.Spec, words []string) ([]experiments.Spec, error) {
	has := func(spec experiments.Spec, word string) bool {
		return slices.ContainsFunc(strings.Split(spec.Name, "/"), func(part string) bool { return result.MatchName(word, part) })
	}
	var parts []string
	for _, spec := range specs {
		parts = append(parts, strings.Split(spec.Name, "/")...)
	}
	for _, word := range words {
		if !slices.ContainsFunc(specs, func(spec experiments.Spec) bool { return has(spec, word) }) {
			return nil, fmt.Errorf("nothing to run has the word %q of -only in its name%s", word, nearest.Hint(word, parts))
		}
	}
	return slices.DeleteFunc(specs, func(spec experiments.Spec) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return has(spec, word) })
	}), nil
}
