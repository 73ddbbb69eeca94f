package stats

import (
	"fmt"
	"slices"
	"strings"
)

// Warning is a sentence about what limits a number.
type Warning string

// enoughSeeds is the number of seeds from which a spread is taken seriously.
const enoughSeeds = 3

// FewSeeds warns of a mean over fewer than three seeds.
func FewSeeds(n int) []Warning {
	if n >= enoughSeeds {
		return nil
	}
	return []Warning{Warning(fmt.Sprintf("%s: too few to judge the spread, %d or more are needed", count(n, "seed"), enoughSeeds))}
}

// UnequalN warns when things that are compared were run a different number of times.
func UnequalN(ns ...int) []Warning {
	if len(ns) == 0 || slices.Min(ns) == slices.Max(ns) {
		return nil
	}
	return []Warning{Warning(fmt.Sprintf("unequal numbers of runs, from %d to %d", slices.Min(ns), slices.Max(ns)))}
}

// MixedTiers warns when runs of different budgets stand side by side.
func MixedTiers(tiers ...string) []Warning {
	different := slices.Compact(slices.Sorted(slices.Values(tiers)))
	if len(different) < 2 {
		return nil
	}
	return []Warning{Warning("mixed tiers: " + strings.Join(different, ", "))}
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
