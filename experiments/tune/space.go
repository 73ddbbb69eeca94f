package tune

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"mambamixer/experiments/sweep"
)

// Space is what a search chooses from.
type Space struct {
	Grid   sweep.Grid // every combination of it is a setting
	Random int        // if above 0, so many settings are drawn from the grid, without replacement
	Seed   uint64     // of the draw
	Lists  [][]string // more settings, each a list of changes "path=value"
}

// Settings lists what is tried: first no change, then the grid's combinations or a draw from them, then the lists.
// It is an error to draw more than there is, or to have nothing to try.
func (s Space) Settings() ([][]string, error) {
	settings := [][]string{nil}
	if len(s.Grid) > 0 {
		combinations := s.Grid.Combinations()
		if s.Random > len(combinations) {
			return nil, fmt.Errorf("%d settings can't be drawn: -set has %d combinations; ask for at most so many", s.Random, len(combinations))
		}
		if s.Random > 0 {
			random := rand.New(rand.NewPCG(s.Seed, 0))
			random.Shuffle(len(combinations), func(i, j int) { combinations[i], combinations[j] = combinations[j], combinations[i] })
			combinations = combinations[:s.Random]
		}
		settings = append(settings, combinations...)
	} else if s.Random > 0 {
		return nil, fmt.Errorf("%d settings can't be drawn from nothing; name fields and values by -set", s.Random)
	}
	settings = append(settings, s.Lists...)
	if len(settings) == 1 {
		return nil, fmt.Errorf("there is nothing to try; name fields and values by -set, or whole settings by -try")
	}
	return settings, nil
}

// ParseSetting reads a setting of several changes, "path=value path=value".
func ParseSetting(text string) ([]string, error) {
	changes := strings.Fields(text)
	for i, change := range changes {
		path, _, found := strings.Cut(change, "=")
		if !found {
			return nil, fmt.Errorf("-try %q: %q is no change; write path=value, with spaces between changes", text, change)
		}
		if slices.ContainsFunc(changes[:i], func(c string) bool { return strings.HasPrefix(c, path+"=") }) {
			return nil, fmt.Errorf("-try %q sets %s twice", text, path)
		}
	}
	if len(changes) == 0 {
		return nil, fmt.Errorf("-try %q has no change in it; write path=value, with spaces between changes", text)
	}
	return changes, nil
}
