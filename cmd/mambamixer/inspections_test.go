package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mambamixer/experiments/inspect"
)

// The report of all studies shows the inspections beside the results, and tells the damaged ones; that of one study
// leaves them alone.
func TestReportOfInspections(t *testing.T) {
	here := invocation{dir: t.TempDir()}
	put(t, filepath.Join(here.dir, "runs"), "tsm2/ETTh1/96", 0, 0.36, nil)
	kept := filepath.Join(here.dir, "runs", "inspections")
	whole := &inspect.Inspection{Spec: "tsm2/ETTh1/96", Key: "0123456789ab", Tier: "cpu", Data: "ETTh1", Seeds: []uint64{0},
		Weights: []inspect.Weight{{Average: "output", Name: "alpha", Initial: 0.5, Learned: 0.25}}}
	for _, name := range []string{"a", "b"} {
		if err := whole.Write(filepath.Join(kept, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(kept, "b", "weights.csv"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := here.run(t, "report", "all")
	if code != 0 || !strings.Contains(stdout, "1 records read, 1 damaged") || !strings.Contains(stdout, "learned-1-weights.svg") || !strings.Contains(stderr, "skipped: ") {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	text := contentOf(t, filepath.Join(here.dir, "docs", "report", "report.md"))
	for _, want := range []string{"most output alpha 0, seed 0, by -0.2500", "weights.csv does not start with the columns", "an earlier form of the spec"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	if stdout, stderr, code = here.run(t, "report", "table7"); code != 0 || strings.Contains(stdout+stderr, "learned") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}
