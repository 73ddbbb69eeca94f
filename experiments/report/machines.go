package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mambamixer/experiments/result"
)

// machinesNote lists the models by the processor or device that ran them, with their runs: what is computed in another order differs in
// its last digits, and a table that doesn't say where would look as if all were from one machine.
func (a *analysis) machinesNote() string {
	type key struct{ machine, model string }
	runs, all := map[key]int{}, map[string]int{}
	counted := map[*result.Record]bool{} // a spec may stand in several cells
	for _, e := range a.entries {
		for _, r := range e.Runs {
			if !counted[r] {
				counted[r] = true
				runs[key{machine(r.Env), e.Model}]++
				all[machine(r.Env)]++
			}
		}
	}
	var names, parts []string
	for name := range all {
		names = append(names, name)
	}
	slices.SortFunc(names, func(x, y string) int { return cmp.Or(cmp.Compare(all[y], all[x]), cmp.Compare(x, y)) })
	for _, name := range names {
		var on []string
		for _, model := range models(a.entries) {
			if n := runs[key{name, model}]; n > 0 {
				on = append(on, fmt.Sprintf("%s (%d)", model, n))
			}
		}
		parts = append(parts, fmt.Sprintf("on %s %s", name, list(on)))
	}
	return "Where the models were run, with the number of runs: " + strings.Join(parts, "; ") + "."
}

// machine is the device and the processor of a record's line about its machine, see [result.Env.Summary].
func machine(env string) string {
	before, _, _ := strings.Cut(env, " cores")
	parts := strings.Split(before, ", ")
	last := len(parts) - 1
	parts = slices.DeleteFunc(parts[min(1, last):last], func(part string) bool { // between the backend and the number of cores
		return strings.HasPrefix(part, "PJRT ") || strings.HasSuffix(part, " device") || strings.HasSuffix(part, " devices")
	})
	return cmp.Or(strings.Join(parts, " beside "), env, "a machine that was not recorded")
}
