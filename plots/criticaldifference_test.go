package plots

import (
	"reflect"
	"strings"
	"testing"
)

func ranks() AverageRanks {
	return AverageRanks{
		Title: "Average ranks on ETT, Weather and Exchange",
		Names: []string{"Repeat", "TSM2", "TSM2 without mixers", "NLinear", "DLinear", "PatchTST", "iTransformer", "a model whose name is longer than anybody would like", "Transformer"},
		Ranks: []float64{8.9, 2.2, 2.3, 3.4, 4.1, 3.3, 6.4, 6.4, 8.0}, Difference: 1.9, Cells: 24,
	}
}

func TestCriticalDifference(t *testing.T) {
	two := AverageRanks{Names: []string{"A", "B"}, Ranks: []float64{1.5, 1.5}, Difference: 3, Cells: 4}
	for name, r := range map[string]AverageRanks{"ranks": ranks(), "ranks_two": two} {
		diagram, err := CriticalDifference(r)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, r.Size(), diagram)
	}
}

// TestJoinedModels: bars join the longest runs of models that are closer than the critical difference.
func TestJoinedModels(t *testing.T) {
	for _, test := range []struct {
		ranks      []float64
		difference float64
		want       [][2]int
	}{
		{[]float64{1, 2, 3, 4}, 0.5, nil},
		{[]float64{4, 3, 2, 1}, 1.5, [][2]int{{0, 1}, {1, 2}, {2, 3}}},
		{[]float64{1, 2, 3, 4}, 1, nil}, // as far apart as the difference is apart
		{[]float64{1, 1.5, 2, 4}, 2.2, [][2]int{{0, 2}, {2, 3}}},
		{[]float64{2.5, 2.5, 2.5, 2.5}, 1, [][2]int{{0, 3}}},
	} {
		got := newRankDiagram(AverageRanks{Names: make([]string, 4), Ranks: test.ranks, Difference: test.difference}).joined
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("ranks %v with difference %v are joined as %v, want %v", test.ranks, test.difference, got, test.want)
		}
	}
}

func TestCriticalDifferenceRefuses(t *testing.T) {
	for want, edit := range map[string]func(*AverageRanks){
		"has 9 names and 8 ranks":       func(r *AverageRanks) { r.Ranks = r.Ranks[1:] },
		"at least two":                  func(r *AverageRanks) { r.Names, r.Ranks = r.Names[:1], r.Ranks[:1] },
		"it must be positive":           func(r *AverageRanks) { r.Difference = none },
		`of "TSM2" is 0`:                func(r *AverageRanks) { r.Ranks[1] = 0 },
		"it is between 1 and 9":         func(r *AverageRanks) { r.Ranks[1] = none },
		"are averages of 0 comparisons": func(r *AverageRanks) { r.Cells = 0 },
	} {
		r := ranks()
		edit(&r)
		if _, err := CriticalDifference(r); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
}
