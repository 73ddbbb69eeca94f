package experiments

import (
	"context"
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/imagefolder"
	"mambamixer/datasets/pipeline"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
	"mambamixer/mixer/vision"
)

// Pictures is the task of telling the classes of pictures apart.
type Pictures struct {
	augment.Recipe

	// HoldOut is the share of the training pictures of each class that is kept for validation; 0 = none, and no best weights.
	HoldOut float64 `json:"hold_out"`
	// Limit is the number of pictures used of each split, evenly spread; 0 = all. The smoke tier sets it.
	Limit int `json:"limit,omitempty"`
	// TestSizes are more sizes, in pixels, at which the last weights are tested: each test picture is brought to it in place of
	// Size. A model that is made for one size leaves them out.
	TestSizes []int `json:"test_sizes,omitempty"`
}

// smokePictures is how many pictures of a split the smoke tier looks at.
const smokePictures = 256

// shrink makes the task on a set one for the smoke tier. A batch is no larger than a set of the catalogue.
func (p *Pictures) shrink(set string, c *train.Config) {
	if p.Limit == 0 || p.Limit > smokePictures {
		p.Limit = smokePictures
	}
	p.TestSizes = p.TestSizes[:min(1, len(p.TestSizes))]
	if c != nil {
		c.BatchSize, c.EvalBatch, c.Accumulate = min(c.BatchSize, 16), min(c.EvalBatch, 16), 0
		if info, err := imagefolder.Lookup(set); err == nil {
			c.BatchSize = min(c.BatchSize, info.Train)
		}
	}
}

// validatePictures checks the spec without its data.
func (s Spec) validatePictures() error {
	m, ok := s.Model.(vision.Model)
	if !ok {
		return fmt.Errorf("the model %s doesn't classify pictures", s.Kind)
	}
	p := s.Data.Pictures
	if err := p.Validate(); err != nil {
		return fmt.Errorf("data.pictures.%w", err)
	}
	if !(p.HoldOut >= 0 && p.HoldOut < 1) {
		return fmt.Errorf("data.pictures.hold_out is %v; it must be at least 0 and below 1", p.HoldOut)
	}
	if p.Limit < 0 {
		return fmt.Errorf("data.pictures.limit is %d; it must be at least 0", p.Limit)
	}
	for _, size := range p.TestSizes {
		if size < 1 {
			return fmt.Errorf("data.pictures.test_sizes has %d; a size must be at least 1", size)
		}
	}
	if s.Data.Fold != 0 {
		return fmt.Errorf("data.fold is %d, but folds are of series; set data.pictures.hold_out", s.Data.Fold)
	}
	if err := m.Validate(p.Size, p.Size); err != nil {
		return err
	}
	if s.Train != nil {
		return s.Train.Validate()
	}
	return nil
}

// recognition is that task on a data set.
type recognition struct {
	spec             Spec
	model            vision.Model
	task             Pictures
	set              *imagefolder.Set
	train, val, test imagefolder.Pictures
	skipped          int // pictures that can't be decoded, known once the problem is made
}

// newRecognition checks a spec against its pictures, without decoding them, and splits these.
func newRecognition(spec Spec, set *imagefolder.Set) (*recognition, error) {
	if err := spec.validatePictures(); err != nil {
		return nil, fmt.Errorf("spec %s: %w", spec.Name, err)
	}
	t := &recognition{spec: spec, model: spec.Model.(vision.Model), task: *spec.Data.Pictures, set: set}
	t.train, t.val = imagefolder.HoldOut(set.Train, t.task.HoldOut)
	t.train, t.val, t.test = t.task.some(t.train), t.task.some(t.val), t.task.some(set.Test)
	if n := t.train.Len(); spec.Train != nil && spec.Train.BatchSize > n {
		return nil, fmt.Errorf("spec %s: train.batch_size is %d, but there are only %d training pictures of %s; use a smaller one",
			spec.Name, spec.Train.BatchSize, n, set.Name)
	}
	return t, nil
}

// some picks Limit pictures, evenly spread.
func (p Pictures) some(all imagefolder.Pictures) imagefolder.Pictures {
	if p.Limit == 0 || p.Limit >= all.Len() {
		return all
	}
	indices := make([]int, p.Limit)
	for i := range indices {
		indices[i] = i * all.Len() / p.Limit
	}
	return imagefolder.Pick(all, indices)
}

// topOneError is the metric that selects the best weights: the share of pictures whose class is not the first guess.
const topOneError = "top1_error"

