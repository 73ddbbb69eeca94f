// Package bench measures speed on the machine at hand and shows what it measured in that run: medians with their range,
// each beside its rivals as a ratio, and beside what the machine could do at most. Nothing is asserted.
package bench

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"slices"
	"time"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/stat"

	"mambamixer/ssm"
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

// times is how many times faster ours is than the rival; NaN where one of them was not measured.
func times(rival, ours sample) float64 {
	if len(rival) == 0 || len(ours) == 0 {
		return math.NaN()
	}
	return rival.median() / ours.median()
}

// ratio shows times: with one decimal, with two below 1.
func ratio(rival, ours sample) string {
	if t := times(rival, ours); t >= 1 {
		return fmt.Sprintf("%.1f", t)
	} else {
		return number(t)
	}
}

// pass is what of a computation is timed.
type pass string

const (
	forward  pass = "forward"
	training pass = "forward+backward" // with the gradients of the sum of squares for all inputs and parameters
)

var passes = []pass{forward, training}

// A measurement takes at least leastRuns runs and goes on until budget is used up, or mostRuns. Before it come a call that
// compiles and, for warmUp, calls in which allocators find a place for each buffer.
const (
	leastRuns = 3
	mostRuns  = 50
	budget    = 3 * time.Second
	warmUp    = time.Second / 2
)

// measure times run, warmed up.
func measure(ctx context.Context, run func() error) (sample, error) {
	if err := run(); err != nil {
		return nil, err
	}
	if _, err := calls(ctx, run, 1, warmUp); err != nil {
		return nil, err
	}
	s, err := calls(ctx, run, leastRuns, budget)
	slices.Sort(s)
	return s, err
}

// calls times run at least so many times, and more while there is time.
func calls(ctx context.Context, run func() error, least int, duration time.Duration) (sample, error) {
	var s sample
	for begin := time.Now(); len(s) < least || (time.Since(begin) < duration && len(s) < mostRuns); {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		start := time.Now()
		if err := run(); err != nil {
			return nil, err
		}
		s = append(s, float64(time.Since(start).Nanoseconds())/1e6)
	}
	return s, nil
}

// builder makes the graph of a computation; what parameters it has are in scope.
type builder func(scope *model.Scope, inputs []*Node) *Node

// timeGraph times a graph, or a graph and its gradients for all inputs and parameters.
func timeGraph(ctx context.Context, b compute.Backend, p pass, build builder, inputs []*tensors.Tensor) (sample, error) {
	return timeOutputs(ctx, b, p, func(scope *model.Scope, inputs []*Node) []*Node {
		y := build(scope, inputs)
		if p == forward {
			return []*Node{y}
		}
		loss := ReduceAllSum(Square(y))
		return append(gradients(scope, loss, inputs), loss)
	}, inputs)
}

// gradients are those of a loss for inputs and for all parameters.
func gradients(scope *model.Scope, loss *Node, inputs []*Node) []*Node {
	for v := range scope.Store().IterVariables() {
		inputs = append(inputs, v.NodeValue(loss.Graph()))
	}
	return Gradient(loss, inputs...)
}

// timeOutputs compiles a graph and times it. Inputs go to the device once and are freed in the end.
func timeOutputs(ctx context.Context, b compute.Backend, p pass, build func(scope *model.Scope, inputs []*Node) []*Node,
	inputs []*tensors.Tensor) (sample, error) {
	store := model.NewStore()
	defer store.Finalize()
	exec, err := model.NewExec(b, store, func(scope *model.Scope, inputs []*Node) []*Node {
		store.SetTraining(inputs[0].Graph(), p == training)
		return build(scope, inputs)
	})
	if err != nil {
		return nil, err
	}
	defer exec.Finalize()
	args := make([]any, len(inputs))
	for i, input := range inputs {
		defer input.FinalizeAll()
		if err := input.MaterializeOnDevice(b, false, 0); err != nil {
			return nil, err
		}
		input.FinalizeLocal()
		args[i] = input
	}
	debug.FreeOSMemory() // of what the inputs were made from
	return measure(ctx, func() error {
		outputs, err := exec.Call(args...)
		for _, output := range outputs {
			output.FinalizeAll()
		}
		return err
	})
}

// under runs f as with a method in the environment, which rules every kernel of the project, not the scan's alone.
func under[T any](method ssm.Method, f func() (T, error)) (T, error) {
	defer os.Setenv(ssm.EnvMethod, os.Getenv(ssm.EnvMethod))
	os.Setenv(ssm.EnvMethod, string(method))
	return f()
}

// hasKernels says whether the fused kernels can be had on a backend.
func hasKernels(b compute.Backend) bool { return slices.Contains(ssm.Usable(b), ssm.Fused) }
