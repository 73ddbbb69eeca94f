package experiments

import (
	"context"
	"fmt"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/mask"
	"mambamixer/datasets/pipeline"
	"mambamixer/datasets/scenes"
	"mambamixer/experiments/ap"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
	"mambamixer/mixer/maskrcnn"
)

// Objects is the task of finding the objects of a picture, each with its class, box and mask.
type Objects struct {
	augment.ObjectRecipe

	// Limit is the number of scenes used of each split, the first; 0 = all. The smoke tier sets it.
	Limit int `json:"limit,omitempty"`
}

// validateObjects checks the spec without its data.
func (s Spec) validateObjects() error {
	m, ok := s.Model.(maskrcnn.Detector)
	if !ok {
		return fmt.Errorf("the model %s finds no objects", s.Kind)
	}
	d := s.Data.Objects
	return s.validateOnScenes("data.objects", d, d.Limit, func() error { return m.Validate(d.Height, d.Width) })
}

// detection is that task on a data set.
type detection struct {
	spec  Spec
	model maskrcnn.Detector
	task  Objects
	set   *scenes.Set

	guesses []ap.Guess // of the test pictures, once the weights were tested
}

// newDetection checks a spec against its scenes, without decoding them.
func newDetection(spec Spec, set *scenes.Set) (*detection, error) {
	if err := spec.validateObjects(); err != nil {
		return nil, fmt.Errorf("spec %s: %w", spec.Name, err)
	}
	if !set.Objects {
		return nil, fmt.Errorf("spec %s: the pictures of %s have a class for each pixel, not objects", spec.Name, set.Name)
	}
	t := &detection{spec: spec, model: spec.Model.(maskrcnn.Detector), task: *spec.Data.Objects, set: set}
	return t, spec.fillsBatch(set, t.task.Limit)
}

// problem decodes all scenes once. The examples are those of the training and the test split; pixels and objects are fed. A detector is
// trained for a number of steps and nothing is chosen by validation, so that split is left alone.
func (t *detection) problem(ctx context.Context, o RunOptions) (*train.Problem, error) {
	feed := &objectFeed{recipe: t.task.ObjectRecipe}
	p := &train.Problem{Feed: feed, Metrics: []string{"loss", "loss of anchors", "of their moves", "of classes", "of moves", "of masks"}}
	var err error
	feed.splits, err = openScenes(ctx, o, t.set.Name, t.task.Limit, split{t.set.Train, &p.Train}, split{t.set.Test, &p.Test})
	if err != nil {
		return nil, err
	}
	if err := t.findable(feed.splits[1].source); err != nil {
		return nil, err
	}
	classes := len(t.set.Classes)
	losses := func(scope *model.Scope, inputs []*Node) maskrcnn.Losses {
		return t.model.Losses(scope, inputs[0], maskrcnn.Truth{Boxes: inputs[1], Classes: inputs[2], Masks: inputs[3]}, classes)
	}
	p.Loss = func(scope *model.Scope, inputs []*Node, _ *Node) *Node {
		return ReduceAllMean(losses(scope, inputs).Sum())
	}
	p.Score = func(scope *model.Scope, inputs []*Node, _ *Node) []*Node {
		l := losses(scope, inputs)
		return []*Node{l.Sum(), l.Objects, l.Moves, l.Class, l.Box, l.Mask}
	}
	return p, nil
}

// findable looks for an object in the test pictures: without one there is no average precision.
func (t *detection) findable(test *pipeline.Scenes) error {
	for i := range test.Len() {
		scene, err := test.Scene(i)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(scene.Objects, func(o scenes.Object) bool { return !o.Crowd }) {
			return nil
		}
	}
	return fmt.Errorf("spec %s: none of the %d test pictures of %s has an object to find; take more of them (data.objects.limit is %d)",
		t.spec.Name, test.Len(), t.set.Name, t.task.Limit)
}

// objectFeed feeds pictures [B, Height, Width, 3] and their objects: boxes [B, M, 4], classes [B, M], int32, and masks [B, M, G, G].
type objectFeed struct {
	recipe augment.ObjectRecipe
	splits []fedSplit[*pipeline.Scenes]
}

func (f *objectFeed) Shapes(n int) []shapes.Shape {
	r := f.recipe
	return []shapes.Shape{shapes.Make(dtypes.Float32, n, r.Height, r.Width, 3), shapes.Make(dtypes.Float32, n, r.MaxObjects, 4),
		shapes.Make(dtypes.Int32, n, r.MaxObjects), shapes.Make(dtypes.Float32, n, r.MaxObjects, r.Grid, r.Grid)}
}

func (f *objectFeed) Train(ctx context.Context, seed uint64, epoch int, idx []int32) ([]*tensors.Tensor, error) {
	source, own := splitOf(f.splits, idx)
	return f.tensors(len(idx))(source.TrainObjects(ctx, f.recipe, seed, epoch, own))
}

func (f *objectFeed) Test(ctx context.Context, idx []int32) ([]*tensors.Tensor, error) {
	source, own := splitOf(f.splits, idx)
	return f.tensors(len(idx))(source.TestObjects(ctx, f.recipe, own))
}

