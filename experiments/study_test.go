package experiments

import (
	"slices"
	"strings"
	"testing"

	"mambamixer/experiments/result"
)

// Every entry is a registered spec and has a place of its own, and two specs of another name are two experiments.
func TestStudies(t *testing.T) {
	contents := map[string]string{}
	registered := map[string]Spec{}
	for _, spec := range All() {
		registered[spec.Name] = spec
		text := spec.Content()
		if other, found := contents[text]; found {
			t.Errorf("%s and %s are the same experiment", other, spec.Name)
		}
		contents[text] = spec.Name
	}
	for _, study := range Studies() {
		if study.Title == "" || study.Question == "" || study.Cost == "" {
			t.Errorf("study %s doesn't say what it is", study.Name)
		}
		for _, set := range study.Large {
			if !slices.Contains(study.Sets, set) {
				t.Errorf("study %s has no data set %s, but calls it large", study.Name, set)
			}
		}
		places := map[[3]string]bool{}
		for _, entry := range append(study.Entries(CPU), study.On(study.generated())...) {
			if spec, found := registered[entry.Spec.Name]; !found || !sameContent(spec, entry.Spec) || spec.Kind != entry.Spec.Kind {
				t.Errorf("study %s: %s is not registered as it is", study.Name, entry.Spec.Name)
			}
			if place := [3]string{entry.Section, entry.Row, entry.Column}; places[place] {
				t.Errorf("study %s has two entries at %v", study.Name, place)
			} else {
				places[place] = true
			}
		}
		if study.Name == "table8" {
			continue // nothing to train
		}
		if smoke := study.Entries(Smoke); len(smoke) == 0 || len(smoke) >= len(study.Entries(CPU)) {
			t.Errorf("study %s has %d entries at the smoke tier", study.Name, len(smoke))
		}
	}
}

// What an entry varies is what sets its spec apart from the reference.
func TestEntriesVary(t *testing.T) {
	for name, reference := range map[string]Spec{"table7": find(t, "tsm2/ETTh1/96"), "ablations": find(t, "tsm2/ETTh1/96"), "vim2-ablation": find(t, "vim2-nano/cifar10")} {
		study, err := FindStudy(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range study.On(reference.Data.Set) {
			if again := variant(reference, "x", "x", entry.Varies); !sameContent(again, entry.Spec) {
				t.Errorf("%s, %s: %v is not all that varies in %s", name, entry.Row, entry.Varies, entry.Spec.Name)
			}
		}
	}
}

func TestTable5HasEveryRival(t *testing.T) {
	study, err := FindStudy("table5")
	if err != nil {
		t.Fatal(err)
	}
	entries := study.Entries(CPU)
	models := map[string]int{}
	for _, entry := range entries {
		models[entry.Column]++
	}
	for _, model := range []string{"TSM2", "TSM2 without mixers", "NLinear", "DLinear", "Repeat"} {
		if models[model] != 32 {
			t.Errorf("%s has %d cells, want 32", model, models[model])
		}
	}
	if len(models) != len(listed("ETTh1", 96))-1 {
		t.Errorf("the table has %d models of %d registered ones", len(models), len(listed("ETTh1", 96)))
	}
}

// Ablated models have no published numbers of the model that they are made from.
func TestPublishedOfVariants(t *testing.T) {
	if value, found := find(t, "tsm2-mlp/ETTm1/96").Published(); !found || value.MSE != 0.339 {
		t.Errorf("TSM2-MLP on ETTm1: %+v", value)
	}
	if value, found := find(t, "tsm2-averaging-off/ETTh1/96").Published(); found {
		t.Errorf("an ablation is held against %+v", value)
	}
}

func TestCells(t *testing.T) {
	study, err := FindStudy("table7")
	if err != nil {
		t.Fatal(err)
	}
	record := func(name string, seed uint64, status result.Status, change func(r *result.Record)) *result.Record {
		spec := find(t, name)
		key, err := spec.Key(CPU, "f1")
		if err != nil {
			t.Fatal(err)
		}
		r := &result.Record{Spec: name, Key: key, Seed: seed, Tier: "cpu", Status: status, Data: result.Dataset{SHA256: "f1"},
			Last: &result.Scores{MSE: 0.3 + float64(seed)/100, Windows: 1}}
		if change != nil {
			change(r)
		}
		return r
	}
	records := []*result.Record{
		record("tsm2/ETTh1/96", 1, result.Done, nil),
		record("tsm2/ETTh1/96", 0, result.Done, nil),
		record("tsm2/ETTh1/96", 2, result.Failed, nil),
		record("tsm2/ETTh1/96", 3, result.Done, func(r *result.Record) { r.Tier = "smoke" }),
		record("tsm2/ETTh1/96", 4, result.Done, func(r *result.Record) { r.Set = []string{"model.layers=1"} }),
		record("tsm2/ETTh1/96", 5, result.Interrupted, nil),
		record("tsm2-mlp/ETTm1/96", 0, result.Failed, nil),
		record("tsm2-mlp/Exchange/96", 0, result.Done, func(r *result.Record) { r.Key = "of old" }),
		record("tsm2/synthetic/96", 0, result.Done, nil),
	}
	cells, err := study.Cells(CPU, records)
	if err != nil {
		t.Fatal(err)
	}
	if len(cells) != 6*4+1 {
		t.Errorf("%d cells, want 6 models on 4 sets and one on the generated set", len(cells))
	}
	at := func(row, column string) result.Cell {
		i := slices.IndexFunc(cells, func(c result.Cell) bool { return c.Row == row && c.Column == column })
		if i < 0 {
			t.Fatalf("no cell %s, %s", row, column)
		}
		return cells[i]
	}
	full := at("TSM2", "ETTh1")
	if !slices.Equal(full.Errors(), []float64{0.30, 0.31}) || len(full.Failed) != 1 || full.Paper == nil || full.Paper.MSE != 0.375 {
		t.Errorf("TSM2 on ETTh1: errors %v, failed %v, paper %v", full.Errors(), full.Failed, full.Paper)
	}
	for place, want := range map[[2]string]result.State{
		{"TSM2", "ETTh1"}: result.Filled, {"TSM2-MLP", "ETTm1"}: result.Broken, {"TSM2-MLP", "Exchange"}: result.Outdated,
		{"TSM2", "Electricity"}: result.Missing, {"TSM2", "synthetic"}: result.Filled,
	} {
		cell := at(place[0], place[1])
		if cell.State() != want {
			t.Errorf("%v is %s, want %s", place, cell.State(), want)
		}
	}
}

func TestUnknownStudy(t *testing.T) {
	if _, err := FindStudy("tabel7"); err == nil || !strings.Contains(err.Error(), `did you mean "table7"?`) {
		t.Errorf("unknown study: %v", err)
	}
}
