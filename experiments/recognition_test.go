package experiments

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image/png"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/imagefolder"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
	"mambamixer/internal/backend"
	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
)

// smallNet is a classifier for tests: two convolutions, the most over the picture, a linear head.
type smallNet struct {
	Width int `json:"width"`
}

func (m smallNet) Validate(height, width int) error {
	if height < 8 || width < 8 || m.Width < 1 {
		return errors.New("smallNet needs 8 pixels and a width")
	}
	return nil
}

func (m smallNet) Logits(scope *model.Scope, x *Node, classes int) *Node {
	for i := range 2 {
		x = layers.Convolution(scope.In("conv%d", i), x).Channels(m.Width).KernelSize(5).Strides(2).PadSame().Done()
		x = Max(x, ZerosLike(x))
	}
	return layers.Dense(scope.In("head"), ReduceMax(x, 1, 2), true, classes)
}

// quickSpec trains smallNet on a set in a second.
func quickSpec(set string) Spec {
	for _, v := range pictureSets() {
		if v.set == set {
			return onPictures(v, "smallnet", "smallNet", "", smallNet{8})
		}
	}
	v := pictureSets()[0]
	v.set = set
	v.pictures.Recipe = augment.Plain(8)
	spec := onPictures(v, "smallnet", "smallNet", "", smallNet{8})
	return spec
}

func runOn(ctx context.Context, t *testing.T, spec Spec, o RunOptions) (*Finished, error) {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	return Run(ctx, b, spec, o)
}

// A classifier runs from end to end on the generated set, and what it leaves is a classifier's.
func TestRecognitionSmoke(t *testing.T) {
	var progress bytes.Buffer
	finished, err := runOn(context.Background(), t, quickSpec("shapes"), RunOptions{Tier: Smoke, Out: t.TempDir(), Progress: &progress})
	if err != nil {
		t.Fatal(err)
	}
	r := finished.Record
	if r.Status != result.Done || !r.Classifies() || r.Size != 32 || r.History != 0 || r.Skipped != 0 || !r.Data.Synthetic || r.Data.Name != "shapes" {
		t.Errorf("%+v", r)
	}
	if len(r.Sizes) != 1 || r.Sizes[0].Size != 16 || r.Sizes[0].Windows != 256 || r.Sizes[0].Loss == r.Last.Loss {
		t.Errorf("at other sizes: %+v", r.Sizes)
	}
	if last := r.Curve[len(r.Curve)-1]; last.Step != r.Steps || last.Loss <= 0 || last.ValLoss <= 0 {
		t.Errorf("the training ends at %+v", last)
	}
	if r.Last.Windows != 256 || r.Val.Windows != 200 || r.Last.Top1 > r.Last.Top5 || r.Last.Loss <= 0 || r.Last.MSE != 0 {
		t.Errorf("last %+v, validation %+v", r.Last, r.Val)
	}
	for _, file := range []string{result.SpecFile, result.ResultFile, TrainingFigure, "log.jsonl", "checkpoint"} {
		if _, err := os.Stat(filepath.Join(finished.Dir, file)); err != nil {
			t.Error(err)
		}
	}
	again, err := runOn(context.Background(), t, quickSpec("shapes"), RunOptions{Tier: Smoke, Out: filepath.Join(finished.Dir, "../../../..")})
	if err != nil || !again.Before {
		t.Errorf("the run is not found again: %v", err)
	}
}

// A record keeps few points of a long log: losses are means over the steps between, and every validation is there.
func TestRecordFollowsTraining(t *testing.T) {
	var entries []train.Entry
	for i := range 1000 {
		e := train.Entry{Step: 10 * (i + 1), Loss: float64(i)}
		if i == 24 {
			e.Val = map[string]float64{"loss": 2, topOneError: 0.75}
		}
		entries = append(entries, e)
	}
	var record result.Record
	new(recognition).follow(&record, entries)
	want := []result.CurvePoint{{Step: 200, Loss: 9.5}, {Step: 250, Loss: 12, ValLoss: 2, ValTop1: 0.25}, {Step: 400, Loss: 32}}
	if len(record.Curve) != curvePoints+1 || !slices.Equal(record.Curve[:3], want) {
		t.Errorf("%d points, the first %+v", len(record.Curve), record.Curve[:min(3, len(record.Curve))])
	}
}

