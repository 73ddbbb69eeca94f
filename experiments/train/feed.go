package train

import (
	"context"
	"errors"

	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
)

// Feed gives what goes to the device with each batch, where the data doesn't fit there or is made anew for each epoch, as
// augmented pictures are. What it gives depends on its arguments alone, so that a resumed run goes on as if nothing had been.
// The next batches are made while the device is at work.
type Feed interface {
	// Shapes are those of what a batch of n examples brings; the first axis of each is that of the examples.
	Shapes(n int) []shapes.Shape
	// Train makes it for the examples idx of a training batch, Test for those of an evaluation.
	Train(ctx context.Context, seed uint64, epoch int, idx []int32) ([]*tensors.Tensor, error)
	Test(ctx context.Context, idx []int32) ([]*tensors.Tensor, error)
}

// feedShapes are those of the feed for a batch, none without a feed.
func (p *Problem) feedShapes(batch int) []shapes.Shape {
	if p.Feed == nil {
		return nil
	}
	return p.Feed.Shapes(batch)
}

// inputs is the number of nodes that Loss and Score get: data, then what is fed.
func (p *Problem) inputs() int { return len(p.Data) + len(p.feedShapes(1)) }

// lookahead is the number of batches that are made before they are asked for: one waits, one is at work.
const lookahead = 2

// queue makes batches in their order, ahead of who takes them.
type queue struct {
	batches chan fed
	cancel  context.CancelFunc
}

// fed is what a feed gave for a batch.
type fed struct {
	tensors []*tensors.Tensor
	err     error
}

// newQueue begins to make batches first to end-1.
func newQueue(ctx context.Context, first, end int, produce func(ctx context.Context, i int) ([]*tensors.Tensor, error)) *queue {
	ctx, cancel := context.WithCancel(ctx)
	q := &queue{batches: make(chan fed, lookahead-1), cancel: cancel}
	go func() {
		defer close(q.batches)
		for i := first; i < end && ctx.Err() == nil; i++ {
			made, err := produce(ctx, i)
			select {
			case q.batches <- fed{made, err}:
			case <-ctx.Done():
				release(made)
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return q
}

// next waits for the next batch.
func (q *queue) next() ([]*tensors.Tensor, error) {
	batch, ok := <-q.batches
	if !ok {
		return nil, errors.New("there is no further batch")
	}
	return batch.tensors, batch.err
}

// close ends the work and waits for its end.
func (q *queue) close() {
	q.cancel()
	for batch := range q.batches {
		release(batch.tensors)
	}
}

func release(all []*tensors.Tensor) {
	for _, t := range all {
		t.FinalizeAll()
	}
}

// takePart copies part i of n, along the first axis, of what a feed gave. Where n is 1 it is the tensors themselves.
func takePart(all []*tensors.Tensor, i, n int) ([]*tensors.Tensor, error) {
	if n == 1 {
		return all, nil
	}
	var errs []error
	parts := make([]*tensors.Tensor, len(all))
	for k, whole := range all {
		shape := whole.Shape().Clone()
		shape.Dimensions[0] /= n
		parts[k] = tensors.FromShape(shape)
		errs = append(errs, whole.ConstBytes(func(from []byte) {
			errs = append(errs, parts[k].MutableBytes(func(to []byte) { copy(to, from[i*len(to):]) }))
		}))
	}
	return parts, errors.Join(errs...)
}

// feedAhead gives the feed's part of the next step, nil without a feed. It begins to work ahead at the first call.
func (t *trainer) feedAhead() ([]*tensors.Tensor, error) {
	feed := t.problem.Feed
	if feed == nil {
		return nil, nil
	}
	if t.queue == nil {
		order := newOrder(t.problem.Train, t.config.BatchSize, t.seed)
		t.queue = newQueue(context.Background(), t.state.Step, t.config.Steps, func(ctx context.Context, step int) ([]*tensors.Tensor, error) {
			epoch, _ := order.position(step)
			return feed.Train(ctx, t.seed, epoch, order.indices(step))
		})
	}
	return t.queue.next()
}
