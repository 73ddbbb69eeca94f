package experiments

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"mambamixer/experiments/inspect"
	"mambamixer/experiments/result"
	"mambamixer/internal/backend"
	"mambamixer/mixer"
	"mambamixer/mixer/vim2"
)

// inspected runs a small TSM2 on the generated set with the seeds and gives the folders.
func inspected(t *testing.T, seeds ...uint64) (folders []string) {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	spec, changes, err := find(t, "tsm2/synthetic/96").SetAll([]string{"model.layers=1", "model.d_model=4", "data.history=96", "train.learning_rate=0.5"})
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	for _, seed := range seeds {
		finished, err := Run(context.Background(), b, spec, RunOptions{Tier: Smoke, Out: out, Seed: seed, Set: changes})
		if err != nil {
			t.Fatal(err)
		}
		folders = append(folders, finished.Dir)
	}
	return folders
}

// What was trained can be looked into: every weight of every average, and a step size for each layer, patch and variate.
func TestInspect(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	folders := inspected(t, 4, 2)
	found, err := Inspect(b, folders, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Seeds) != 2 || found.Seeds[0] != 2 {
		t.Errorf("seeds %v, want 2 and 4", found.Seeds)
	}
	if want := 2 * (mixer.AveragingWeights(1) + 4); len(found.Weights) != want {
		t.Errorf("%d weights, want %d", len(found.Weights), want)
	}
	moved := 0
	for _, w := range found.Weights {
		if initial := map[bool]float64{true: 0.5, false: 1}[w.Index == 0]; w.Initial != initial {
			t.Errorf("%+v began at %v", w, initial)
		}
		if w.Learned != w.Initial {
			moved++
		}
	}
	if moved < len(found.Weights)/2 {
		t.Errorf("only %d of %d weights were learned", moved, len(found.Weights))
	}
	counts := map[string]int{}
	for _, c := range found.Selectivity {
		counts[c.Quantity+" "+c.Variate]++
		if c.Quantity != inspect.Window && c.Value <= 0 {
			t.Errorf("%+v: a step size is positive", c)
		}
	}
	set, err := LoadSet("synthetic", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, variate := range set.Columns {
		if counts["window "+variate] != 96 || counts["layer0 "+variate] != 6 {
			t.Errorf("%s has %d steps and %d step sizes, want 96 and 6", variate, counts["window "+variate], counts["layer0 "+variate])
		}
	}
	if len(found.Training) != 2*smokeSteps || !found.Training[smokeSteps-1].Evaluated() || found.Training[0].Evaluated() {
		t.Errorf("the log is %+v", found.Training)
	}
	if paths, err := found.Draw(t.TempDir()); err != nil || len(paths) != 6 {
		t.Errorf("drew %v: %v", paths, err)
	}
	t.Run("refuses", func(t *testing.T) { inspectRefuses(t, b, folders[0]) })
}

// inspectRefuses damages the folder of a run in many ways.
func inspectRefuses(t *testing.T, b compute.Backend, folder string) {
	linear := runSpec(t, "nlinear/synthetic/96", RunOptions{Tier: Smoke, Out: t.TempDir()}).Dir
	control := runSpec(t, "tsm2-linear/synthetic/96", RunOptions{Tier: Smoke, Out: t.TempDir()}).Dir
	refuses := func(want string, folders ...string) {
		t.Helper()
		if _, err := Inspect(b, folders, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
	refuses("there is no run folder")
	refuses("has no result.json: it isn't the folder of a finished run", t.TempDir())
	refuses("is a run of NLinear: only TSM2", linear)
	refuses("there is nothing to look into", control)
	refuses("look into runs of one spec and tier at a time", folder, control)
	refuses("both have seed 4", folder, folder+string(filepath.Separator))

	edit := func(file, from, to string) {
		t.Helper()
		path := filepath.Join(folder, file)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, bytes.Replace(data, []byte(from), []byte(to), 1), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	edit(result.SpecFile, `"d_model": 4`, `"d_model": 5`)
	refuses("is not what this version of the program would have run", folder)
	edit(result.SpecFile, `"d_model": 5`, `"d_model": 4`)
	edit(result.ResultFile, `"done"`, `"interrupted"`)
	refuses("is interrupted: finish it first", folder)
	edit(result.ResultFile, `"interrupted"`, `"done"`)
	if err := os.RemoveAll(filepath.Join(folder, "checkpoint")); err != nil {
		t.Fatal(err)
	}
	refuses("there are no weights in", folder)
}

// What ViM2 learned can be looked into: its weights by stage, what its stages see, and what its token mixers select.
func TestInspectPictures(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	spec := find(t, "vim2-nano/shapes")
	small := spec.Model.(vim2.Config)
	small.Stages = []vim2.Stage{{Width: 8, Tokens: 2, Channels: 1, ChannelWidth: 16}, {Width: 8, Tokens: 1}}
	task := *spec.Data.Pictures
	task.Size, task.TestSizes = 16, nil
	spec.Model, spec.Data.Pictures = small, &task
	finished, err := Run(context.Background(), b, spec, RunOptions{Tier: Smoke, Out: t.TempDir(), Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	found, err := Inspect(b, []string{finished.Dir}, nil)
	if err != nil {
		t.Fatal(err)
	}
	// Stage 1: before mixer m there are m+2 terms, and so at the output; stage 2 alike with one mixer.
	if want := 2 + 3 + 4 + 5 + 2 + 3; len(found.Weights) != want || found.Weights[0].Average != "stage1/token0" || found.Weights[0].Initial != 0.5 {
		t.Errorf("%d weights, want %d: %+v", len(found.Weights), want, found.Weights)
	}
	if found.Pictures != fieldPictures || len(found.Maps) != 4+1+3*4 {
		t.Errorf("%d pictures, %d maps", found.Pictures, len(found.Maps))
	}
	if field := found.Map("field/trained/stage2"); len(field) != 16 || len(field[0]) != 16 || reflect.DeepEqual(field, found.Map("field/untrained/stage2")) {
		t.Errorf("the field of stage 2 is %v", field)
	}
	if delta := found.Map("delta/stage1/token1/columns_br"); len(delta) != 8 || delta[0][0] <= 0 {
		t.Errorf("the step sizes are %v", delta)
	}
	if len(found.Training) == 0 {
		t.Error("there is no training")
	}
	dir := t.TempDir()
	if err := found.Write(dir); err != nil {
		t.Fatal(err)
	}
	again, err := inspect.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Maps) != len(found.Maps) || len(again.Map("picture")) != 16 {
		t.Errorf("of %d maps %d were read again", len(found.Maps), len(again.Maps))
	}
	figures, err := again.Figures()
	if err != nil || len(figures) != 3 || len(figures[2].Panels) != 2 {
		t.Errorf("%d figures, %v", len(figures), err)
	}
	if _, err := Intermediates(b, finished.Dir, nil); err == nil || !strings.Contains(err.Error(), "of TSM2 only") {
		t.Errorf("intermediate values of ViM2: %v", err)
	}
}