func (f *objectFeed) tensors(n int) func(b *pipeline.ObjectBatch, err error) ([]*tensors.Tensor, error) {
	return func(b *pipeline.ObjectBatch, err error) ([]*tensors.Tensor, error) {
		if err != nil {
			return nil, err
		}
		shapes := f.Shapes(n)
		return []*tensors.Tensor{
			tensors.FromFlatDataAndDimensions(b.Pixels, shapes[0].Dimensions...),
			tensors.FromFlatDataAndDimensions(b.Boxes, shapes[1].Dimensions...),
			tensors.FromFlatDataAndDimensions(b.Classes, shapes[2].Dimensions...),
			tensors.FromFlatDataAndDimensions(b.Masks, shapes[3].Dimensions...),
		}, nil
	}
}

func (t *detection) note(record *result.Record) { record.Size = t.task.Height }

func (t *detection) scores(score train.Score) *result.Scores {
	return &result.Scores{Loss: score.Values[0], Windows: score.Count}
}

// elsewhere lets the weights find the objects of the test pictures, in these pictures' own size, and scores what they find.
func (t *detection) elsewhere(ctx context.Context, r *run, p *train.Problem, w *train.Weights) error {
	truths, guesses, err := t.find(ctx, r, p, w)
	t.guesses = guesses
	if err != nil {
		return fmt.Errorf("finding the objects of the test pictures: %w", err)
	}
	precision := func(kind ap.Kind) *result.Precision {
		s := ap.Evaluate(kind, truths, guesses)
		return &result.Precision{AP: s.AP, AP50: s.AP50, AP75: s.AP75}
	}
	r.record.Last.Boxes, r.record.Last.Masks = precision(ap.Boxes), precision(ap.Masks)
	return nil
}

// find gives the objects of the test pictures, and what the weights take for such.
func (t *detection) find(ctx context.Context, r *run, p *train.Problem, w *train.Weights) (truths []ap.Truth, guesses []ap.Guess, err error) {
	store, err := w.NewStore()
	if err != nil {
		return nil, nil, err
	}
	defer store.Finalize()
	exec, err := model.NewExec(r.backend, store, func(scope *model.Scope, images *Node) []*Node {
		f := t.model.Detect(scope, images, len(t.set.Classes))
		return []*Node{f.Boxes, f.Scores, f.Classes, f.Masks}
	})
	if err != nil {
		return nil, nil, err
	}
	defer exec.Finalize()
	feed := p.Feed.(*objectFeed)
	batch := r.spec.Train.EvalBatch
	for start := p.Test.Start; start < p.Test.End; start += int32(batch) {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		idx := make([]int32, batch) // the last example fills the last batch up
		for i := range idx {
			idx[i] = min(start+int32(i), p.Test.End-1)
		}
		inputs, err := feed.Test(ctx, idx)
		if err != nil {
			return nil, nil, err
		}
		outputs, err := exec.Exec(inputs[0])
		for _, input := range inputs {
			input.FinalizeAll()
		}
		if err != nil {
			return nil, nil, err
		}
		found := newFound(outputs)
		source, own := splitOf(feed.splits, idx)
		for i := range min(batch, int(p.Test.End-start)) {
			scene, err := source.Scene(int(own[i]))
			if err != nil {
				return nil, nil, err
			}
			for _, o := range scene.Objects {
				truths = append(truths, ap.Truth{Picture: int(own[i]), Class: o.Class, Box: o.Box, Mask: o.Mask, Area: o.Area, Crowd: o.Crowd})
			}
			guesses = append(guesses, found.in(i, int(own[i]), scene, feed.recipe.TestPlacement(scene.Picture))...)
		}
	}
	return truths, guesses, nil
}

// found is what a detector found in a batch.
type found struct {
	boxes, scores, masks []float32
	classes              []int32
	most, side           int // objects of a picture, and of a mask's grid
}

func newFound(outputs []*tensors.Tensor) *found {
	f := &found{boxes: tensors.MustCopyFlatData[float32](outputs[0]), scores: tensors.MustCopyFlatData[float32](outputs[1]),
		classes: tensors.MustCopyFlatData[int32](outputs[2]), masks: tensors.MustCopyFlatData[float32](outputs[3])}
	f.most, f.side = outputs[1].Shape().Dim(1), outputs[3].Shape().Dim(2)
	for _, output := range outputs {
		output.FinalizeAll()
	}
	return f
}

// in gives what was found in picture i of the batch, number of the set, in the pixels of the scene.
func (f *found) in(i, number int, scene *scenes.Scene, place augment.Placement) (guesses []ap.Guess) {
	for k := i * f.most; k < (i+1)*f.most; k++ {
		if f.scores[k] <= 0 {
			break // they are in falling order
		}
		b := f.boxes[4*k : 4*k+4]
		box := place.From(mask.Box{X0: float64(b[0]), Y0: float64(b[1]), X1: float64(b[2]), Y1: float64(b[3])}).Within(scene.Picture.H, scene.Picture.W)
		points := f.masks[k*f.side*f.side : (k+1)*f.side*f.side]
		guesses = append(guesses, ap.Guess{Picture: number, Class: int(f.classes[k]), Score: float64(f.scores[k]), Box: box,
			Mask: mask.Paste(scene.Picture.H, scene.Picture.W, box, f.side, points)})
	}
	return guesses
}

func (t *detection) follow(record *result.Record, entries []train.Entry) {
	record.Curve = course(entries, "loss")
}

func (t *detection) curve() (metric, unit, counted string) {
	return "loss", "loss of a picture, all its parts", "pictures"
}
