package report

import (
	"fmt"
	"slices"

	"mambamixer/experiments/stats"
)

// ranking is models ranked over the contests that have all of them.
type ranking struct {
	models []string
	*stats.Friedman
	difference float64 // Nemenyi's critical difference at 5 %
}

// rankings gives up to two: all models, over the contests that have them all; and the models that every contest has, if
// these are fewer and make more contests.
func rankings(a *analysis, entries []*entry) []ranking {
	all := models(entries)
	var groups []contest
	for _, c := range contests(entries) {
		if len(c.filled()) > 0 {
			groups = append(groups, c)
		}
	}
	common := slices.DeleteFunc(slices.Clone(all), func(model string) bool {
		return slices.ContainsFunc(groups, func(c contest) bool { return len(ofModel(c.entries, model)) == 0 })
	})
	var list []ranking
	for i, names := range [][]string{all, common} {
		if i > 0 && len(names) == len(all) {
			break
		}
		var errors [][]float64
		for _, c := range groups {
			var row []float64
			for _, model := range names {
				for _, e := range ofModel(c.entries, model)[:min(1, len(ofModel(c.entries, model)))] {
					row = append(row, e.mse.Mean)
				}
			}
			if len(row) == len(names) {
				errors = append(errors, row)
			}
		}
		if f, err := stats.NewFriedman(errors); err == nil {
			list = append(list, ranking{names, f, stats.CriticalDifference(f.K, f.N, alpha)})
		}
	}
	return list
}

// table has the models by average rank.
func (r ranking) table(a *analysis) *Table {
	t := &Table{ID: fmt.Sprintf("%s-ranks-%d", a.Name, r.K), Caption: fmt.Sprintf("Average rank of %d models over %d cells", r.K, r.N), Head: "model",
		Columns: []Column{{Name: "average rank"}, {Name: "from the lowest"}},
		Notes: []string{fmt.Sprintf("Friedman's test: chi squared %.1f with %d degrees of freedom, p %.2g; in Iman and Davenport's form F %.2f, p %.2g.", r.ChiSquared, r.K-1, r.P, r.F, r.PF),
			fmt.Sprintf("Two models differ at 5 %% if their average ranks are %.2f apart, Nemenyi's critical difference.", r.difference)}}
	order := make([]int, r.K)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return compareFloats(r.Ranks[i], r.Ranks[j]) })
	lowest := r.Ranks[order[0]]
	for _, i := range order {
		apart := number(r.Ranks[i]-lowest, "%.2f")
		if i != order[0] && r.Ranks[i]-lowest < r.difference {
			apart.Sub = "not told apart"
		}
		t.Rows = append(t.Rows, Row{r.models[i], []Cell{number(r.Ranks[i], "%.2f"), apart}})
	}
	return t
}
