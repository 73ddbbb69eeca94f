// Package names checks the string-valued options of a configuration.
package names

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// Check returns nil when got is one of valid, else a sentence that names the field, the value, the
// nearest valid name and all of them.
func Check[T ~string](field string, got T, valid ...T) error {
	if slices.Contains(valid, got) {
		return nil
	}
	quoted := make([]string, len(valid))
	for i, v := range valid {
		quoted[i] = fmt.Sprintf("%q", string(v))
	}
	nearest := slices.MinFunc(valid, func(a, b T) int {
		return levenshtein.ComputeDistance(string(got), string(a)) - levenshtein.ComputeDistance(string(got), string(b))
	})
	return fmt.Errorf("%s is %q, which is not a known name: did you mean %q? Valid names are %s",
		field, string(got), string(nearest), strings.Join(quoted, ", "))
}
