package train

import (
	"context"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/internal/backend"
)

// openDevices gives a backend of n devices, or skips the test.
func openDevices(t *testing.T, n int) compute.Backend {
	t.Helper()
	b, err := backend.OpenDevices(n)
	if err != nil {
		t.Skip(err)
	}
	return b
}

// plain is the toy without dropout, which GoMLX's layer would draw alike on each device.
func plain() *Problem {
	p := toy()
	p.Loss = func(scope *model.Scope, data []*graph.Node, idx *graph.Node) *graph.Node {
		idx = graph.InsertAxes(idx, -1)
		hidden := graph.Tanh(layers.Dense(scope.In("hidden"), graph.Gather(data[0], idx), true, 8))
		out := layers.Dense(scope.In("head"), hidden, true, 1)
		return graph.ReduceAllMean(graph.Square(graph.Sub(graph.Reshape(out, -1), graph.Gather(data[1], idx))))
	}
	return p
}

// A batch shared by devices gives the losses, gradients and scores of one device, but for roundings, with the optimiser's
// two ways to step, and the same bits each time.
func TestDevicesShareBatches(t *testing.T) {
	for _, rho := range []float64{0, 0.1} {
		c := quick()
		c.Rho = rho
		train := func(n int) (entries []Entry, outcome *Outcome) {
			o := RunOptions{Seed: 5, Devices: n, OnEntry: func(e Entry) {
				e.Seconds = 0
				entries = append(entries, e)
			}}
			outcome, err := Run(context.Background(), openDevices(t, n), plain(), c, o)
			if err != nil {
				t.Fatal(err)
			}
			return entries, outcome
		}
		want, one := train(1)
		for _, n := range []int{2, 4} {
			got, several := train(n)
			for i := range want {
				if !near(got[i].Loss, want[i].Loss) || !near(got[i].GradNorm, want[i].GradNorm) || !near(got[i].Val["mse"], want[i].Val["mse"]) {
					t.Fatalf("rho %v, step %d on %d devices: %+v, on one %+v", rho, i+1, n, got[i], want[i])
				}
			}
			if again, _ := train(n); !reflect.DeepEqual(again, got) {
				t.Errorf("rho %v: two runs on %d devices differ", rho, n)
			}
			a, errA := several.Evaluate(context.Background(), several.Last, plain().Test)
			b, errB := one.Evaluate(context.Background(), one.Last, plain().Test)
			if errA != nil || errB != nil || !near(a.Values[0], b.Values[0]) {
				t.Errorf("rho %v, test scores on %d devices %v %v, on one %v %v", rho, n, a, errA, b, errB)
			}
			if several.Parameters != one.Parameters || several.Step.FLOPs < one.Step.FLOPs {
				t.Errorf("%d parameters, a step of %d operations; on one device %d and %d",
					several.Parameters, several.Step.FLOPs, one.Parameters, one.Step.FLOPs)
			}
		}
	}
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-4*(math.Abs(a)+math.Abs(b)) }

// A run that is broken off goes on with any number of devices.
func TestDevicesResume(t *testing.T) {
	dir, c := t.TempDir(), quick()
	whole, err := Run(context.Background(), open(t), plain(), c, RunOptions{Seed: 5})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	o := RunOptions{Seed: 5, Dir: dir, Devices: 2, OnEntry: func(e Entry) {
		if e.Step == 13 {
			cancel()
		}
	}}
	if _, err := Run(ctx, openDevices(t, 2), plain(), c, o); err == nil {
		t.Fatal("not interrupted")
	}
	for _, n := range []int{4, 1} {
		o.Devices, o.OnEntry = n, nil
		outcome, err := Run(context.Background(), openDevices(t, n), plain(), c, o)
		if err != nil {
			t.Fatal(err)
		}
		if n == 4 && outcome.Resumed != 13 || !near(outcome.BestVal, whole.BestVal) {
			t.Errorf("%d devices took over at step %d and come to %v, want %v", n, outcome.Resumed, outcome.BestVal, whole.BestVal)
		}
	}
}

func TestDevicesThatDontFit(t *testing.T) {
	for n, wanted := range map[int]string{3: "divides batch_size", 2: "has 1", -1: ""} {
		_, err := Run(context.Background(), open(t), plain(), quick(), RunOptions{Devices: n})
		if wanted == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), wanted) {
			t.Errorf("%d devices: %v, want %q", n, err, wanted)
		}
	}
}
