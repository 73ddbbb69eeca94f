package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mambamixer/experiments/result"
)

// The report of what is kept with the code needs no flag, and no run.
func TestReport(t *testing.T) {
	here := invocation{dir: t.TempDir()}
	runs := filepath.Join(here.dir, "elsewhere")
	for seed := range uint64(3) {
		put(t, runs, "tsm2/ETTh1/96", seed, 0.36+float64(seed)/1000, nil)
		put(t, runs, "nlinear/ETTh1/96", seed, 0.38+float64(seed*seed)/1000, nil)
	}
	put(t, runs, "tsm2/probe-lags/48", 0, 0.5, nil)
	for _, study := range []string{"table5", "probe"} {
		if _, stderr, code := here.run(t, "results", "export", study, "-from", "elsewhere"); code != 0 {
			t.Fatal(stderr)
		}
	}
	stdout, stderr, code := here.run(t, "report", "all")
	if code != 0 || !strings.Contains(stdout, "7 records read, 0 damaged, 0 conflicts") {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	for _, file := range []string{"report.md", "report.html", "table5.tex", "table5.csv", "probe.csv", "ablations.tex"} {
		if path := filepath.Join("docs", "report", file); !strings.Contains(stdout, path) {
			t.Errorf("%s is not said to be written:\n%s", path, stdout)
		}
	}
	text := contentOf(t, filepath.Join(here.dir, "docs", "report", "report.md"))
	for _, want := range []string{"**0.3610**", "± 0.0010 (3)", "0.375 ×0.963", "Electricity: 44 cells not run, data not at hand", "mambamixer data get Electricity", "mambamixer sweep table7", "best forecast there is", "8640 / 2880 / 2880"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	// A report of one study leaves that of all alone.
	if stdout, stderr, code = here.run(t, "report", "table5", "-from", "elsewhere", "-o", "other"); code != 0 {
		t.Fatal(stdout, stderr)
	}
	var written []string
	for _, entry := range entriesOf(t, filepath.Join(here.dir, "other")) {
		written = append(written, entry.Name())
	}
	if want := []string{"figures", "table5.csv", "table5.html", "table5.md", "table5.tex"}; !slices.Equal(written, want) {
		t.Errorf("files %v, want %v", written, want)
	}
}

func TestReportWithoutGoodRecords(t *testing.T) {
	here := invocation{dir: t.TempDir()}
	known := "The reports are table5, table6, table7, ablations, probe, rivals, cost, table2, table3, table4, vim2-ablation, fig4, fig5, table8, all"
	here.fails(t, 2, []string{`no report "tabel5"`, `did you mean "table5"?`, known}, "report", "tabel5")
	here.fails(t, 2, []string{"report needs one of table5", "all"}, "report")
	here.fails(t, 2, []string{`unknown tier "cup"`}, "report", "all", "-tier", "cup")
	here.fails(t, 1, []string{"neither a .csv file in experiments/results nor a folder runs", "`mambamixer sweep table5 table6 table7 ablations probe rivals cost table2 table3 table4 vim2-ablation fig4 fig5 table8 -tier cpu`"}, "report", "all")
	here.fails(t, 1, []string{"there is no folder or file nowhere"}, "report", "all", "-from", "nowhere")

	first, second := filepath.Join(here.dir, "runs"), filepath.Join(here.dir, "other")
	put(t, first, "tsm2/ETTh1/96", 0, 0.36, func(r *result.Record) { r.Tier = "smoke" })
	here.fails(t, 1, []string{"no result of table5 at tier cpu in runs", "`mambamixer sweep table5 -tier cpu` makes them"}, "report", "table5")
	here.fails(t, 1, []string{"no result of", "`mambamixer sweep table5 table6 table7 ablations probe rivals cost"}, "report", "all")

	put(t, first, "tsm2/ETTh1/96", 0, 0.36, nil)
	put(t, second, "tsm2/ETTh1/96", 0, 0.37, nil)
	broken := put(t, second, "tsm2/ETTh1/96", 1, 0.36, nil)
	if err := os.WriteFile(filepath.Join(broken, "result.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := here.run(t, "report", "table7", "-from", "runs", "-from", "other")
	if code != 0 || !strings.Contains(stdout, "1 damaged, 1 conflicts") || !strings.Contains(stderr, "skipped: ") || !strings.Contains(stderr, "conflict: ") {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	text := contentOf(t, filepath.Join(here.dir, "docs", "report", "table7.md"))
	for _, want := range []string{"conflict", "0.3600 or 0.3700", "is damaged at line 1", "two results"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q:\n%s", want, text)
		}
	}

	if err := os.RemoveAll(second); err != nil {
		t.Fatal(err)
	}
	put(t, second, "nlinear/ETTh1/96", 0, 0.5, func(r *result.Record) { r.Tier = "smoke" })
	if _, stderr, code = here.run(t, "report", "table7", "-from", "runs", "-from", "other"); code != 0 {
		t.Fatal(stderr)
	}
	if text := contentOf(t, filepath.Join(here.dir, "docs", "report", "table7.md")); !strings.Contains(text, "1 record of tier smoke; budgets are not mixed") || strings.Contains(text, "0.5000") {
		t.Errorf("the record of another tier is not left out and told:\n%s", text)
	}
}

func contentOf(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func entriesOf(t *testing.T, folder string) []os.DirEntry {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}
