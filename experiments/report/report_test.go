package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mambamixer/experiments/result"
	"mambamixer/experiments/stats"
)

// analysed gives the entries of a study by spec.
func analysed(in Input) (*analysis, map[string]*entry) {
	a := newAnalysis(in.Studies[0], in)
	entries := map[string]*entry{}
	for _, e := range a.entries {
		entries[e.Spec] = e
	}
	return a, entries
}

// table finds a table of a report.
func (r *Report) table(t *testing.T, id string) *Table {
	t.Helper()
	for _, s := range r.Sections {
		for _, table := range s.Tables {
			if table.ID == id {
				return table
			}
		}
	}
	t.Fatalf("there is no table %s", id)
	return nil
}

// at gives the cell of a row and a column.
func (table *Table) at(t *testing.T, row, column string) Cell {
	t.Helper()
	i := slices.IndexFunc(table.Rows, func(r Row) bool { return r.Name == row })
	j := slices.IndexFunc(table.Columns, func(c Column) bool { return c.Name == column })
	if i < 0 || j < 0 {
		t.Fatalf("table %s has no cell %s, %s", table.ID, row, column)
	}
	return table.Rows[i].Cells[j]
}

// The lowest error is a tie with what the seeds can't tell from it, and with nothing else.
func TestRanksAndTies(t *testing.T) {
	_, entries := analysed(input("table5",
		cellOf("TSM2", "ETTh1", 96, 0.360, 0.362, 0.361, 0.363, 0.359),
		cellOf("NLinear", "ETTh1", 96, 0.361, 0.361, 0.3625, 0.3615, 0.3595),
		cellOf("DLinear", "ETTh1", 96, 0.380, 0.381, 0.379, 0.382, 0.378),
		cellOf("Repeat", "ETTh1", 96, 1.29),
		cellOf("PatchTST", "ETTh1", 96),
		cellOf("TSM2", "ETTh1", 192, 0.40),
		cellOf("NLinear", "ETTh1", 192, 0.41)))
	for spec, want := range map[string]struct {
		rank float64
		mark Mark
		tie  Tie
	}{
		"TSM2/ETTh1/96": {1, Best, Tied}, "NLinear/ETTh1/96": {2, Second, Tied}, "DLinear/ETTh1/96": {3, "", ""}, "Repeat/ETTh1/96": {4, "", ""},
		"PatchTST/ETTh1/96": {0, "", ""}, "TSM2/ETTh1/192": {1, Best, Untested}, "NLinear/ETTh1/192": {2, Second, ""},
	} {
		if e := entries[spec]; e.rank != want.rank || e.mark != want.mark || e.tie != want.tie {
			t.Errorf("%s: rank %v, mark %q, tie %q, want %v", spec, e.rank, e.mark, e.tie, want)
		}
	}
}

// A difference is of runs paired by seed, and its p is corrected for the variants of the data set.
func TestDifferences(t *testing.T) {
	variant := func(row string, errors ...float64) result.Cell {
		c := cellOf(row, "ETTh1", 96, errors...)
		c.Section, c.Row, c.Column, c.Varies = "", row, "ETTh1", []string{"x=" + row}
		return c
	}
	base := cellOf("TSM2", "ETTh1", 96, 0.40, 0.41, 0.42)
	base.Section, base.Row, base.Column = "", "TSM2", "ETTh1"
	again := base // a level that the reference has
	again.Row = "the same"
	in := input("ablations", base, again, variant("a", 0.42, 0.432, 0.441), variant("b", 0.41, 0.40, 0.425), variant("c", 0.5))
	_, entries := analysed(in)
	ours := []float64{0.40, 0.41, 0.42}
	pA, pB := stats.PairedT([]float64{0.42, 0.432, 0.441}, ours).P, stats.PairedT([]float64{0.41, 0.40, 0.425}, ours).P
	if got := entries["a/ETTh1/96"]; math.Abs(got.change.Difference.Mean-0.021) > 1e-12 || math.Abs(got.holm-2*pA) > 1e-12 {
		t.Errorf("a: difference %v, p %v, want 0.021, %v", got.change.Difference, got.holm, 2*pA)
	}
	if got := entries["b/ETTh1/96"]; math.Abs(got.holm-pB) > 1e-12 {
		t.Errorf("b: p %v, want %v", got.holm, pB)
	}
	table := New(in).table(t, "ablations-variants")
	for row, want := range map[string]string{"TSM2": "reference", "the same": "reference", "a": "+5.1 %, p ", "c": "+25.0 % from 0.4000, untested"} {
		if got := table.at(t, row, "ETTh1"); !strings.Contains(got.Sub, want) || got.Mark != "" {
			t.Errorf("%s shows %q, mark %q, want %q", row, got.Sub, got.Mark, want)
		}
	}
}

