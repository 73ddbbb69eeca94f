package compare

import (
	"math"
	"strings"
	"testing"

	"mambamixer/experiments/result"
)

// runs makes one record per error, with seeds from 0 on.
func runs(model, data string, horizon int, errors ...float64) (records []*result.Record) {
	for seed, mse := range errors {
		records = append(records, &result.Record{Spec: model + "/" + data, Key: "k", Seed: uint64(seed), Tier: "cpu", Status: result.Done, Model: model,
			Data: result.Dataset{Name: data}, Horizon: horizon, Last: &result.Scores{MSE: mse, Windows: 1}, Steps: 500})
	}
	return records
}

func side(name string, groups ...[]*result.Record) Side {
	s := Side{Name: name}
	for _, group := range groups {
		s.Records = append(s.Records, group...)
	}
	return s
}

// Differences by hand: on ETTh1 -0.01, -0.01, -0.02, on ETTh2 they scatter around 0.
func TestComparison(t *testing.T) {
	a := side("TSM2", runs("TSM2", "ETTh1", 96, 0.36, 0.37, 0.36), runs("TSM2", "ETTh2", 96, 0.27, 0.28, 0.29), runs("TSM2", "ETTm1", 96, 0.3))
	b := side("NLinear", runs("NLinear", "ETTh1", 96, 0.37, 0.38, 0.38), runs("NLinear", "ETTh2", 96, 0.28, 0.27, 0.30, 0.5))
	c, err := New(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Cells) != 2 {
		t.Fatalf("cells %+v", c.Cells)
	}
	first, second := c.Cells[0], c.Cells[1]
	for what, pair := range map[string][2]float64{
		"difference": {first.Difference.Mean, -0.04 / 3}, "its deviation": {first.Difference.Std, math.Sqrt(1e-4 / 3)},
		"ratio": {first.Ratio, (0.36 + 0.37 + 0.36) / (0.37 + 0.38 + 0.38)}, "t": {first.Test.Statistic, -4},
		"p": {first.Test.P, 0.05719095841793653}, "p (Holm)": {first.Holm, 2 * 0.05719095841793653}, // SciPy 1.17.1, ttest_rel
		"difference on ETTh2": {second.Difference.Mean, -0.01 / 3}, "mean of all runs on ETTh2": {second.B.Mean, 1.35 / 4},
		"mean of the paired runs on ETTh2": {second.PairedB.Mean, 0.85 / 3}, "ratio of the paired runs on ETTh2": {second.Ratio, 0.84 / 0.85},
		"mean ratio": {c.Ratio.Estimate, (first.Ratio + second.Ratio) / 2},
	} {
		if math.Abs(pair[0]-pair[1]) > 1e-9 {
			t.Errorf("%s is %v, want %v", what, pair[0], pair[1])
		}
	}
	if first.Better() != "~" || second.Better() != "~" {
		t.Errorf("better: %s and %s", first.Better(), second.Better())
	}
	text := c.Table().Text()
	for _, wanted := range []string{"A: TSM2", "0.3633 ± 0.0058 (3)", "0.3375 ± 0.1090 (4)", "A is better in 0, B in 0", "rank-biserial",
		"warning: 1 of 2 rows: a different number of runs", "warning: only one side has runs at 1 more places, each a data set and horizon", "warning: 2 pairs can give no p below 0.5"} {
		if !strings.Contains(text, wanted) {
			t.Errorf("the table lacks %q:\n%s", wanted, text)
		}
	}
}

