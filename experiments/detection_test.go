package experiments

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/mask"
	"mambamixer/datasets/picture"
	"mambamixer/datasets/scenes"
	"mambamixer/experiments/ap"
	"mambamixer/experiments/result"
	"mambamixer/internal/backend"
	"mambamixer/mixer/maskrcnn"
	"mambamixer/mixer/vim2"
	"mambamixer/mixer/vision"
)

// glance is a detector for tests, with little to compile.
type glance struct{}

func (glance) small() maskrcnn.Config[vision.ResNet] {
	m := smaller(maskrcnn.On(vision.ResNet{Blocks: []int{1}, Width: 4, LargeStem: true}), false)
	m.Width, m.Hidden, m.Candidates, m.Proposals, m.Samples, m.Detections = 4, 8, 20, 16, 8, 5
	return m
}

func (g glance) Validate(height, width int) error { return g.small().Validate(height, width) }

func (g glance) Losses(scope *model.Scope, images *Node, truth maskrcnn.Truth, classes int) maskrcnn.Losses {
	return g.small().Losses(scope, images, truth, classes)
}

func (g glance) Detect(scope *model.Scope, images *Node, classes int) maskrcnn.Found {
	return g.small().Detect(scope, images, classes)
}

// A run on objects is trained, tested and kept like any other.
func TestRunOnObjects(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	spec := detecting(scenes.GeneratedObjects)[0]
	spec.Model, spec.Data.Objects.Limit = glance{}, 30 // not a whole number of batches
	done, err := Run(context.Background(), b, spec, RunOptions{Tier: Smoke, Out: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	r := done.Record
	if !r.Detects() || r.Last.Boxes.AP50 < r.Last.Boxes.AP || r.Last.Loss <= 0 || r.Last.Windows != 30 || r.Size != 48 || len(r.Curve) == 0 || r.Val != nil {
		t.Errorf("%+v, last %+v", r, r.Last)
	}
	if info, err := os.Stat(filepath.Join(done.Dir, ObjectsFigure)); err != nil || info.Size() < 1000 {
		t.Errorf("the figure: %v", err)
	}
	if again, err := result.Read(done.Dir); err != nil || again.TestError() != 1-r.Last.Boxes.AP {
		t.Errorf("read back %+v, %v", again, err)
	}
}

// searchlight finds the white rectangle in a black picture.
type searchlight struct{ glance }

func (searchlight) Detect(_ *model.Scope, images *Node, _ int) maskrcnn.Found {
	g, batch := images.Graph(), images.Shape().Dim(0)
	bright := GreaterThan(ReduceMax(images, -1), ScalarZero(g, images.DType()))
	far := float64(images.Shape().Size())
	square := shapes.Make(images.DType(), bright.Shape().Dimensions...)
	from := func(axis int) *Node {
		at := Iota(g, square, axis)
		return ReduceMin(Where(bright, at, AddScalar(ZerosLike(at), far)), 1, 2)
	}
	to := func(axis int) *Node {
		at := Iota(g, square, axis)
		return ReduceMax(Where(bright, OnePlus(at), ZerosLike(at)), 1, 2)
	}
	return maskrcnn.Found{
		Boxes: Reshape(Stack([]*Node{from(2), from(1), to(2), to(1)}, -1), batch, 1, 4), Scores: Ones(g, shapes.Make(images.DType(), batch, 1)),
		Classes: Zeros(g, shapes.Make(dtypes.Int32, batch, 1)), Masks: Ones(g, shapes.Make(images.DType(), batch, 1, 28, 28)),
	}
}

// rectangles are pictures narrower than what the model gets, with a white rectangle in each, at another place.
type rectangles struct{ n int }

func (r rectangles) Len() int           { return r.n }
func (r rectangles) Where(i int) string { return fmt.Sprint("rectangle ", i) }

func (r rectangles) Scene(i int) (*scenes.Scene, error) {
	const h, w = 48, 40
	p, pixels := picture.New(w, h), make([]uint8, h*w)
	for y := 2 + 5*i; y < 12+5*i; y++ {
		for x := 3 + i; x < w; x++ {
			pixels[y*w+x] = 1
			copy(p.Pix[3*(y*w+x):], []uint8{255, 255, 255})
		}
	}
	m := mask.FromPixels(h, w, pixels)
	return &scenes.Scene{Picture: p, Objects: []scenes.Object{{Box: m.Box(), Mask: m, Area: float64(m.Area())}}}, nil
}

// What is found in a picture is held against that picture's objects, in the last batch too, which is filled up.
func TestFindsWhatIsThere(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	set := &scenes.Set{Name: "rectangles", Classes: []string{"rectangle"}, Objects: true, Train: rectangles{4}, Test: rectangles{5}}
	spec := find(t, "vim2-nano-maskrcnn/things")
	spec.Model, spec.Train.BatchSize, spec.Train.EvalBatch = searchlight{}, 2, 2
	task, err := newDetection(spec, set)
	if err != nil {
		t.Fatal(err)
	}
	problem, err := task.problem(context.Background(), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r := &run{backend: b, spec: spec, record: &result.Record{Last: &result.Scores{}}}
	if err := task.elsewhere(context.Background(), r, problem, nil); err != nil {
		t.Fatal(err)
	}
	if boxes, masks := r.record.Last.Boxes, r.record.Last.Masks; boxes.AP < 0.999 || masks.AP < 0.999 || len(task.guesses) != 5 {
		t.Errorf("boxes %+v, masks %+v, %d guesses", boxes, masks, len(task.guesses))
	}
}

// nothing are pictures without objects, or of crowds alone.
type nothing struct{ rectangles }

func (n nothing) Scene(i int) (*scenes.Scene, error) {
	scene, err := n.rectangles.Scene(i)
	scene.Objects[0].Crowd = true
	return scene, err
}

func TestNothingToFind(t *testing.T) {
	spec := find(t, "vim2-nano-maskrcnn/things")
	spec.Train.BatchSize = 2
	task, err := newDetection(spec, &scenes.Set{Name: "crowds", Objects: true, Train: rectangles{2}, Test: nothing{rectangles{2}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := task.problem(context.Background(), RunOptions{}); err == nil || !strings.Contains(err.Error(), "none of the 2 test pictures of crowds has an object to find") {
		t.Error(err)
	}
}

// What a detector finds is told in the pixels of the picture, however it was placed.
func TestFound(t *testing.T) {
	scene := &scenes.Scene{Picture: picture.New(100, 50)}
	f := &found{most: 2, side: 2, boxes: []float32{0, 0, 0, 0, 0, 0, 0, 0, 8, 4, 24, 25, 0, 0, 1, 1}, scores: []float32{0, 0, 0.9, 0},
		classes: []int32{0, 0, 2, 1}, masks: []float32{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1}}
	place := augment.Detection(32, 40).TestPlacement(scene.Picture) // 0.4 times as large
	if got := f.in(0, 3, scene, place); len(got) != 0 {
		t.Errorf("in the first picture it found %+v", got)
	}
	got := f.in(1, 4, scene, place)
	want := mask.Box{X0: 20, Y0: 10, X1: 60, Y1: 50} // the model saw black ground below the picture
	if len(got) != 1 || got[0].Picture != 4 || got[0].Class != 2 || got[0].Box != want || got[0].Mask.Box().X1 > 60 || got[0].Mask.Area() < 1200 {
		t.Errorf("found %+v", got)
	}
}

func TestDetectionRefuses(t *testing.T) {
	for _, test := range []struct {
		change func(*Spec)
		says   string
	}{
		{func(s *Spec) { s.Model = vim2.Nano() }, "the model ViM2-Nano finds no objects"},
		{func(s *Spec) { s.Data.Objects.Width = 0 }, "data.objects.width is 0"},
		{func(s *Spec) { s.Data.Objects.Grid = 0 }, "data.objects.grid is 0"},
		{func(s *Spec) { s.Data.Objects.Limit = -1 }, "data.objects.limit is -1"},
		{func(s *Spec) { s.Data.Fold = 1 }, "folds are of series"},
		{func(s *Spec) { s.Train.BatchSize = 1000 }, "there are only 400 training pictures of things"},
	} {
		spec := find(t, "vim2-nano-maskrcnn/things")
		test.change(&spec)
		if _, err := newDetection(spec, scenes.Draw(true)); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%v; want %q", err, test.says)
		}
	}
	spec := find(t, "vim2-nano-maskrcnn/things")
	if _, err := newDetection(spec, scenes.Draw(false)); err == nil || !strings.Contains(err.Error(), "the pictures of figures have a class for each pixel") {
		t.Errorf("%v", err)
	}
	for path, value := range map[string]string{"model.backbone.conv": "0", "model.width": "8", "data.objects.flip": "0"} {
		changed, err := spec.Set(path, value)
		if err != nil || sameContent(changed, spec) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if again := find(t, "vim2-nano-maskrcnn/things"); !sameContent(again, spec) {
		t.Error("a change of a copy changed the spec")
	}
}

// A detector that is right about every point of its grids finds nearly every pixel: what a mask loses on its way through the grid on its
// box, the model's 28 x 28 points and back into the picture is little.
func TestMasksThroughTheirGrids(t *testing.T) {
	const side = 28
	set, recipe := scenes.Draw(true), augment.Detection(96, 128)
	recipe.MaxObjects = 4
	var truths []ap.Truth
	var guesses []ap.Guess
	for i := range 30 {
		scene, err := set.Test.Scene(i)
		if err != nil {
			t.Fatal(err)
		}
		out := augment.Objects{Pixels: make([]float32, 3*recipe.Height*recipe.Width), Boxes: make([]float32, 4*recipe.MaxObjects),
			Classes: make([]int32, recipe.MaxObjects), Masks: make([]float32, recipe.MaxObjects*recipe.Grid*recipe.Grid)}
		recipe.Test(scene, out)
		f := &found{boxes: out.Boxes, classes: out.Classes, most: recipe.MaxObjects, side: side, scores: make([]float32, recipe.MaxObjects)}
		for k := range recipe.MaxObjects {
			if k < len(scene.Objects) {
				o := scene.Objects[k]
				truths = append(truths, ap.Truth{Picture: i, Class: o.Class, Box: o.Box, Mask: o.Mask, Area: o.Area})
				f.scores[k] = 1
			}
			for p := range side * side {
				row, column := p/side*recipe.Grid/side, p%side*recipe.Grid/side
				f.masks = append(f.masks, out.Masks[(k*recipe.Grid+row)*recipe.Grid+column])
			}
		}
		guesses = append(guesses, f.in(0, i, scene, recipe.TestPlacement(scene.Picture))...)
	}
	if boxes, masks := ap.Evaluate(ap.Boxes, truths, guesses), ap.Evaluate(ap.Masks, truths, guesses); boxes.AP < 0.999 || masks.AP < 0.9 {
		t.Errorf("%d objects have boxes with an average precision of %.3f and masks with %.3f", len(truths), boxes.AP, masks.AP)
	}
}
