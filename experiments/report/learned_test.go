package report

import (
	"slices"
	"strings"
	"testing"

	"mambamixer/experiments/inspect"
)

// inspected is an inspection of two runs of one layer, on two variates. Training moves alpha up with one seed and down with the other.
func inspected(key string) *inspect.Inspection {
	i := &inspect.Inspection{Spec: "TSM2/ETTh1/96", Key: key, Tier: "cpu", Data: "ETTh1", Seeds: []uint64{0, 1}, WindowRow: 100}
	for seed, moved := range []float64{-0.1, 0.3} {
		i.Weights = append(i.Weights, inspect.Weight{Seed: uint64(seed), Average: "layer0", Name: "alpha", Initial: 0.5, Learned: 0.5 - moved},
			inspect.Weight{Seed: uint64(seed), Average: "output", Name: "beta", Index: 1, Initial: 1, Learned: 1.1})
	}
	for _, variate := range []string{"a", "b"} {
		i.Selectivity = append(i.Selectivity, inspect.Cell{Quantity: inspect.Window, Variate: variate, Value: 7},
			inspect.Cell{Quantity: "layer0", Variate: variate, Value: 0.03}, inspect.Cell{Quantity: "layer0", Variate: variate, Index: 1, Value: 0.01})
	}
	return i
}

func TestLearned(t *testing.T) {
	in := input("table5", cellOf("TSM2", "ETTh1", 96, 0.36, 0.37))
	old, elsewhere, smoke := inspected("of old"), inspected("0123456789ab"), inspected("0123456789ab")
	elsewhere.Spec, smoke.Tier = "TSM2/ETTh2/96", "smoke"
	in.Inspections = []*inspect.Inspection{inspected("0123456789ab"), old, elsewhere, smoke}
	r := New(in)
	s := r.Sections[1]
	table := r.table(t, "learned-inspections")
	if len(table.Rows) != 3 {
		t.Fatalf("%d rows, want those of the tier", len(table.Rows))
	}
	for column, want := range map[string]string{"seeds": "2", "mean change of a weight": "0.1500", "largest change": "-0.3000", "of the weight": "layer0 alpha 0, seed 1",
		"step sizes": "0.0100 to 0.0300", "spread": "70.7 %", "runs": "those in the tables"} {
		if got := table.at(t, "TSM2/ETTh1/96", column); got.Value != want {
			t.Errorf("%s: %q, want %q", column, got.Value, want)
		}
	}
	if got := table.Rows[1].Cells[6].Value; got != outdated || len(s.Warnings) != 1 {
		t.Errorf("an inspection of other runs than the present is called %q, warnings %q", got, s.Warnings)
	}
	if got := table.at(t, "TSM2/ETTh2/96", "runs"); got.Value != "not in the tables" {
		t.Errorf("an inspection of a spec without runs is called %q", got.Value)
	}
	if len(s.Figures) != 6 || !strings.Contains(s.Figures[0].Caption, "weights of the averages") || !strings.Contains(s.Figures[1].Caption, "from row 100") {
		t.Errorf("%d figures", len(s.Figures))
	}
	if len(r.Troubles) != 1 || !strings.Contains(r.Troubles[0].What, "of tier smoke") {
		t.Errorf("troubles %+v", r.Troubles)
	}
	if svg := string(s.Figures[1].SVG); !strings.Contains(svg, ">patch<") || strings.Contains(svg, ">time step<") {
		t.Error("the map doesn't show the step sizes, or shows the series")
	}
	for _, path := range mustWrite(t, r) {
		if strings.HasSuffix(path, "learned.csv") {
			t.Error("there is a file of no cells")
		}
	}
}

func mustWrite(t *testing.T, r *Report) []string {
	t.Helper()
	paths, err := r.Write(t.TempDir(), "report")
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// A part that an inspection lacks is shown as lacking.
func TestLearnedInPart(t *testing.T) {
	in := input("table5")
	weights, steps := inspected("x"), inspected("x")
	weights.Selectivity, steps.Weights = nil, nil
	in.Inspections = []*inspect.Inspection{weights, steps}
	s := New(in).Sections[1]
	rows := s.Tables[0].Rows
	if rows[0].Cells[4].Value != absent || rows[1].Cells[1].Value != absent || rows[1].Cells[3].Value != absent || len(s.Findings) != 2 || len(s.Figures) != 2 {
		t.Errorf("rows %+v, findings %q, %d figures", rows, s.Findings, len(s.Figures))
	}
}

// Of a model of pictures the maps take the place of a window's step sizes, and say how far stages see.
func TestLearnedFromPictures(t *testing.T) {
	in := input("table2")
	i := inspected("x")
	i.Spec, i.Selectivity = "vim2-nano/cifar10", nil
	i.Maps = []inspect.Map{
		{Quantity: "field/untrained/stage1", Values: [][]float64{{0, 0, 0, 0}, {0, 1, 1, 0}, {0, 1, 1, 0}, {0, 0, 0, 0}}},
		{Quantity: "field/trained/stage1", Values: [][]float64{{1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}, {1, 1, 1, 1}}},
		{Quantity: "delta/stage1/token0/rows_tl", Values: [][]float64{{0.03, 0.01}}},
	}
	in.Inspections = []*inspect.Inspection{i}
	s := New(in).Sections[1]
	if cells := s.Tables[0].Rows[0].Cells; cells[4].Value != "0.0100 to 0.0300" || cells[5].Value != "70.7 %" {
		t.Errorf("step sizes %q spread by %q", cells[4].Value, cells[5].Value)
	}
	want := "vim2-nano/cifar10: of what the centre of a stage depends on, 90 % lie in a square of so many pixels, before the training and after it: stage1 2 and 4."
	if !slices.Contains(s.Findings, want) {
		t.Errorf("findings %q", s.Findings)
	}
}