// The net learns the figures: after some epochs it is far better than guessing, 12.5 %.
func TestRecognitionLearns(t *testing.T) {
	spec := quickSpec("shapes")
	spec.Train.Steps, spec.Train.WarmupSteps, spec.Train.LearningRate, spec.Train.EvalEvery = 300, 20, 0.005, 0
	spec.Model = smallNet{24}
	finished, err := runOn(context.Background(), t, spec, RunOptions{Tier: CPU, Out: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if last := finished.Record.Last; last.Top1 < 0.4 || last.Windows != 500 {
		t.Errorf("%+v", last)
	}
}

// An interrupted run with every augmentation ends with the bits of the uninterrupted one.
func TestRecognitionResumes(t *testing.T) {
	spec := quickSpec("shapes")
	recipe := augment.ImageNet()
	recipe.Size = 16
	spec.Data.Pictures.Recipe = recipe
	spec.Train.EMA = 0.9
	want, err := runOn(context.Background(), t, spec, RunOptions{Tier: Smoke, Out: t.TempDir(), Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	resolved, err := spec.At(Smoke)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	o := train.RunOptions{Seed: 4, Dir: dir, Key: want.Record.Key, OnEntry: func(e train.Entry) {
		if e.Step == 7 {
			cancel()
		}
	}}
	if _, err := Train(ctx, b, resolved, nil, o); !errors.As(err, new(*train.Interrupted)) {
		t.Fatal(err)
	}
	o.OnEntry = nil
	outcome, err := Train(context.Background(), b, resolved, nil, o)
	if err != nil {
		t.Fatal(err)
	}
	straight, err := train.Final(want.Dir, want.Record.Key, 4, *resolved.Train)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range straight.Paths() {
		a, errA := straight.Values(path)
		b, errB := outcome.Last.Values(path)
		if errA != nil || errB != nil || !slices.Equal(a, b) {
			t.Errorf("%s differs (%v, %v)", path, errA, errB)
		}
	}
	if outcome.Resumed != 7 {
		t.Errorf("resumed at step %d", outcome.Resumed)
	}
}

// writePictures makes a folder with a name of generated pictures of so many pixels; those of the numbers given are cut off.
func writePictures(t *testing.T, name string, pixels, train, test, brokenTrain, brokenTest int) (dir string) {
	t.Helper()
	shapes, err := imagefolder.Shapes(imagefolder.ShapesConfig{Size: pixels, Train: train, Test: test, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), name)
	write := func(split string, p imagefolder.Pictures, broken int) {
		for i := range p.Len() {
			rgb, _ := p.Picture(i)
			var data bytes.Buffer
			if err := png.Encode(&data, rgb.Image()); err != nil {
				t.Fatal(err)
			}
			if i == broken {
				data.Truncate(200)
			}
			path := filepath.Join(dir, split, shapes.Classes[p.Label(i)], p.Where(i)+".png")
			os.MkdirAll(filepath.Dir(path), 0o755)
			if err := os.WriteFile(path, data.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	write("train", shapes.Train, brokenTrain)
	write("val", shapes.Test, brokenTest)
	return dir
}

// A folder of one's own, one of whose pictures is cut off: left out and counted, or with strict an error that names it.
func TestRecognitionSkips(t *testing.T) {
	dir := writePictures(t, "own", 16, 80, 16, 11, 3)
	out := t.TempDir()
	var progress bytes.Buffer
	finished, err := runOn(context.Background(), t, quickSpec(dir), RunOptions{Tier: Smoke, Out: out, Progress: &progress})
	if err != nil {
		t.Fatal(err)
	}
	if r := finished.Record; r.Skipped != 2 || r.Last.Windows != 15 || r.Data.Name != "own" || r.Data.Synthetic {
		t.Errorf("%+v, last %+v", r, r.Last)
	}
	for _, words := range []string{"1 training pictures of own can't be decoded", "generated picture 11.png", "1 test pictures of own can't be decoded"} {
		if !strings.Contains(progress.String(), words) {
			t.Errorf("it says %q, without %q", progress.String(), words)
		}
	}
	_, err = runOn(context.Background(), t, quickSpec(dir), RunOptions{Tier: Smoke, Out: t.TempDir(), Strict: true})
	if err == nil || !strings.Contains(err.Error(), "generated picture 11.png: cut off") {
		t.Error(err)
	}
	_, err = runOn(context.Background(), t, quickSpec(dir), RunOptions{Tier: Smoke, Out: out, Strict: true})
	if err == nil || !strings.Contains(err.Error(), "left out 2 pictures that can't be decoded") {
		t.Errorf("the run that is done: %v", err)
	}
}

// What stops a run that is started over before its training leaves the finished one as it was.
func TestFailedRerunKeepsRun(t *testing.T) {
	dir := writePictures(t, "own", 16, 80, 16, 11, 3)
	out := t.TempDir()
	finished, err := runOn(context.Background(), t, quickSpec(dir), RunOptions{Tier: Smoke, Out: out})
	if err != nil {
		t.Fatal(err)
	}
	content := func() map[string]string {
		files := map[string]string{}
		err := filepath.WalkDir(finished.Dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			files[path] = string(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	before := content()
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, test := range []struct {
		ctx    context.Context
		model  vision.Model // of the same key
		strict bool
		words  string
	}{
		{context.Background(), smallNet{8}, true, "cut off"},
		{cancelled, smallNet{8}, false, "cancel"},
		{context.Background(), fixedNet{smallNet{8}}, false, "only 32 pixels fit"},
	} {
		spec := quickSpec(dir)
		spec.Model = test.model
		_, err := runOn(test.ctx, t, spec, RunOptions{Tier: Smoke, Out: out, Rerun: true, Strict: test.strict})
		if err == nil || !strings.Contains(err.Error(), test.words) {
			t.Errorf("%v, want %q", err, test.words)
		}
		if after := content(); !maps.Equal(before, after) {
			t.Errorf("after %q the folder has other content", test.words)
		}
	}
	again, err := runOn(context.Background(), t, quickSpec(dir), RunOptions{Tier: Smoke, Out: out, Rerun: true})
	if err != nil || again.Before || again.Record.Last.Loss != finished.Record.Last.Loss {
		t.Errorf("started over: %+v, %v", again, err)
	}
}

// The real sets, where $MAMBAMIXER_DATA has them, go through the whole chain under their own names.
func TestRecognitionOnRealSets(t *testing.T) {
	if testing.Short() {
		t.Skip("trains on real pictures")
	}
	dirs := filepath.SplitList(os.Getenv("MAMBAMIXER_DATA"))
	for set, title := range map[string]string{"cifar10": "CIFAR-10-JPEG", "tiny-imagenet-20": "Tiny-ImageNet-20", "pets-3": "Pets-3"} {
		t.Run(set, func(t *testing.T) {
			spec := quickSpec(set)
			spec.Data.Pictures.Size, spec.Data.Pictures.Limit = 32, 48
			finished, err := runOn(context.Background(), t, spec, RunOptions{Tier: Smoke, Out: t.TempDir(), DataDirs: dirs})
			if IsMissing(err) {
				t.Skipf("needs %s in $MAMBAMIXER_DATA", set)
			}
			if err != nil {
				t.Fatal(err)
			}
			if r := finished.Record; r.Data.Name != title || r.Last.Windows != 48 || r.Skipped != 0 || r.Data.Synthetic {
				t.Errorf("%+v, last %+v", r.Data, r.Last)
			}
		})
	}
}

// What doesn't fit is said before anything is decoded.
func TestRecognitionIsChecked(t *testing.T) {
	for words, change := range map[string]func(*Spec){
		"data.pictures.crop is":            func(s *Spec) { s.Data.Pictures.Crop = "no" },
		"hold_out is 1":                    func(s *Spec) { s.Data.Pictures.HoldOut = 1 },
		"folds are of series":              func(s *Spec) { s.Data.Fold = 1 },
		"doesn't classify pictures":        func(s *Spec) { s.Model = find(t, "repeat/ETTh1/96").Model },
		"smallNet needs 8 pixels":          func(s *Spec) { s.Data.Pictures.Size = 4 },
		"only 1800 training pictures":      func(s *Spec) { s.Train.BatchSize = 2000 },
		`there is no picture set "shape"`:  func(s *Spec) { s.Data.Set = "shape" },
		"imagenet is not on this machine":  func(s *Spec) { s.Data.Set = "imagenet" },
		"the model smallNet doesn't forec": func(s *Spec) { s.Data = find(t, "repeat/synthetic/96").Data },
	} {
		spec := quickSpec("shapes")
		change(&spec)
		if _, err := runOn(context.Background(), t, spec, RunOptions{Tier: CPU, Out: t.TempDir()}); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%v, want %q", err, words)
		}
	}
}

// The models on ImageNet are those of the paper, and each spec has a name of its own that says where it belongs.
func TestRecognizers(t *testing.T) {
	count := map[string]int{}
	for _, spec := range recognizers() {
		name, set, _ := strings.Cut(spec.Name, "/")
		count[set]++
		if set != spec.Data.Set {
			t.Errorf("%s is of %s on %s", spec.Name, spec.Kind, spec.Data.Set)
		}
		if standIn, err := StandIn(spec); err != nil || standIn.Name != name+"/shapes" || standIn.Kind != spec.Kind {
			t.Errorf("%s stands in for %s (%v)", standIn.Name, spec.Name, err)
		}
	}
	if count["imagenet"] != 4 || count["cifar10"] != 14 || count["tiny-imagenet-20"] != 14 || count["pets-3"] != 14 {
		t.Errorf("specs by set: %v", count)
	}
}

// The smoke tier's batch is 16 pictures, or all that a set of the catalogue has.
func TestSmokeBatchFitsSet(t *testing.T) {
	spec := find(t, "vim2-tiny/imagenet")
	for set, want := range map[string]int{"imagenet": 16, "imagenet-sample": 10, "a/folder": 16} {
		spec.Data.Set = set
		resolved, err := spec.At(Smoke)
		if err != nil || resolved.Train.BatchSize != want || resolved.Train.Accumulate != 0 {
			t.Errorf("%s: batches of %d, want %d (%v)", set, resolved.Train.BatchSize, want, err)
		}
	}
}

// ImageNet's recipe, in small, trains ViM2 on pictures in ImageNet's layout.
func TestImageNetRecipe(t *testing.T) {
	dir := filepath.Dir(writePictures(t, "imagenet", 24, 24, 8, -1, -1))
	spec := find(t, "vim2-tiny/imagenet")
	spec.Data.Pictures.Size, spec.Train.Steps, spec.Train.WarmupSteps = 16, 2, 1
	nano := vim2.Nano()
	nano.Stages = []vim2.Stage{{Width: 16, Tokens: 1, Channels: 1, ChannelWidth: 16}}
	spec.Model = nano
	finished, err := runOn(context.Background(), t, spec, RunOptions{Tier: Smoke, Out: t.TempDir(), DataDirs: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	if r := finished.Record; r.Data.Name != "ImageNet-1K" || r.Last.Windows != 8 || r.Steps != 2 || r.Val != nil || !(r.Last.Loss > 0) {
		t.Errorf("%+v, last %+v", r, r.Last)
	}
}

// fixedNet is smallNet for the pictures of its training alone, which Validate doesn't know.
type fixedNet struct{ smallNet }

func (m fixedNet) Logits(scope *model.Scope, x *Node, classes int) *Node {
	if x.Shape().Dim(1) != 32 {
		panic(errors.New("only 32 pixels fit"))
	}
	return m.smallNet.Logits(scope, x, classes)
}

// A run that fails after its test leaves no scores, which would be taken for those of a whole one.
func TestFailureLeavesNoScores(t *testing.T) {
	spec := quickSpec("shapes")
	spec.Model = fixedNet{smallNet{8}}
	out := t.TempDir()
	if _, err := runOn(context.Background(), t, spec, RunOptions{Tier: Smoke, Out: out}); err == nil || !strings.Contains(err.Error(), "test at 16 pixels") {
		t.Fatal(err)
	}
	found, err := result.Scan(out)
	if err != nil || len(found.Runs) != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	if r := found.Runs[0].Record; r.Status != result.Failed || r.Headline() != nil || r.Val != nil || r.Sizes != nil {
		t.Errorf("%+v, last %+v", r, r.Last)
	}
}

// Fields of the task are set by path, and every set's task fits the classifier at every tier.
func TestRecognitionSpecs(t *testing.T) {
	spec := quickSpec("cifar10")
	changed, effective, err := spec.SetAll([]string{"data.pictures.size=48", "data.pictures.mixup=0.2", "model.width=9", "data.pictures.hold_out=0.1"})
	if err != nil || changed.Data.Pictures.Size != 48 || changed.Model.(smallNet).Width != 9 || len(effective) != 3 || spec.Data.Pictures.Size != 32 {
		t.Errorf("%+v, %v, %v", changed.Data.Pictures, effective, err)
	}
	wider, _, err := find(t, "vim2-nano/cifar10").SetAll([]string{"model.stages.1.tokens=5"})
	if err != nil || wider.Model.(vim2.Config).Stages[1].Tokens != 5 || find(t, "vim2-nano/cifar10").Model.(vim2.Config).Stages[1].Tokens != 2 {
		t.Errorf("a stage set to 5 token mixers: %+v, %v", wider.Model, err)
	}
	for _, v := range pictureSets() {
		for _, tier := range Tiers {
			resolved, err := onPictures(v, "smallnet", "smallNet", "", smallNet{8}).At(tier)
			if err == nil {
				err = resolved.validate(0)
			}
			if err != nil {
				t.Errorf("%s at %s: %v", v.set, tier, err)
			}
		}
		if _, err := imagefolder.Lookup(v.set); err != nil {
			t.Error(err)
		}
	}
	text, err := json.Marshal(spec)
	if err != nil || strings.Contains(string(text), "history") || !strings.Contains(string(text), `"pictures":{"size":32`) {
		t.Errorf("%s, %v", text, err)
	}
}
