package experiments

import (
	"context"
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/pipeline"
	"mambamixer/datasets/scenes"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
	"mambamixer/mixer/vision"
)

// Scenes is the task of giving each pixel of a picture its class.
type Scenes struct {
	augment.SceneRecipe

	// Limit is the number of scenes used of each split, the first; 0 = all. The smoke tier sets it.
	Limit int `json:"limit,omitempty"`
}

// smokeScenes is how many scenes of a split the smoke tier looks at.
const smokeScenes = 32

// shrinkScenes makes a task on scenes one for the smoke tier.
func shrinkScenes(limit *int, c *train.Config) {
	if *limit == 0 || *limit > smokeScenes {
		*limit = smokeScenes
	}
	if c != nil {
		c.BatchSize, c.EvalBatch, c.Accumulate = min(c.BatchSize, 4), min(c.EvalBatch, 4), 0
	}
}

// validateScenes checks the spec without its data.
func (s Spec) validateScenes() error {
	m, ok := s.Model.(vision.Segmenter)
	if !ok {
		return fmt.Errorf("the model %s gives no classes to pixels", s.Kind)
	}
	d := s.Data.Scenes
	return s.validateOnScenes("data.scenes", d, d.Limit, func() error { return m.Validate(d.Height, d.Width) })
}

// validateOnScenes checks a task on scenes, a field of the spec, whatever is asked of the scenes.
func (s Spec) validateOnScenes(field string, recipe interface{ Validate() error }, limit int, model func() error) error {
	if err := recipe.Validate(); err != nil {
		return fmt.Errorf("%s.%w", field, err)
	}
	if limit < 0 {
		return fmt.Errorf("%s.limit is %d; it must be at least 0", field, limit)
	}
	if s.Data.Fold != 0 {
		return fmt.Errorf("data.fold is %d, but folds are of series", s.Data.Fold)
	}
	if err := model(); err != nil {
		return err
	}
	if s.Train != nil {
		return s.Train.Validate()
	}
	return nil
}

// fillsBatch reports a batch of more scenes than there are.
func (s Spec) fillsBatch(set *scenes.Set, limit int) error {
	if n := first(set.Train, limit).Len(); s.Train != nil && s.Train.BatchSize > n {
		return fmt.Errorf("spec %s: train.batch_size is %d, but there are only %d training pictures of %s; use a smaller one",
			s.Name, s.Train.BatchSize, n, set.Name)
	}
	return nil
}

// segmentation is that task on a data set.
type segmentation struct {
	spec  Spec
	model vision.Segmenter
	task  Scenes
	set   *scenes.Set
}

// newSegmentation checks a spec against its scenes, without decoding them.
func newSegmentation(spec Spec, set *scenes.Set) (*segmentation, error) {
	if err := spec.validateScenes(); err != nil {
		return nil, fmt.Errorf("spec %s: %w", spec.Name, err)
	}
	if set.Objects {
		return nil, fmt.Errorf("spec %s: the pictures of %s have objects, not a class for each pixel", spec.Name, set.Name)
	}
	t := &segmentation{spec: spec, model: spec.Model.(vision.Segmenter), task: *spec.Data.Scenes, set: set}
	return t, spec.fillsBatch(set, t.task.Limit)
}

// first are the first limit scenes, all where that is 0.
func first(all scenes.Scenes, limit int) scenes.Scenes {
	if limit == 0 || limit >= all.Len() {
		return all
	}
	return firstScenes{all, limit}
}

type firstScenes struct {
	scenes.Scenes
	n int
}

func (f firstScenes) Len() int { return f.n }

// pixelError is the metric that selects the best weights: the share of a picture's pixels that are given a wrong class.
const pixelError = "pixel_error"

// auxiliaryWeight is what the loss of the auxiliary head counts, as in mmsegmentation.
const auxiliaryWeight = 0.4

// problem decodes all scenes once. The examples are those of the three splits, one after the other; pixels and labels are fed.
// Besides the error and the loss, an evaluation counts for each class the pixels that are in both, prediction and truth, and
// in one of them at least, as shares of the picture: the ratio of their sums is the class's intersection over union.
func (t *segmentation) problem(ctx context.Context, o RunOptions) (*train.Problem, error) {
	feed := &sceneFeed{recipe: t.task.SceneRecipe}
	p := &train.Problem{Feed: feed, Metrics: []string{pixelError, "loss"}}
	for _, kind := range []string{"intersection", "union"} {
		for _, class := range t.set.Classes {
			p.Metrics = append(p.Metrics, kind+" "+class)
		}
	}
	var err error
	feed.splits, err = openScenes(ctx, o, t.set.Name, t.task.Limit, split{t.set.Train, &p.Train}, split{t.set.Val, &p.Val}, split{t.set.Test, &p.Test})
	if err != nil {
		return nil, err
	}
	classes := len(t.set.Classes)
	p.Loss = func(scope *model.Scope, inputs []*Node, _ *Node) *Node {
		logits, auxiliary := t.model.Segment(scope, inputs[0], classes)
		return ReduceAllMean(Add(pixelLoss(logits, inputs[1]), MulScalar(pixelLoss(auxiliary, inputs[1]), auxiliaryWeight)))
	}
	p.Score = func(scope *model.Scope, inputs []*Node, _ *Node) []*Node {
		logits, _ := t.model.Segment(scope, inputs[0], classes)
		missed, intersections, unions := pixelScores(logits, inputs[1])
		list := []*Node{missed, pixelLoss(logits, inputs[1])}
		for _, counts := range []*Node{intersections, unions} {
			for class := range classes {
				list = append(list, Squeeze(SliceAxis(counts, 1, AxisElem(class)), 1))
			}
		}
		return list
	}
	return p, nil
}

