package experiments

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments/tuned"
)

func find(t *testing.T, name string) Spec {
	t.Helper()
	spec, err := Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// Every spec must fit its own data, at every tier, and have a name of its own.
func TestSpecsAreValid(t *testing.T) {
	seen := map[string]bool{}
	for _, spec := range All() {
		if seen[spec.Name] {
			t.Errorf("two specs are called %s", spec.Name)
		}
		seen[spec.Name] = true
		variates := 7
		if info, err := ltsf.Lookup(spec.Data.Set); err == nil {
			variates = info.Variates
			if _, err := info.Split.Windows(spec.Data.History, spec.Data.Horizon); err != nil {
				t.Errorf("%s: %v", spec.Name, err)
			}
		}
		for _, tier := range Tiers {
			resolved, err := spec.At(tier)
			if err != nil {
				t.Fatal(err)
			}
			if err := resolved.validate(variates); err != nil {
				t.Errorf("%s at tier %s: %v", spec.Name, tier, err)
			}
		}
	}
	for _, model := range []string{"tsm2", "nlinear", "dlinear", "repeat"} {
		for _, set := range ltsf.Names() {
			if len(Search([]string{model + "/" + set + "/"})) != 4 {
				t.Errorf("%s on %s has not the 4 horizons of the tables", model, set)
			}
		}
	}
}

func TestSet(t *testing.T) {
	spec := find(t, "tsm2/ETTh1/96")
	before, _ := json.Marshal(spec)
	changed := spec
	for path, value := range map[string]string{"model.layers": "4", "model.ssm.state_size": "8", "model.head_bias": "true",
		"train.learning_rate": "0.002", "train.groups.0.lr_scale": "0.5", "train.groups.2.weight_decay": "0.1", "data.set": "ETTh2"} {
		var err error
		if changed, err = changed.Set(path, value); err != nil {
			t.Fatal(err)
		}
	}
	config := changed.Model.(tsm2Model)
	if config.Layers != 4 || config.SSM.StateSize != 8 || !config.HeadBias {
		t.Errorf("model: %+v", config)
	}
	if changed.Train.LearningRate != 0.002 || changed.Train.Groups[0].LRScale != 0.5 || *changed.Train.Groups[2].WeightDecay != 0.1 || changed.Data.Set != "ETTh2" {
		t.Errorf("training: %+v, data: %+v", changed.Train, changed.Data)
	}
	if after, _ := json.Marshal(spec); string(after) != string(before) {
		t.Error("Set changed the spec it was called on")
	}
	for _, test := range []struct{ path, value, wanted string }{
		{"model.layer", "4", `did you mean "model.layers"?`},
		{"train.stepps", "4", `did you mean "train.steps"?`},
		{"name", "x", "has no field"},
		{"model.layers", "many", "not a whole number"},
		{"model.dropout", "much", "not a number"},
		{"model.head_bias", "perhaps", "neither true nor false"},
	} {
		if _, err := spec.Set(test.path, test.value); err == nil || !strings.Contains(err.Error(), test.wanted) {
			t.Errorf("Set(%s, %s): %v, want %q", test.path, test.value, err, test.wanted)
		}
	}
}

// Every field that is offered can be set, so to the value that it has.
func TestOfferedFieldsCanBeSet(t *testing.T) {
	seen := map[string]bool{}
	for _, spec := range All() {
		fields := strings.Join(spec.Paths(), " ")
		if seen[fields] {
			continue
		}
		seen[fields] = true
		for path, value := range spec.leaves() {
			if value.Kind() == reflect.Pointer {
				if value.IsNil() {
					continue
				}
				value = value.Elem()
			}
			if same, err := spec.Set(path, fmt.Sprint(value.Interface())); err != nil || !sameContent(same, spec) {
				t.Errorf("%s: %s set to itself: %v", spec.Name, path, err)
			}
		}
	}
	spec := find(t, "vim2-nano/shapes")
	darker, err := spec.Set("data.pictures.mean.1", "0.25")
	if err != nil || darker.Data.Pictures.Mean[1] != 0.25 || spec.Data.Pictures.Mean[1] == 0.25 {
		t.Errorf("%v, %v", darker.Data.Pictures, err)
	}
}

func TestTitle(t *testing.T) {
	for _, test := range []struct{ name, path, value, want string }{
		{"nlinear/ETTh1/96", "data.history", "96", "nlinear/ETTh1/96 (history 96, horizon 96"},
		{"vim2-nano/shapes", "data.pictures.size", "48", "vim2-nano/shapes (48 pixels"},
		{"vim2-nano/shapes", "data.pictures.size", "0", "vim2-nano/shapes (0 pixels"},
	} {
		spec, err := find(t, test.name).Set(test.path, test.value)
		if err != nil {
			t.Fatal(err)
		}
		if spec.Title() != test.want {
			t.Errorf("%q, want %q", spec.Title(), test.want)
		}
	}
}

func TestTiersDiffer(t *testing.T) {
	spec := find(t, "tsm2/ETTm1/96")
	var steps []int
	for _, tier := range Tiers {
		resolved, err := spec.At(tier)
		if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, resolved.Train.Steps)
	}
	if !slices.IsSorted(steps) || steps[0] == steps[1] || steps[1] == steps[2] {
		t.Errorf("steps of the tiers %v are %v", Tiers, steps)
	}
	if _, err := spec.At("gpu"); err == nil || !strings.Contains(err.Error(), "smoke, cpu or paper") {
		t.Errorf("unknown tier: %v", err)
	}
}

func TestPublished(t *testing.T) {
	if value, found := find(t, "tsm2/ETTh1/96").Published(); !found || value.MSE != 0.375 {
		t.Errorf("TSM2 on ETTh1/96: %+v", value)
	}
	for _, name := range []string{"tsm2-linear/ETTh1/96", "tsm2/synthetic/96"} {
		if value, found := find(t, name).Published(); found {
			t.Errorf("%s is held against a published value, %+v", name, value)
		}
	}
}

// What a search chose is what TSM2 and its control are run with, but for the control's missing mixers.
func TestTunedSpecs(t *testing.T) {
	files, err := filepath.Glob("tuned/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no outcomes of searches", err)
	}
	for _, file := range files {
		set := strings.TrimSuffix(filepath.Base(file), ".json")
		outcome := tuned.For(set)
		if outcome == nil || len(outcome.Trials) < 2 || outcome.Folds < 1 {
			t.Fatalf("%s holds no search: %+v", file, outcome)
		}
		for _, model := range []string{"tsm2", "tsm2-linear"} {
			spec := find(t, model+"/"+set+"/96")
			if _, effective, err := spec.SetAll(outcome.Chosen); err != nil || len(effective) > 0 {
				t.Errorf("%s differs from what was chosen: %q, %v", spec.Name, effective, err)
			}
		}
		if control := find(t, "tsm2-linear/"+set+"/96"); control.Model.(tsm2Model).Layers != 0 {
			t.Errorf("the control on %s has mixers", set)
		}
	}
}