// A column of numbers from two tables of the literature names both.
func TestSources(t *testing.T) {
	ours, mlp := cellOf("TSM2", "ETTh1", 96, 0.36), cellOf("TSM2-MLP", "ETTh1", 96, 0.38)
	ours.Section, ours.Row, ours.Column = "", "TSM2", "ETTh1"
	mlp.Section, mlp.Row, mlp.Column, mlp.Varies = "", "TSM2-MLP", "ETTh1", []string{"x=y"}
	table := New(input("table7", ours, mlp)).table(t, "table7-variants")
	if notes := strings.Join(table.Notes, "\n"); table.Columns[0].Note != "a, b" || !strings.Contains(notes, "(a) published: MambaMixer (arXiv 2403.19888v1), Table 5") ||
		!strings.Contains(notes, "(b) published: MambaMixer (arXiv 2403.19888v1), Table 7") {
		t.Errorf("column note %q, notes:\n%s", table.Columns[0].Note, notes)
	}
}

func TestAgainstThePaper(t *testing.T) {
	in := input("table5", cellOf("TSM2", "ETTh1", 96, 0.36, 0.37), cellOf("TSM2", "ETTh1", 192, 0.42), cellOf("TSM2", "ETTh1", 336))
	r := New(in)
	want := (0.365/0.375 + 0.42/0.398) / 2
	if got := r.table(t, "table5-published").at(t, "TSM2", "mean ratio"); math.Abs(got.Sort-want) > 1e-12 || !strings.Contains(got.Value, "[0.973, 1.055]") {
		t.Errorf("mean ratio %v, %s, want %v", got.Sort, got.Value, want)
	}
	if len(r.Sections[0].Findings) == 0 || !strings.Contains(r.Sections[0].Findings[0], "the mean over 2 cells and its 95 % interval; it is lower in 1.") {
		t.Errorf("findings: %q", r.Sections[0].Findings)
	}
	// On ETTh1, ETTh2, ETTm1 and Electricity, by the two papers.
	if got := New(large()).table(t, "table5-literature").at(t, "PatchTST", "TSM2 lower in"); got.Value != "7" {
		t.Errorf("TSM2's published number is lower than PatchTST's in %s cells", got.Value)
	}
}

// Over cells there is one difference a cell; over seeds one value a seed, the mean over the horizons of the set.
func TestRivals(t *testing.T) {
	var cells []result.Cell
	var ours, theirs []float64
	for i, horizon := range []int{96, 192, 336, 720} {
		for j, set := range []string{"ETTh1", "ETTh2"} {
			mean := 0.3 + 0.1*float64(i+j)
			a, b := []float64{mean, mean + 0.01, mean + 0.02}, []float64{mean + 0.01, mean + 0.02, mean + 0.04}
			cells = append(cells, cellOf("TSM2", set, horizon, a...), cellOf("NLinear", set, horizon, b...), cellOf("Repeat", set, horizon, 2))
			ours, theirs = append(ours, mean+0.01), append(theirs, stats.Summarize(b).Mean)
		}
	}
	r := New(input("table5", cells...))
	over := r.table(t, "table5-rivals")
	p := stats.Wilcoxon(ours, theirs).P
	if got := over.at(t, "NLinear", "p"); got.Sort != p {
		t.Errorf("p over cells is %v, want %v", got.Sort, p)
	}
	if got := over.at(t, "NLinear", "p (Holm)"); got.Sort != 2*p {
		t.Errorf("corrected p is %v, want %v", got.Sort, 2*p)
	}
	if got := over.at(t, "NLinear", "verdict"); got.Value != "TSM2 better" {
		t.Errorf("verdict %q", got.Value)
	}
	means := func(errors ...float64) []float64 { return errors }
	test := stats.PairedT(means(0.45, 0.46, 0.47), means(0.46, 0.47, 0.49))
	bySet := r.table(t, "table5-sets")
	if got := bySet.at(t, "NLinear", "ETTh1"); math.Abs(got.Sort-0.46/(1.42/3)) > 1e-12 || !strings.Contains(got.Sub, fmt.Sprintf("d %.1f, n 3", test.Effect)) {
		t.Errorf("ratio %v, %q, want %v and d %.1f", got.Sort, got.Sub, 0.46/(1.42/3), test.Effect)
	}
	if finding := setFinding(&Table{Columns: []Column{{Name: "A"}, {Name: "B"}, {Name: "C"}}, Rows: []Row{{control, []Cell{{Value: "0.980", Spread: "TSM2 lower"}, {Value: "1.010", Spread: "TSM2 higher"}, {Value: absent}}}}}); len(finding) != 1 ||
		finding[0] != "Against itself without mixers, over seeds, by the ratio of the mean MSEs over the horizons: TSM2 lower on A (×0.980); TSM2 higher on B (×1.010)." {
		t.Errorf("finding by data set: %q", finding)
	}
	if got := bySet.at(t, "Repeat", "ETTh2"); got.Spread != "TSM2 lower" {
		t.Errorf("against what is not trained: %q, %q", got.Spread, got.Sub)
	}
}

