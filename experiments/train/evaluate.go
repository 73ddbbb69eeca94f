package train

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"
)

// Score is the mean of each metric over Count examples.
type Score struct {
	Values []float64 // in the order of Problem.Metrics
	Count  int
}

// Map gives the means by the names of the metrics.
func (s Score) Map(metrics []string) map[string]float64 {
	named := make(map[string]float64, len(metrics))
	for i, name := range metrics {
		named[name] = s.Values[i]
	}
	return named
}

// Evaluate scores weights on every example of a range, batch at a time. w may be nil for a model without
// variables. To score the weights of an [Outcome] use its own Evaluate, which needs no new compilation.
func Evaluate(ctx context.Context, backend compute.Backend, p *Problem, w *Weights, r Range, batch int) (Score, error) {
	if err := p.validate(); err != nil {
		return Score{}, err
	}
	if batch < 1 {
		return Score{}, fmt.Errorf("the evaluation batch is %d; it must be at least 1", batch)
	}
	store, err := w.NewStore()
	if err != nil {
		return Score{}, err
	}
	defer store.Finalize()
	e, err := newEvaluator(backend, p, store, batch)
	if err != nil {
		return Score{}, err
	}
	defer e.finalize()
	return e.evaluate(ctx, r, 1)
}

// evaluator scores what a store holds.
type evaluator struct {
	problem *Problem
	store   *model.Store
	exec    *model.Exec
	batch   int
}

// newEvaluator compiles the scores for batches of one size. Every variable that they use must be in the store.
func newEvaluator(backend compute.Backend, p *Problem, store *model.Store, batch int) (*evaluator, error) {
	if err := p.toDevice(backend); err != nil {
		return nil, err
	}
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, args []*graph.Node) *graph.Node {
		n := p.inputs()
		scores := p.Score(scope, args[:n], args[n])
		if len(scores) != len(p.Metrics) {
			exceptions.Panicf("Score gave %d metrics, but Metrics has %d names", len(scores), len(p.Metrics))
		}
		for i, score := range scores {
			if score.Rank() != 1 || score.Shape().Dimensions[0] != batch {
				exceptions.Panicf("the metric %s of Score has shape %s; it must have one value per example, [%d]",
					p.Metrics[i], score.Shape(), batch)
			}
			scores[i] = graph.ConvertDType(score, dtypes.Float64)
		}
		return graph.Stack(scores, 0)
	})
	if err != nil {
		return nil, err
	}
	e := &evaluator{problem: p, store: store, exec: exec, batch: batch}
	if _, err := exec.Compile(p.shapes(append(p.feedShapes(batch), shapes.Make(dtypes.Int32, batch))...)...); err != nil {
		return nil, fmt.Errorf("the evaluation cannot be built: %w", root(err))
	}
	for v := range store.IterVariables() {
		if !v.HasValue() {
			return nil, fmt.Errorf("the evaluation uses the variable %s, which the weights do not hold", v.Path())
		}
	}
	return e, nil
}

func (e *evaluator) finalize() { e.exec.Finalize() }

// evaluate scores every stride-th example of a range. The last batch is filled up by repeating the last
// example; what is computed for the repeats is not counted.
func (e *evaluator) evaluate(ctx context.Context, r Range, stride int) (Score, error) {
	count := (r.Len() + stride - 1) / stride
	if count == 0 {
		return Score{}, errors.New("there is no example to evaluate: the range is empty")
	}
	sums := make([]float64, len(e.problem.Metrics))
	examples := func(batch int) []int32 {
		idx := make([]int32, e.batch)
		for i := range idx {
			idx[i] = r.Start + int32(min(batch*e.batch+i, count-1)*stride)
		}
		return idx
	}
	batches := (count + e.batch - 1) / e.batch
	next := func() ([]*tensors.Tensor, error) { return nil, nil }
	if feed := e.problem.Feed; feed != nil {
		ahead := newQueue(ctx, 0, batches, func(ctx context.Context, batch int) ([]*tensors.Tensor, error) {
			return feed.Test(ctx, examples(batch))
		})
		defer ahead.close()
		next = ahead.next
	}
	for batch := range batches {
		fed, err := next()
		if err := cmp.Or(ctx.Err(), err); err != nil {
			release(fed)
			return Score{}, err
		}
		if err := e.add(sums, examples(batch), fed, min(e.batch, count-batch*e.batch)); err != nil {
			return Score{}, err
		}
	}
	for i := range sums {
		sums[i] /= float64(count)
	}
	return Score{Values: sums, Count: count}, nil
}

// add scores the examples idx, with what was fed for them, and adds the scores of the first n of them.
func (e *evaluator) add(sums []float64, idx []int32, fed []*tensors.Tensor, n int) error {
	outputs, err := e.problem.call(e.exec, append(fed, tensors.FromFlatDataAndDimensions(idx, len(idx)))...)
	if err != nil {
		return fmt.Errorf("the evaluation failed: %w", root(err))
	}
	defer outputs.FinalizeAll()
	return tensors.ConstFlatData(outputs, func(scores []float64) {
		for m := range sums {
			for _, score := range scores[m*e.batch : m*e.batch+n] {
				sums[m] += score
			}
		}
	})
}