// problem decodes all pictures once. The examples are those of the training, validation and test splits, one after the
// other; their pixels and targets are fed.
func (t *recognition) problem(ctx context.Context, o RunOptions) (*train.Problem, error) {
	tell := func(format string, args ...any) {
		if o.Progress != nil {
			fmt.Fprintf(o.Progress, format+"\n", args...)
		}
	}
	if err := t.set.Strict(); err != nil {
		tell("%v", err)
	}
	feed := &pictureFeed{recipe: t.task.Recipe, classes: len(t.set.Classes)}
	p := &train.Problem{Feed: feed, Metrics: []string{topOneError, "top5_error", "loss"}}
	t.skipped = 0
	start := 0
	for _, split := range []struct {
		name     string
		pictures imagefolder.Pictures
		examples *train.Range
	}{{"training", t.train, &p.Train}, {"validation", t.val, &p.Val}, {"test", t.test, &p.Test}} {
		*split.examples = train.Range{Start: int32(start), End: int32(start)}
		if split.pictures.Len() == 0 {
			continue
		}
		source, err := pipeline.Open(ctx, split.pictures, pipeline.Options{Strict: o.Strict, Progress: func(done, total int) {
			if done%100_000 == 0 {
				tell("%d of %d pictures of %s decoded, which is done once", done, total, t.set.Name)
			}
		}})
		if err != nil {
			return nil, fmt.Errorf("%s pictures of %s: %w", split.name, t.set.Name, err)
		}
		if skipped := source.Skipped(); len(skipped) > 0 {
			t.skipped += len(skipped)
			tell("%d %s pictures of %s can't be decoded and are left out; the first: %v", len(skipped), split.name, t.set.Name, skipped[0])
		}
		feed.splits = append(feed.splits, fedSplit[*pipeline.Source]{start, source})
		start += source.Len()
		split.examples.End = int32(start)
	}
	logits := func(scope *model.Scope, inputs []*Node) *Node { return t.model.Logits(scope, inputs[0], feed.classes) }
	p.Loss = func(scope *model.Scope, inputs []*Node, _ *Node) *Node {
		return ReduceAllMean(train.CrossEntropy(logits(scope, inputs), inputs[1]))
	}
	p.Score = func(scope *model.Scope, inputs []*Node, _ *Node) []*Node {
		l := logits(scope, inputs)
		return []*Node{train.Missed(l, inputs[1], 1), train.Missed(l, inputs[1], 5), train.CrossEntropy(l, inputs[1])}
	}
	return p, nil
}

func (t *recognition) note(record *result.Record) {
	record.Size, record.Skipped = t.task.Size, t.skipped
}

func (t *recognition) scores(score train.Score) *result.Scores {
	return &result.Scores{Top1: 1 - score.Values[0], Top5: 1 - score.Values[1], Loss: score.Values[2], Windows: score.Count}
}

// elsewhere tests weights on pictures of the other sizes.
func (t *recognition) elsewhere(ctx context.Context, r *run, p *train.Problem, w *train.Weights) error {
	for _, size := range t.task.TestSizes {
		if t.model.Validate(size, size) != nil {
			continue
		}
		feed := *p.Feed.(*pictureFeed)
		feed.recipe.Size = size
		resized := *p
		resized.Feed = &feed
		scores, err := r.scores(train.Evaluate(ctx, r.backend, &resized, w, p.Test, r.spec.Train.EvalBatch))
		if err != nil {
			return fmt.Errorf("test at %d pixels: %w", size, err)
		}
		r.record.Sizes = append(r.record.Sizes, result.SizeScores{Size: size, Scores: *scores})
	}
	return nil
}

// curvePoints is about how many points a record keeps of a training.
const curvePoints = 50

func (t *recognition) follow(record *result.Record, entries []train.Entry) {
	record.Curve = course(entries, topOneError)
}

// course thins a log out, to every so many entries and those with a validation, by the metric that is 1 less what is right. One that
// comes soon after another point would have a noisy mean of few losses; it takes those before that point along.
func course(entries []train.Entry, metric string) (points []result.CurvePoint) {
	type span struct {
		steps int
		sum   float64 // of losses
	}
	every := max(1, len(entries)/curvePoints)
	var before, now span
	last := 0 // step of the last entry
	for i, e := range entries {
		now.steps, now.sum = now.steps+e.Step-last, now.sum+e.Loss*float64(e.Step-last)
		last = e.Step
		if (i+1)%every != 0 && e.Val == nil {
			continue
		}
		if 2*now.steps < before.steps {
			now.steps, now.sum = now.steps+before.steps, now.sum+before.sum
		}
		point := result.CurvePoint{Step: e.Step, Loss: now.sum / float64(now.steps)}
		if e.Val != nil {
			point.ValLoss, point.ValTop1 = e.Val["loss"], 1-e.Val[metric]
		}
		points = append(points, point)
		before, now = now, span{}
	}
	return points
}

func (t *recognition) curve() (metric, unit, counted string) {
	return "loss", "cross-entropy", "pictures"
}

// draw leaves nothing: pictures of most data sets may not be passed on.
func (t *recognition) draw(*run, *train.Weights) error { return nil }
