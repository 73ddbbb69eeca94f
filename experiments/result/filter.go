package result

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"mambamixer/internal/nearest"
)

// Filter picks records. Its text is a list of field=pattern joined by commas, all of which must hold:
//
//	model=TSM2,data=ETTh*,horizon=96
//
// Fields are spec, model, data, history, horizon, tier, seed, key and changes, those made by hand: "changes=" holds for a
// spec as it is listed. A pattern may hold the wildcards of [path.Match],
// and alternatives joined by "|"; letter case does not matter. A spec matches when its name begins with the parts of the
// pattern, see [MatchName].
type Filter []condition

type condition struct{ field, pattern string }

// fields gives the text of each field that a filter knows.
var fields = map[string]func(r *Record) string{
	"spec":    func(r *Record) string { return r.Spec },
	"model":   func(r *Record) string { return r.Model },
	"data":    func(r *Record) string { return r.Data.Name },
	"history": func(r *Record) string { return strconv.Itoa(r.History) },
	"horizon": func(r *Record) string { return strconv.Itoa(r.Horizon) },
	"tier":    func(r *Record) string { return r.Tier },
	"seed":    func(r *Record) string { return strconv.FormatUint(r.Seed, 10) },
	"key":     func(r *Record) string { return r.Key },
	"changes": func(r *Record) string { return strings.Join(r.Set, ";") },
}

// FilterFields lists the fields that a filter knows.
func FilterFields() []string {
	return []string{"spec", "model", "data", "history", "horizon", "tier", "seed", "key", "changes"}
}

// ParseFilter reads conditions of the form field=pattern.
func ParseFilter(conditions ...string) (Filter, error) {
	var filter Filter
	for _, text := range conditions {
		field, pattern, found := strings.Cut(text, "=")
		if _, known := fields[field]; !found || !known {
			return nil, fmt.Errorf("%q is no condition on a result%s Write field=pattern with one of %s",
				text, nearest.Hint(field, FilterFields()), strings.Join(FilterFields(), ", "))
		}
		if _, err := path.Match(pattern, ""); err != nil {
			return nil, fmt.Errorf("%q is not a pattern; close each [", pattern)
		}
		filter = append(filter, condition{field, pattern})
	}
	return filter, nil
}

// Match says whether a record meets every condition.
func (f Filter) Match(r *Record) bool {
	for _, c := range f {
		match := matchWord
		if c.field == "spec" {
			match = MatchName
		}
		if !matchAny(c.pattern, fields[c.field](r), match) {
			return false
		}
	}
	return true
}

func matchAny(pattern, value string, match func(pattern, value string) bool) bool {
	for alternative := range strings.SplitSeq(pattern, "|") {
		if match(alternative, value) {
			return true
		}
	}
	return false
}

func matchWord(pattern, value string) bool {
	ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(value))
	return ok && err == nil
}

// MatchName says whether the parts of a spec's name, between slashes, begin with those of a pattern: "tsm2" and
// "*/ETTh?/96" match "tsm2/ETTh1/96", "ETTh1" does not.
func MatchName(pattern, name string) bool {
	patterns, parts := strings.Split(pattern, "/"), strings.Split(name, "/")
	if len(patterns) > len(parts) {
		return false
	}
	for i, p := range patterns {
		if !matchWord(p, parts[i]) {
			return false
		}
	}
	return true
}
