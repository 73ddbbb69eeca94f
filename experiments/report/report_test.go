package report

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
	for row, want := range map[string]string{"TSM2": "reference", "the same": "reference", "a": "+5.1 %, p ", "c": "untested"} {
		if got := table.at(t, row, "ETTh1"); !strings.Contains(got.Sub, want) || got.Mark != "" {
			t.Errorf("%s shows %q, mark %q, want %q", row, got.Sub, got.Mark, want)
		}
	}
}

func TestAgainstThePaper(t *testing.T) {
	in := input("table5", cellOf("TSM2", "ETTh1", 96, 0.36, 0.37), cellOf("TSM2", "ETTh1", 192, 0.42), cellOf("TSM2", "ETTh1", 336))
	r := New(in)
	want := (0.365/0.375 + 0.42/0.398) / 2
	if got := r.table(t, "table5-published").at(t, "TSM2", "mean ratio"); math.Abs(got.Sort-want) > 1e-12 || !strings.Contains(got.Value, "[0.973, 1.055]") {
		t.Errorf("mean ratio %v, %s, want %v", got.Sort, got.Value, want)
	}
	if len(r.Sections[0].Findings) == 0 || !strings.Contains(r.Sections[0].Findings[0], "over 2 cells; it is lower in 1.") {
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
	for measure, want := range map[string]string{"history: time": "2.00", "history: operations": "1.00"} {
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
	if len(r.Sections[0].Figures) != 2 {
		t.Errorf("%d figures, want time and operations", len(r.Sections[0].Figures))
	}
}

// What is missing, failed, stale, in conflict, quoted or damaged can be seen in every form.
func TestNothingIsHidden(t *testing.T) {
	in := large()
	strange := cellOf("SAMFormer", "ETTh1", 192, 0.4)
	strange.Runs[0].Data.Name = "ETTh7"
	in.Studies[0].Cells[11+8] = strange
	in.Loaded.Runs = append(in.Loaded.Runs, result.Run{Record: &result.Record{Tier: "smoke"}}, result.Run{Record: &result.Record{Tier: "cpu", Set: []string{"a=1"}}})
	r := New(in)
	table := r.table(t, "table5-models")
	for column, want := range map[string]State{"TSMixer": "failed", "Transformer": "stale", "SAMFormer": Disputed, "Informer": Quoted, "TSM2": "done"} {
		if got := table.at(t, "ETTh1 96", column); got.State != want {
			t.Errorf("%s is %q, want %q", column, got.State, want)
		}
	}
	for row, want := range map[string]State{"Electricity 96": NoData, "ETTm1 96": "missing"} {
		if got := table.at(t, row, "PatchTST"); got.State != want {
			t.Errorf("%s is %q, want %q", row, got.State, want)
		}
	}
	var page, text, tex bytes.Buffer
	for _, err := range []error{r.HTML(&page), r.Markdown(&text), r.Sections[0].LaTeX(&tex)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for form, content := range map[string]string{"page": page.String(), "Markdown": text.String()} {
		for _, want := range []string{"failed", "stale", "conflict", "missing", "no data", "or 0.5000", "line 7 is damaged", "NaN at step 312", "says that it is of ETTh7",
			"1 record of tier smoke", "1 record of specs with fields changed", "mambamixer sweep table5 -only ETTm1", "mambamixer data get Electricity", "≈", "?",
			"fewer than 3 seeds", "history 336 (ILI 104), incomplete last test batch dropped"} {
			if !strings.Contains(content, want) {
				t.Errorf("the %s does not show %q", form, want)
			}
		}
	}
	for _, want := range []string{"failed", "stale", "conflict", "no data", `\textit{0.941}`, `\textbf{`, `$^\approx$`, `{\tiny 1} \textbf{`} {
		if !strings.Contains(tex.String(), want) {
			t.Errorf("LaTeX does not show %q", want)
		}
	}
	if strings.Contains(page.String(), "<oops>") || !strings.Contains(page.String(), "&lt;oops&gt;") {
		t.Error("the text of a record is not escaped in the page")
	}
}

// The page needs nothing from elsewhere.
func TestPageIsSelfContained(t *testing.T) {
	var page bytes.Buffer
	if err := New(large()).HTML(&page); err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`(?i)(src|href|action)="?(https?:|//|[a-z]+\.)[^"]*|url\([^)]*\)|@import|<link[^>]*stylesheet`).FindAllString(page.String(), -1); len(found) > 0 {
		t.Errorf("the page refers to %q", found)
	}
	if !strings.Contains(page.String(), "<svg") {
		t.Error("the page has no figure")
	}
}

func TestCSV(t *testing.T) {
	in := large()
	var file bytes.Buffer
	if err := New(in).Sections[0].CSV(&file); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&file).ReadAll()
	if err != nil || len(rows) != 1+len(in.Studies[0].Cells) {
		t.Fatalf("%d rows for %d cells, %v", len(rows), len(in.Studies[0].Cells), err)
	}
	of := func(row []string, column string) string { return row[slices.Index(rows[0], column)] }
	for _, want := range []struct {
		row           int
		column, value string
	}{{1, "state", "done"}, {1, "n", "5"}, {1, "test_windows", "2785"}, {1, "published_mse", "0.375"}, {1, "mark", "best"}, {7, "state", "failed"}, {7, "failed", "1"}, {7, "mse_mean", ""}, {9, "conflicts", "1"}} {
		if got := of(rows[want.row], want.column); got != want.value {
			t.Errorf("row %d, %s is %q, want %q", want.row, want.column, got, want.value)
		}
	}
}

func TestLaTeX(t *testing.T) {
	if got := escape(`50 % of a_b & c#d ± {x}`); got != `50 \% of a\_b \& c\#d $\pm$ \{x\}` {
		t.Errorf("escaped: %s", got)
	}
	var tex bytes.Buffer
	for _, s := range New(large()).Sections {
		if err := s.LaTeX(&tex); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range strings.Split(tex.String(), "\n") {
		plain := strings.NewReplacer(`\\`, "", `\{`, "", `\}`, "").Replace(line)
		if strings.Count(plain, "{") != strings.Count(plain, "}") && !strings.HasPrefix(line, `\resizebox`) && line != `\end{tabular}}` {
			t.Errorf("braces that don't close: %.120s", line)
		}
		for _, c := range line {
			if c > 127 {
				t.Errorf("%q is no plain LaTeX: %.120s", c, line)
			}
		}
	}
	program, err := exec.LookPath("pdflatex")
	if err != nil {
		t.Log("no pdflatex on this machine: the tables are not compiled")
		return
	}
	dir := t.TempDir()
	document := "\\documentclass{article}\n\\usepackage{booktabs,graphicx}\n\\begin{document}\n" + tex.String() + "\\end{document}\n"
	if err := os.WriteFile(filepath.Join(dir, "x.tex"), []byte(document), 0o644); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(program, "-interaction=nonstopmode", "-halt-on-error", "x.tex")
	run.Dir = dir
	if out, err := run.CombinedOutput(); err != nil {
		t.Errorf("pdflatex: %v\n%s", err, out)
	}
}

func TestChecklist(t *testing.T) {
	in := input("table5", cellOf("TSM2", "ETTh1", 96, 0.36, 0.37), cellOf("Repeat", "ETTh1", 96, 1.29))
	first, second := in.Studies[0].Cells[0].Runs[0], in.Studies[0].Cells[0].Runs[1]
	first.Seconds = 3600
	second.Env, second.Date = "another machine", "2026-11-27T00:00:00Z"
	in.Checklist = []Item{{"Splits", "as told"}}
	answers := map[string]string{}
	for _, item := range New(in).Items {
		answers[item.Question] = item.Answer
	}
	for question, want := range map[string]string{
		"Splits": "as told", "Seeds": "0 (2 runs); 1 (1 run)", "Time": "1 h 01 min", "Memory": "0.5 GB", "Hardware": "xla:cpu, a processor, 2 cores (2 runs); another machine (1 run)",
		"Versions": "go1.26.5, gomlx v0.28.4", "Code": "0123456789ab+changes", "Dates": "2026-11-25 to 2026-11-27", "Windows tested": "ETTh1 2785 at 96", "Commands that run it again": "mambamixer sweep table5",
	} {
		if !strings.Contains(answers[question], want) {
			t.Errorf("%s: %q, want %q", question, answers[question], want)
		}
	}
}

// A study without results, and one without a layout, have their sections too.
func TestEmptyAndUnknownStudies(t *testing.T) {
	in := input("table5", cellOf("TSM2", "ETTh1", 96))
	in.Studies = append(in.Studies, Study{Name: "new", Cells: []result.Cell{cellOf("TSM2", "ETTh1", 96, 0.4)}})
	r := New(in)
	if s := r.Sections[0]; len(s.Tables) != 0 || len(s.Gaps) != 1 || s.Gaps[0].Command != "mambamixer sweep table5 -only ETTh1" {
		t.Errorf("a study without results: %+v", s)
	}
	if got := r.table(t, "new-models").at(t, "ETTh1 96", "TSM2"); got.Value != "0.4000" {
		t.Errorf("a study without a layout: %+v", got)
	}
}