// split are scenes, and the examples that they become.
type split struct {
	scenes   scenes.Scenes
	examples *train.Range
}

// openScenes decodes splits of a set, of each the first limit or all, and numbers their examples one after the other. A split without
// scenes has none.
func openScenes(ctx context.Context, o RunOptions, set string, limit int, splits ...split) (feed []fedSplit[*pipeline.Scenes], err error) {
	start := 0
	for _, s := range splits {
		*s.examples = train.Range{Start: int32(start), End: int32(start)}
		if s.scenes.Len() == 0 {
			continue
		}
		source, err := pipeline.OpenScenes(ctx, first(s.scenes, limit), pipeline.Options{Progress: func(done, total int) {
			if o.Progress != nil && done%10_000 == 0 {
				fmt.Fprintf(o.Progress, "%d of %d pictures of %s decoded, which is done once\n", done, total, set)
			}
		}})
		if err != nil {
			return nil, err
		}
		feed = append(feed, fedSplit[*pipeline.Scenes]{start, source})
		start += source.Len()
		s.examples.End = int32(start)
	}
	return feed, nil
}

// pixelLoss is the mean cross-entropy of each picture [B] from logits [B, H, W, K] and labels [B, H, W]. A pixel without a class has
// none, but counts in the mean, as in mmsegmentation.
func pixelLoss(logits, labels *Node) *Node {
	targets := OneHot(labels, logits.Shape().Dim(-1), dtypes.Float32) // all zero for no class
	return ReduceMean(train.CrossEntropy(logits, targets), 1, 2)
}

// pixelScores gives the share of pixels with a wrong class [B], of those that have one, and the shares of the picture that are in
// each class by prediction and by truth, and by one of them at least, [B, K] each.
func pixelScores(logits, labels *Node) (missed, intersections, unions *Node) {
	classes := logits.Shape().Dim(-1)
	truth := OneHot(labels, classes, dtypes.Float32) // [B, H, W, K]
	counted := ReduceSum(truth, -1)                  // [B, H, W]: 1 where there is a class
	guess := Mul(OneHot(ArgMax(logits, -1), classes, dtypes.Float32), InsertAxes(counted, -1))
	intersections = ReduceMean(Mul(truth, guess), 1, 2)
	unions = Sub(Add(ReduceMean(truth, 1, 2), ReduceMean(guess, 1, 2)), intersections)
	right := ReduceSum(intersections, -1)
	all := ReduceMean(counted, 1, 2)
	return OneMinus(Div(right, MaxScalar(all, 1e-9))), intersections, unions
}

// sceneFeed feeds pictures [B, Height, Width, 3], float32, and their labels [B, Height, Width], int32.
type sceneFeed struct {
	recipe augment.SceneRecipe
	splits []fedSplit[*pipeline.Scenes]
}

func (f *sceneFeed) Shapes(n int) []shapes.Shape {
	return []shapes.Shape{shapes.Make(dtypes.Float32, n, f.recipe.Height, f.recipe.Width, 3), shapes.Make(dtypes.Int32, n, f.recipe.Height, f.recipe.Width)}
}

func (f *sceneFeed) Train(ctx context.Context, seed uint64, epoch int, idx []int32) ([]*tensors.Tensor, error) {
	source, own := splitOf(f.splits, idx)
	return f.tensors(len(idx))(source.Train(ctx, f.recipe, seed, epoch, own))
}

func (f *sceneFeed) Test(ctx context.Context, idx []int32) ([]*tensors.Tensor, error) {
	source, own := splitOf(f.splits, idx)
	return f.tensors(len(idx))(source.Test(ctx, f.recipe, own))
}

func (f *sceneFeed) tensors(n int) func(b *pipeline.SceneBatch, err error) ([]*tensors.Tensor, error) {
	return func(b *pipeline.SceneBatch, err error) ([]*tensors.Tensor, error) {
		if err != nil {
			return nil, err
		}
		return []*tensors.Tensor{
			tensors.FromFlatDataAndDimensions(b.Pixels, n, f.recipe.Height, f.recipe.Width, 3),
			tensors.FromFlatDataAndDimensions(b.Labels, n, f.recipe.Height, f.recipe.Width),
		}, nil
	}
}

func (t *segmentation) note(record *result.Record) { record.Size = t.task.Height }

func (t *segmentation) scores(score train.Score) *result.Scores {
	s := &result.Scores{Top1: 1 - score.Values[0], Loss: score.Values[1], Windows: score.Count}
	there := 0
	for i, class := range t.set.Classes {
		intersection, union := score.Values[2+i], score.Values[2+len(t.set.Classes)+i]
		if union == 0 {
			continue // neither there nor guessed
		}
		there++
		s.MIoU += intersection / union
		s.IoU = append(s.IoU, result.ClassIoU{Class: class, IoU: intersection / union})
	}
	s.MIoU /= float64(max(1, there))
	return s
}

func (t *segmentation) elsewhere(context.Context, *run, *train.Problem, *train.Weights) error {
	return nil
}

func (t *segmentation) follow(record *result.Record, entries []train.Entry) {
	record.Curve = course(entries, pixelError)
}

func (t *segmentation) curve() (metric, unit, counted string) {
	return "loss", "cross-entropy of a pixel", "pictures"
}

// draw leaves nothing: pictures of most data sets may not be passed on.
func (t *segmentation) draw(*run, *train.Weights) error { return nil }
