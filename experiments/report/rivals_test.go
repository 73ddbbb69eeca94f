package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mambamixer/experiments/paper"
	"mambamixer/experiments/result"
)

// ownCells are the cells of a rival on ETTh1 whose runs have these ratios to the published errors, horizon by horizon.
func ownCells(model string, ratios ...float64) []result.Cell {
	var cells []result.Cell
	for i, horizon := range []int{96, 192, 336, 720} {
		var errors []float64
		if i < len(ratios) {
			value, _ := paper.Lookup(model, "ETTh1", horizon)
			errors = []float64{value.MSE * ratios[i] * 0.99, value.MSE * ratios[i] * 1.01}
		}
		c := cellOf(model, "ETTh1", horizon, errors...)
		c.Row, c.Column = model, strconv.Itoa(horizon)
		cells = append(cells, c)
	}
	return cells
}

// A rival within 2 % of its paper reaches it; one that is further off is named on the side that it is on.
func TestRivalsBesideTheirPapers(t *testing.T) {
	cells := slices.Concat(ownCells("NLinear", 1.03, 0.99, 1.01, 1.01), ownCells("DLinear", 1.01, 1.01, 1.01, 1.09),
		ownCells("Transformer", 0.8, 0.9), ownCells("PatchTST"))
	in := input("rivals", append(cells, cellOf("NLinear", "synthetic", 96, 0.2))...)
	in.Studies[0].Deviations = map[string]string{"NLinear": "fewer steps"}
	r := New(in)
	want := "In the mean over horizons, NLinear (+1.0 %) reach their papers within 2 %. Worse than published: DLinear (+3.0 %). " +
		"Better than published, which is a deviation too: Transformer (-15.0 %, 2 of 4 horizons)."
	if got := r.Sections[0].Findings; len(got) != 1 || got[0] != want {
		t.Errorf("findings %q, want %q", got, want)
	}
	table := r.table(t, "rivals-models")
	for _, test := range []struct{ row, column, value, sub string }{
		{"ETTh1 NLinear", "96", result.Error(0.374 * 1.03), "0.374 ×1.030"},
		{"ETTh1 NLinear", "history", "512", ""},
		{"ETTh1 NLinear", "mean ratio", "1.010", ""},
		{"ETTh1 NLinear", "range", "0.990 to 1.030", ""},
		{"ETTh1 Transformer", "336", "missing", "0.570"},
		{"ETTh1 PatchTST", "mean ratio", absent, ""},
		{"ETTh1 PatchTST", "range", absent, ""},
		{"synthetic 96", "mean ratio", absent, ""},
	} {
		if got := table.at(t, test.row, test.column); got.Value != test.value || got.Sub != test.sub || got.Rank != "" {
			t.Errorf("%s, %s: %q, %q, rank %q, want %q, %q", test.row, test.column, got.Value, got.Sub, got.Rank, test.value, test.sub)
		}
	}
	note := fmt.Sprintf("NLinear, published: %s; %s. Here: fewer steps.", cells[0].Paper.Source, cells[0].Paper.Protocol)
	if !slices.Contains(table.Notes, note) {
		t.Errorf("no note %q in %s", note, strings.Join(table.Notes, "\n"))
	}
	if got := New(input("rivals", ownCells("PatchTST")...)).Sections[0].Findings; len(got) != 0 {
		t.Errorf("without a run it is found that %q", got)
	}
}
