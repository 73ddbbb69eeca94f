// Package bench measures speed on the machine at hand and shows what it measured in that run: medians with their range,
// each beside its rivals as a ratio, and beside what the machine could do at most. Nothing is asserted.
package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"gonum.org/v1/gonum/stat"
)

// sample is a set of timings in milliseconds, sorted.
type sample []float64

func (s sample) median() float64 { return stat.Quantile(0.5, stat.Empirical, s, nil) }

// String gives the median and, in brackets, the range.
func (s sample) String() string {
	if len(s) == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f [%.2f-%.2f]", s.median(), s[0], s[len(s)-1])
}

// ratio says how many times faster ours is than the rival; "-" where one of them was not measured.
func ratio(rival, ours sample) string {
	if len(rival) == 0 || len(ours) == 0 {
		return "-"
	}
	times := rival.median() / ours.median()
	if times < 1 {
		return fmt.Sprintf("%.2f", times)
	}
	return fmt.Sprintf("%.1f", times)
}

// pass is what of a computation is timed.
type pass string

const (
	forward  pass = "forward"
	training pass = "forward+backward" // with the gradients of the sum of squares for all inputs
)

var passes = []pass{forward, training}

// A measurement takes at least leastRuns runs and goes on until budget is used up.
const (
	leastRuns = 3
	mostRuns  = 50
	budget    = 3 * time.Second
)

// measure times run after one warm-up call.
func measure(ctx context.Context, run func() error) (sample, error) {
	if err := run(); err != nil {
		return nil, err
	}
	var s sample
	for begin := time.Now(); len(s) < leastRuns || (time.Since(begin) < budget && len(s) < mostRuns); {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		start := time.Now()
		if err := run(); err != nil {
			return nil, err
		}
		s = append(s, float64(time.Since(start).Nanoseconds())/1e6)
	}
	slices.Sort(s)
	return s, nil
}

// timeGraph compiles a graph function of inputs, or of it and its gradients, and times it. Inputs go to the device once.
func timeGraph(ctx context.Context, b compute.Backend, p pass, fn func(inputs []*Node) *Node, inputs []*tensors.Tensor) (sample, error) {
	exec, err := NewExec(b, func(inputs []*Node) []*Node {
		y := fn(inputs)
		if p == forward {
			return []*Node{y}
		}
		loss := ReduceAllSum(Square(y))
		return append(Gradient(loss, inputs...), loss)
	})
	if err != nil {
		return nil, err
	}
	defer exec.Finalize()
	args := make([]any, len(inputs))
	for i, input := range inputs {
		if err := input.MaterializeOnDevice(b, false, 0); err != nil {
			return nil, err
		}
		input.FinalizeLocal()
		args[i] = input
	}
	return measure(ctx, func() error {
		outputs, err := exec.Call(args...)
		for _, output := range outputs {
			output.FinalizeAll()
		}
		return err
	})
}
