// Package nearest finds the known name closest to a misspelt one.
package nearest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// To returns the candidate with the smallest edit distance to word, letter case aside; "" without candidates.
func To(word string, candidates []string) string {
	best, bestDistance := "", -1
	for _, candidate := range candidates {
		d := levenshtein.ComputeDistance(strings.ToLower(word), strings.ToLower(candidate))
		if bestDistance < 0 || d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// Hint is the end of an error sentence about an unknown word: `; did you mean "x"?`, or nothing without candidates.
func Hint(word string, candidates []string) string {
	near := To(word, candidates)
	if near == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", near)
}

// Check returns nil when got is one of valid, else a sentence that names the field, the value, the nearest valid name
// and all of them.
func Check[T ~string](field string, got T, valid ...T) error {
	if slices.Contains(valid, got) {
		return nil
	}
	names := make([]string, len(valid))
	quoted := make([]string, len(valid))
	for i, v := range valid {
		names[i] = string(v)
		quoted[i] = fmt.Sprintf("%q", names[i])
	}
	return fmt.Errorf("%s is %q, which is not a known name%s Valid names are %s",
		field, string(got), Hint(string(got), names), strings.Join(quoted, ", "))
}
