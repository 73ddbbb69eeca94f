package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
)

// checksum is that of the data in the records of these tests.
const checksum = "f1"

// put writes the record of a run of a listed spec on machine, a folder of runs.
func put(t *testing.T, machine, name string, seed uint64, mse float64, change func(r *result.Record)) string {
	t.Helper()
	spec, err := experiments.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	key, err := spec.Key(experiments.CPU, checksum)
	if err != nil {
		t.Fatal(err)
	}
	r := &result.Record{Spec: name, Key: key, Seed: seed, Tier: "cpu", Status: result.Done, Model: spec.Kind, Steps: 500,
		Data: result.Dataset{Name: spec.Data.Set, SHA256: checksum}, History: spec.Data.History, Horizon: spec.Data.Horizon,
		Last: &result.Scores{MSE: mse, MAE: mse, Windows: 2785}}
	if change != nil {
		change(r)
	}
	dir := result.Dir(machine, r.Spec, r.Key, r.Seed)
	if err := r.Write(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Runs of two machines are exported to a file, added to it, and compared from it.
func TestExportAndCompare(t *testing.T) {
	here := invocation{dir: t.TempDir()}
	first, second := filepath.Join(here.dir, "runs"), filepath.Join(here.dir, "other")
	for seed := range uint64(3) {
		put(t, first, "tsm2/ETTh1/96", seed, 0.36+float64(seed)/1000, nil)
		put(t, second, "tsm2-linear/ETTh1/96", seed, 0.38+float64(seed*seed)/1000, nil)
	}
	put(t, first, "tsm2/ETTh2/96", 0, 0.27, func(r *result.Record) { r.Key = "of old" })
	file := filepath.Join(here.dir, "experiments", "results", "table7.csv")
	for _, step := range []struct{ from, rows string }{{"runs", "3 rows"}, {"other", "6 rows"}, {"runs", "6 rows"}} {
		stdout, stderr, code := here.run(t, "results", "export", "table7", "-from", step.from)
		if code != 0 || !strings.Contains(stdout, step.rows) {
			t.Fatalf("exporting %s: exit code %d\n%s%s", step.from, code, stdout, stderr)
		}
	}
	stdout, stderr, code := here.run(t, "compare", file+",model=TSM2", "experiments/results/table7.csv,spec=tsm2-linear")
	if code != 0 || !strings.Contains(stdout, "0.3610 ± 0.0010 (3)") || !strings.Contains(stdout, "0.3817 ± 0.0021 (3)") || !strings.Contains(stdout, "  A\n") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	// The key of old stands for a cell that has nothing newer.
	if stdout, _, code = here.run(t, "results", "export", "table5"); code != 0 || !strings.Contains(stdout, "4 rows") {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
	here.fails(t, 1, []string{"no result of ablations at tier smoke", "mambamixer sweep ablations -tier smoke"}, "results", "export", "ablations", "-tier", "smoke")
}

func TestDamagedAndConflictingRecords(t *testing.T) {
	here := invocation{dir: t.TempDir()}
	first, second := filepath.Join(here.dir, "runs"), filepath.Join(here.dir, "other")
	put(t, first, "tsm2/ETTh1/96", 0, 0.36, nil)
	broken := put(t, first, "tsm2/ETTh1/96", 1, 0.36, nil)
	if err := os.WriteFile(filepath.Join(broken, "result.json"), []byte("{\n\"spec\": \"tsm"), 0o644); err != nil {
		t.Fatal(err)
	}
	named := filepath.Join("tsm2", "ETTh1", "96", filepath.Base(filepath.Dir(broken)), "seed-1", "result.json") + " is damaged at line 2"
	here.fails(t, 1, []string{named, "can't be trusted"}, "results", "check", "runs")
	stdout, stderr, code := here.run(t, "results", "export", "table7")
	if code != 0 || !strings.Contains(stdout, "1 rows, 1 damaged records left out") || !strings.Contains(stderr, named) {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}

	put(t, second, "tsm2/ETTh1/96", 0, 0.37, nil)
	conflict := []string{"conflict: tsm2/ETTh1/96", "seed 0", "test error 0.36 in", "test error 0.37 in", filepath.Join("other", "tsm2")}
	here.fails(t, 1, conflict, "results", "check", "runs", "other")
	here.fails(t, 1, append(conflict, "two different results", "-fresh"), "results", "export", "table7", "-from", "other", "-from", "runs")
	here.fails(t, 1, append(conflict, "remove one of the two"), "compare", "runs,other", "runs")
}

func TestMixedTiers(t *testing.T) {
	here := invocation{dir: t.TempDir()}
	runs := filepath.Join(here.dir, "runs")
	put(t, runs, "tsm2/ETTh1/96", 0, 0.36, nil)
	put(t, runs, "nlinear/ETTh1/96", 0, 0.5, func(r *result.Record) { r.Tier = "smoke" })
	here.fails(t, 1, []string{"different tiers, cpu and smoke", "tier=cpu"}, "compare", "model=TSM2", "model=NLinear")
	here.fails(t, 1, []string{"model=NLinear,tier=cpu has no finished run"}, "compare", "model=TSM2,tier=cpu", "model=NLinear,tier=cpu")
}
