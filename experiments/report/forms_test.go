package report

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mambamixer/experiments/result"
)

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

// A link leads to one place: no two things of the page have the same ID, also a table and the figure of the same.
func TestPageHasNoIDTwice(t *testing.T) {
	in := large()
	for _, study := range []string{"fig4", "fig5"} {
		larger := pictured("ViM2-Micro", 0.75)
		larger.Runs[0].Parameters = 2340375
		in.Studies = append(in.Studies, pictures(study, pictured("ViM2-Nano", 0.70, 0.72), larger).Studies...)
	}
	r := New(in)
	var page bytes.Buffer
	if err := r.HTML(&page); err != nil {
		t.Fatal(err)
	}
	times, shared := map[string]int{}, 0
	for _, found := range regexp.MustCompile(`\sid="?([^"\s>]+)`).FindAllStringSubmatch(page.String(), -1) {
		if times[found[1]]++; times[found[1]] == 2 {
			t.Errorf("there are two things of the ID %s", found[1])
		}
	}
	for _, s := range r.Sections {
		for _, f := range s.Figures {
			if times[f.ID] > 0 {
				shared++
			}
		}
	}
	if shared < 5 {
		t.Errorf("%d figures have the ID of a table, want 5 to tell apart", shared)
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

// The same records give the same files, bit for bit.
func TestSameRecordsSameReport(t *testing.T) {
	var first bytes.Buffer
	for i := range 5 {
		var text bytes.Buffer
		for _, s := range New(large()).Sections {
			if err := s.CSV(&text); err != nil {
				t.Fatal(err)
			}
		}
		if i == 0 {
			first = text
		} else if text.String() != first.String() {
			t.Fatal("the cells differ from one report to the next")
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
	in.Studies[0].Cells, in.Studies[0].Large = append(in.Studies[0].Cells, cellOf("TSM2", "M5", 28)), []string{"M5"}
	in.Studies = append(in.Studies, Study{Name: "new", Cells: []result.Cell{cellOf("TSM2", "ETTh1", 96, 0.4)}})
	r := New(in)
	if s := r.Sections[0]; len(s.Tables) != 0 || len(s.Gaps) != 2 || s.Gaps[0].Command != "mambamixer sweep table5 -only ETTh1" ||
		s.Gaps[1].Command != "mambamixer sweep table5 -tier paper -seeds 1 -only M5" {
		t.Errorf("a study without results: %+v", s)
	}
	if got := r.table(t, "new-models").at(t, "ETTh1 96", "TSM2"); got.Value != "0.4000" {
		t.Errorf("a study without a layout: %+v", got)
	}
}
