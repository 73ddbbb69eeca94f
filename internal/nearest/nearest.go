// Package nearest finds the known name closest to a misspelt one.
package nearest

import (
	"fmt"
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
