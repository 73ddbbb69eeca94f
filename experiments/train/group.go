package train

import (
	"errors"
	"fmt"
	"path"
	"strings"
)

// Group makes an exception for some variables.
type Group struct {
	// Match is a variable's path or a scope above it: "/head" matches "/head" and "/head/weights". A
	// name between slashes may hold the wildcards of path.Match: "/block*/*/bias". "/" matches everything.
	// "**/A_log" matches that name at any depth, and may match nothing.
	Match string `json:"match"`

	LRScale     float64  `json:"lr_scale"`               // factor on the learning rate, positive
	WeightDecay *float64 `json:"weight_decay,omitempty"` // in place of Config.WeightDecay, on every rank; nil = no exception
	L2          float64  `json:"l2,omitempty"`           // adds L2 * sum(w^2) to what is minimised, before clipping; not in the logged loss
}

func (g Group) validate() error {
	switch {
	case !strings.HasPrefix(g.Match, "/") && !strings.HasPrefix(g.Match, anyDepth):
		return fmt.Errorf("match is %q; it must begin with / or %s", g.Match, anyDepth)
	case !(g.LRScale > 0):
		return fmt.Errorf("lr_scale is %v; it must be positive (1 changes nothing)", g.LRScale)
	case g.WeightDecay != nil && !(*g.WeightDecay >= 0):
		return fmt.Errorf("weight_decay is %v; it must be at least 0", *g.WeightDecay)
	case !(g.L2 >= 0):
		return fmt.Errorf("l2 is %v; it must be at least 0", g.L2)
	}
	if _, err := path.Match(g.Match, ""); errors.Is(err, path.ErrBadPattern) {
		return fmt.Errorf("match is %q, which is not a pattern; close each [", g.Match)
	}
	return nil
}

// anyDepth at the start of a match stands for any scopes, or none.
const anyDepth = "**/"

// matches says whether the group holds for the variable of this path.
func (g Group) matches(variable string) bool {
	rest, floating := strings.CutPrefix(g.Match, anyDepth)
	pattern := strings.Split(strings.Trim(rest, "/"), "/")
	if pattern[0] == "" {
		return true
	}
	names := strings.Split(strings.Trim(variable, "/"), "/")
	if len(pattern) > len(names) {
		return false
	}
	if floating {
		names = names[len(names)-len(pattern):]
	}
	for i, p := range pattern {
		if ok, err := path.Match(p, names[i]); !ok || err != nil {
			return false
		}
	}
	return true
}

// rule is what holds for one variable.
type rule struct{ lrScale, weightDecay, l2 float64 }

// rules resolves the groups for variables given by paths and ranks. A group that matches none of them is
// an error, for it is most likely a misspelt path; one of any depth is let pass.
func (c Config) rules(paths []string, ranks []int) ([]rule, error) {
	rules := make([]rule, len(paths))
	matched := make([]bool, len(c.Groups))
	for i, variable := range paths {
		r := rule{lrScale: 1}
		if ranks[i] >= 2 {
			r.weightDecay = c.WeightDecay
		}
		first := true
		for j, group := range c.Groups {
			if !group.matches(variable) {
				continue
			}
			matched[j] = true
			if !first {
				continue
			}
			first = false
			r.lrScale, r.l2 = group.LRScale, group.L2
			if group.WeightDecay != nil {
				r.weightDecay = *group.WeightDecay
			}
		}
		rules[i] = r
	}
	for j, ok := range matched {
		if !ok && !strings.HasPrefix(c.Groups[j].Match, anyDepth) {
			return nil, fmt.Errorf("groups[%d].match is %q, but no trainable variable has such a path; the variables are %s",
				j, c.Groups[j].Match, strings.Join(paths, ", "))
		}
	}
	return rules, nil
}
