package experiments

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"mambamixer/internal/nearest"
)

// All returns every registered spec: those of long-term forecasting in the order of the tables, those of classifiers, then
// what the studies add, on the generated sets too.
func All() []Spec {
	specs := slices.Clone(registered())
	for i := range specs {
		specs[i] = specs[i].clone()
	}
	return specs
}

// registered collects the specs once.
var registered = sync.OnceValue(func() []Spec {
	specs := slices.Concat(longTermForecasting(), recognizers(), segmenting("ade20k-sample"), detecting("coco-mini"))
	known := map[string]bool{}
	for _, spec := range specs {
		known[spec.Name] = true
	}
	for _, study := range Studies() {
		for _, set := range append(study.Sets, study.generated()) {
			for _, entry := range study.On(set) {
				if !known[entry.Spec.Name] {
					known[entry.Spec.Name] = true
					specs = append(specs, entry.Spec)
				}
			}
		}
	}
	return specs
})

// Find returns the spec of that name. The error of an unknown one offers the nearest.
func Find(name string) (Spec, error) {
	var names []string
	for _, spec := range registered() {
		if spec.Name == name {
			return spec.clone(), nil
		}
		names = append(names, spec.Name)
	}
	return Spec{}, fmt.Errorf("there is no spec %q%s `mambamixer list` shows all", name, nearest.Hint(name, names))
}

// Search returns the specs that have every one of the words in their name, their model's name or their note, letter case
// aside.
func Search(words []string) []Spec {
	return slices.DeleteFunc(All(), func(spec Spec) bool {
		return !containsAll(spec.Name+" "+spec.Kind+" "+spec.Note, words)
	})
}

func containsAll(text string, words []string) bool {
	text = strings.ToLower(text)
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, strings.ToLower(word)) })
}

// SearchStudies returns the studies that have every one of the words in their name, title or question.
func SearchStudies(words []string) []Study {
	return slices.DeleteFunc(Studies(), func(study Study) bool {
		return !containsAll(study.Name+" "+study.Title+" "+study.Question, words)
	})
}
