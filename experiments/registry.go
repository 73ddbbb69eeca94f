package experiments

import (
	"fmt"
	"slices"
	"strings"

	"mambamixer/internal/nearest"
)

// All returns every registered spec, in the order of the tables.
func All() []Spec { return longTermForecasting() }

// Find returns the spec of that name. The error of an unknown one offers the nearest.
func Find(name string) (Spec, error) {
	var names []string
	for _, spec := range All() {
		if spec.Name == name {
			return spec, nil
		}
		names = append(names, spec.Name)
	}
	return Spec{}, fmt.Errorf("there is no spec %q%s `mambamixer list` shows all", name, nearest.Hint(name, names))
}

// Filter returns the specs whose name contains every one of the words, letter case aside.
func Filter(words []string) []Spec {
	return slices.DeleteFunc(All(), func(spec Spec) bool {
		return slices.ContainsFunc(words, func(word string) bool {
			return !strings.Contains(strings.ToLower(spec.Name), strings.ToLower(word))
		})
	})
}
