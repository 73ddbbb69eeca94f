package main

import (
	"path/filepath"
	"strings"
	"testing"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
)

// `make smoke` leaves no study out.
func TestSmokeGoesThroughEveryStudy(t *testing.T) {
	want := "\nSTUDIES = " + strings.Join(studyNames(experiments.Studies()), " ") + "\n"
	if !strings.Contains(contentOf(t, filepath.Join("..", "..", "Makefile")), want) {
		t.Errorf("the Makefile lacks %q", want)
	}
}

// A report of the smoke tier says that it is one, and names the generated set that stands in.
func TestSmokeReport(t *testing.T) {
	here := invocation{dir: t.TempDir()}
	for _, name := range []string{"nlinear/synthetic/96", "nlinear-history-336/synthetic/96"} {
		spec, err := experiments.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		put(t, filepath.Join(here.dir, "runs"), name, 0, 0.4, func(r *result.Record) {
			r.Tier, r.Data.Synthetic = "smoke", true
			if r.Key, err = spec.Key(experiments.Smoke, checksum); err != nil {
				t.Fatal(err)
			}
		})
	}
	if _, stderr, code := here.run(t, "report", "all", "-tier", "smoke"); code != 0 {
		t.Fatal(stderr)
	}
	text := contentOf(t, filepath.Join(here.dir, "docs", "report", "report.md"))
	for _, want := range []string{"tier smoke", "runs of the smoke tier: a few training steps", "| synthetic 96 ", "| synthetic NLinear ", "synthetic is a generated set that stands in for real data"} {
		if !strings.Contains(text, want) {
			t.Errorf("the report lacks %q", want)
		}
	}
}