// All models are ranked where all are there, and those that are everywhere over everything.
func TestRankings(t *testing.T) {
	in := large()
	a, _ := analysed(in)
	list := rankings(a, a.real())
	if len(list) != 2 || list[0].K != 11 || list[0].N != 11 || list[1].K != 5 || list[1].N != 16 {
		t.Fatalf("rankings %+v", list)
	}
	if table := list[1].table(a); table.Rows[0].Name != "TSM2" || !strings.Contains(table.Notes[0], "Friedman") {
		t.Errorf("table %+v", table)
	}
}

func TestProbe(t *testing.T) {
	cells := []result.Cell{cellOf("TSM2", "probe-lags", 48, 0.5, 0.5), cellOf("NLinear", "probe-lags", 48, 0.9)}
	for i := range cells {
		cells[i].Section, cells[i].Row, cells[i].Column = "", cells[i].Model, "probe-lags"
	}
	in := input("probe", cells...)
	in.Studies[0].Bounds = map[string]Bounds{"probe-lags": {Needs: "mixing variates", Bayes: 0.4, Mean: 1}}
	table := New(in).table(t, "probe-models")
	for row, want := range map[string]string{"TSM2": "83 %", "NLinear": "17 %"} {
		if got := table.at(t, row, "probe-lags").Sub; got != want {
			t.Errorf("%s explains %q, want %s", row, got, want)
		}
	}
	if got := table.at(t, "best forecast there is (Bayes)", "probe-lags").Value; got != "0.4000" {
		t.Errorf("Bayes error %s", got)
	}
}

// Time that grows with the square of a size has the exponent 2; what was not run has none.
func TestCost(t *testing.T) {
	var cells []result.Cell
	for _, size := range []int{96, 192, 384} {
		for _, model := range []string{"TSM2", "PatchTST"} {
			c := cellOf(model, "noise-7", 96, 1, 1, 1)
			c.Section, c.Row, c.Column = "history", strconv.Itoa(size), model
			c.Spec += "-" + c.Row
			for i, run := range c.Runs {
				run.StepSeconds, run.StepIQR, run.StepFLOPs = float64(size*size)*1e-6*float64(1+i), 1e-4, int64(size)*1e6
			}
			if model == "PatchTST" {
				c.Runs = nil
			}
			cells = append(cells, c)
		}
	}
	r := New(input("cost", cells...))
	for measure, want := range map[string]string{"history: time of a step": "2.00", "history: operations of a step": "1.00"} {
		if got := r.table(t, "cost-exponents").at(t, measure, "TSM2").Value; got != want {
			t.Errorf("%s grows with the power %s, want %s", measure, got, want)
		}
		if got := r.table(t, "cost-exponents").at(t, measure, "PatchTST").Value; got != absent {
			t.Errorf("what was not run grows with the power %s", got)
		}
	}
	steps := r.table(t, "cost-steps")
	if got := steps.at(t, "history: 96", "TSM2"); got.Value != "18.43" || got.Spread != "IQR 0.10 (3)" || got.Sub != "96 MFLOP · 0.50 GB" || got.Rank != "" {
		t.Errorf("the cost of a step: %+v", got)
	}
	if got := steps.at(t, "history: 96", "PatchTST"); got.Value != "missing" {
		t.Errorf("what was not run costs %q", got.Value)
	}
	if finding := r.Sections[0].Findings[0]; finding != "History: time of a step, the power of its growth: TSM2 (2.00)." {
		t.Errorf("finding %q", finding)
	}
	if len(r.Sections[0].Figures) != 2 {
		t.Errorf("%d figures, want time and operations", len(r.Sections[0].Figures))
	}
}