// Where no seed is on both sides, nothing is paired, and the ratio is that of all runs.
func TestNoPairs(t *testing.T) {
	late := runs("B", "ETTh1", 96, 0.4)
	late[0].Seed = 7
	c, err := New(side("A", runs("A", "ETTh1", 96, 0.30, 0.32)), side("B", late))
	if err != nil || c.Cells[0].Difference.N != 0 || math.Abs(c.Cells[0].Ratio-0.31/0.4) > 1e-12 || c.Cells[0].Better() != "~" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestClearDifference(t *testing.T) {
	c, err := New(side("A", runs("A", "ETTh1", 96, 0.30, 0.31, 0.32, 0.33, 0.34)), side("B", runs("B", "ETTh1", 96, 0.40, 0.411, 0.42, 0.431, 0.44)))
	if err != nil || c.Cells[0].Better() != "A" || c.Overall.N != 0 || len(c.Warnings) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err = New(side("B", runs("B", "ETTh1", 96, 0.40, 0.411, 0.42)), side("A", runs("A", "ETTh1", 96, 0.30, 0.31, 0.32))); err != nil || c.Cells[0].Better() != "B" {
		t.Errorf("the other way round: %+v, %v", c, err)
	}
}

// The one run of a model that isn't trained is paired with every seed.
func TestUntrainedModel(t *testing.T) {
	repeat := runs("Repeat", "ETTh1", 96, 1.29)
	repeat[0].Steps = 0
	c, err := New(side("TSM2", runs("TSM2", "ETTh1", 96, 0.36, 0.37, 0.36)), side("Repeat", repeat))
	if err != nil || c.Cells[0].Difference.N != 3 || c.Cells[0].B.N != 1 || c.Cells[0].Better() != "A" {
		t.Errorf("%+v, %v", c.Cells, err)
	}
}

// Runs of two measures make two comparisons, and pictures have no horizon.
func TestMeasures(t *testing.T) {
	sales := func(model string, wrmsse float64) []*result.Record {
		records := runs(model, "M5-280", 28, 7)
		records[0].Last.WRMSSE = wrmsse
		return records
	}
	pictures := func(model string, top1 float64) []*result.Record {
		records := runs(model, "CIFAR-10", 0, 0)
		records[0].Size, records[0].Last.Top1 = 32, top1
		return records
	}
	a := side("A", runs("A", "ETTh1", 96, 0.3), sales("A", 0.6), pictures("A", 0.7))
	b := side("B", runs("B", "ETTh1", 96, 0.4), sales("B", 0.8))
	list, err := Each(a, b)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d comparisons, %v", len(list), err)
	}
	for i, want := range []struct {
		measure string
		ratio   float64
	}{{"Test MSE", 0.75}, {"Test WRMSSE", 0.75}} {
		if c := list[i]; c.Measure != want.measure || len(c.Cells) != 1 || math.Abs(c.Ratio.Estimate-want.ratio) > 1e-12 {
			t.Errorf("%+v, want %v", c, want)
		}
	}
	if w := list[1].Warnings; len(w) == 0 || !strings.Contains(string(w[len(w)-1]), `measure "Share of test pictures that are not recognised"; they are left out`) {
		t.Errorf("warnings %q", w)
	}
	if _, err := New(a, b); err == nil || !strings.Contains(err.Error(), "different measures, Test MSE and Test WRMSSE and Share") {
		t.Errorf("of several measures at once: %v", err)
	}
	c, err := New(side("A", pictures("A", 0.7)), side("B", pictures("B", 0.6)))
	if err != nil {
		t.Fatal(err)
	}
	if table := c.Table(); strings.Contains(table.Text(), "horizon") || len(table.Rows[0]) != len(table.Columns) {
		t.Errorf("the table of pictures:\n%s", table.Text())
	}
	if _, err := Each(a, side("far", pictures("far", 0.5)[:0])); err == nil || !strings.Contains(err.Error(), "far has no finished run") {
		t.Errorf("%v", err)
	}
}

func TestWhatCannotBeCompared(t *testing.T) {
	good := side("good", runs("TSM2", "ETTh1", 96, 0.36, 0.37))
	smoke := runs("NLinear", "ETTh1", 96, 0.5)
	smoke[0].Tier = "smoke"
	changed := runs("TSM2", "ETTh1", 96, 0.4)
	changed[0].Set, changed[0].Key = []string{"model.layers=1"}, "other"
	failed := runs("TSM2", "ETTh1", 96, 0.4)
	failed[0].Status = result.Failed
	for wanted, other := range map[string]Side{
		"empty has no finished run":                        side("empty"),
		"failed has no finished run":                       side("failed", failed),
		"no data set and horizon in common":                side("far", runs("NLinear", "ETTh1", 192, 0.4)),
		"different tiers, cpu and smoke":                   side("smoke", smoke),
		"as by spec=NLinear/ETTh1":                         side("two", runs("NLinear", "ETTh1", 96, 0.4), runs("DLinear", "ETTh1", 96, 0.4)),
		"(key other, model.layers=1); narrow it, as by ch": side("changed", runs("TSM2", "ETTh1", 96, 0.4), changed),
	} {
		if _, err := New(good, other); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%v, want %q", err, wanted)
		}
	}
}
