package train

import (
	"context"
	"errors"
	"math"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/model"
)

// fedToy feeds the examples of the toy, each with a number of its own for epoch and index added to its target.
type fedToy struct {
	x, y  []float32
	made  *atomic.Int64
	fails int32 // at this example; 0 = never
}

func (f fedToy) Shapes(n int) []shapes.Shape {
	return []shapes.Shape{shapes.Make(dtypes.Float32, n, 6), shapes.Make(dtypes.Float32, n)}
}

func (f fedToy) Train(_ context.Context, seed uint64, epoch int, idx []int32) ([]*tensors.Tensor, error) {
	return f.batch(float32(seed)+float32(epoch), idx)
}

func (f fedToy) Test(_ context.Context, idx []int32) ([]*tensors.Tensor, error) {
	return f.batch(0, idx)
}

func (f fedToy) batch(shift float32, idx []int32) ([]*tensors.Tensor, error) {
	f.made.Add(1)
	var x, y []float32
	for _, i := range idx {
		if f.fails != 0 && i == f.fails {
			return nil, errors.New("example 50 is gone")
		}
		x = append(x, f.x[i*6:][:6]...)
		y = append(y, f.y[i]+shift*0.01)
	}
	return []*tensors.Tensor{tensors.FromFlatDataAndDimensions(x, len(idx), 6), tensors.FromFlatDataAndDimensions(y, len(idx))}, nil
}

// fedProblem is the toy without dropout, fed.
func fedProblem(t *testing.T) (*Problem, *fedToy) {
	t.Helper()
	p := toy()
	x, errX := tensors.CopyFlatData[float32](p.Data[0])
	y, errY := tensors.CopyFlatData[float32](p.Data[1])
	if err := errors.Join(errX, errY); err != nil {
		t.Fatal(err)
	}
	feed := &fedToy{x: x, y: y, made: new(atomic.Int64)}
	p.Data, p.Feed = nil, feed
	missed := func(scope *model.Scope, data []*graph.Node) *graph.Node {
		hidden := graph.Tanh(layers.Dense(scope.In("hidden"), data[0], true, 8))
		return graph.Sub(graph.Reshape(layers.Dense(scope.In("head"), hidden, true, 1), -1), data[1])
	}
	p.Loss = func(scope *model.Scope, data []*graph.Node, idx *graph.Node) *graph.Node {
		return graph.ReduceAllMean(graph.Square(missed(scope, data)))
	}
	p.Score = func(scope *model.Scope, data []*graph.Node, idx *graph.Node) []*graph.Node {
		r := missed(scope, data)
		return []*graph.Node{graph.Square(r), graph.Abs(r)}
	}
	return p, feed
}

// A run on fed batches ends with the bits of the uninterrupted one, with averages and parts too.
func TestFedRunResumes(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"plain": func(*Config) {}, "average and parts": func(c *Config) { c.EMA, c.Accumulate = 0.8, 4 },
	} {
		c := quick()
		change(&c)
		wantDir, dir := t.TempDir(), t.TempDir()
		train := func(ctx context.Context, dir string, onEntry func(Entry)) (*Outcome, error) {
			p, _ := fedProblem(t)
			return Run(ctx, open(t), p, c, RunOptions{Seed: 3, Dir: dir, Key: "k", OnEntry: onEntry})
		}
		want, err := train(context.Background(), wantDir, nil)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		_, err = train(ctx, dir, func(e Entry) {
			if e.Step == 13 {
				cancel()
			}
		})
		if interrupted := new(*Interrupted); !errors.As(err, interrupted) {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := train(context.Background(), dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		sameRun(t, name, got, want, dir, wantDir)
		final, err := Final(dir, "k", 3, c)
		if err != nil || !reflect.DeepEqual(bits(t, final), bits(t, got.Last)) {
			t.Errorf("%s: the folder's weights are not those of the outcome (%v)", name, err)
		}
	}
}

// What a feed can't give ends the run with a sentence, and the work ahead ends with the run.
func TestFeedFails(t *testing.T) {
	p, feed := fedProblem(t)
	feed.fails = 50
	_, err := Run(context.Background(), open(t), p, quick(), RunOptions{Seed: 3})
	if err == nil || !strings.Contains(err.Error(), "example 50 is gone") || !strings.Contains(err.Error(), "the batch of step") {
		t.Error(err)
	}
	made := feed.made.Load()
	if made > 8 { // an epoch has six batches
		t.Errorf("%d batches were made", made)
	}
}

func TestQueueEndsWhenClosed(t *testing.T) {
	var made atomic.Int64
	q := newQueue(context.Background(), 0, 1000, func(ctx context.Context, i int) ([]*tensors.Tensor, error) {
		made.Add(1)
		return []*tensors.Tensor{tensors.FromScalar(float32(i))}, nil
	})
	for i := range 3 {
		batch, err := q.next()
		if err != nil || batch[0].Value() != float32(i) {
			t.Errorf("batch %d is %v, %v", i, batch[0].Value(), err)
		}
	}
	q.close()
	if _, err := q.next(); err == nil || made.Load() > 3+lookahead+1 {
		t.Errorf("after the end: error %v, %d batches were made", err, made.Load())
	}
}

// A batch in parts takes the steps of the whole batch, but for roundings; on two devices too.
func TestPartsAreTheWhole(t *testing.T) {
	train := func(parts, devices int) (entries []Entry, outcome *Outcome) {
		c := quick()
		c.Accumulate = parts
		p, _ := fedProblem(t)
		outcome, err := Run(context.Background(), openDevices(t, devices), p, c, RunOptions{Seed: 5, Devices: devices, OnEntry: func(e Entry) { entries = append(entries, e) }})
		if err != nil {
			t.Fatal(err)
		}
		return entries, outcome
	}
	want, whole := train(0, 1)
	for _, test := range [][2]int{{4, 1}, {2, 2}} {
		got, outcome := train(test[0], test[1])
		for i := range want {
			if !near(got[i].Loss, want[i].Loss) || !near(got[i].GradNorm, want[i].GradNorm) {
				t.Fatalf("%d parts on %d devices, step %d: %+v, want %+v", test[0], test[1], i+1, got[i], want[i])
			}
		}
		if outcome.Step.FLOPs < whole.Step.FLOPs || outcome.Step.FLOPs > 2*whole.Step.FLOPs {
			t.Errorf("%d operations, of the whole %d", outcome.Step.FLOPs, whole.Step.FLOPs)
		}
	}
	c := quick()
	for words, change := range map[string]func(){
		"accumulate is 3; it must divide batch_size": func() { c.Accumulate = 3 },
		"needs the whole batch at once":              func() { c.Accumulate, c.Rho = 2, 0.1 },
	} {
		c = quick()
		change()
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%v, want %q", err, words)
		}
	}
}

// The average is that of plain Go over the weights after each step, from the initial ones on, and it is what is scored.
func TestMovingAverage(t *testing.T) {
	const decay = 0.9
	path := "/body/w"
	c := quick()
	c.Groups, c.BatchSize, c.EvalEvery = nil, 2, 1
	after := func(steps int, ema float64) ([]float64, *Outcome) {
		c := c
		c.EMA, c.WarmupSteps, c.FinalLRFactor = ema, 0, 1 // a constant rate, whatever the number of steps
		c.Steps = max(steps, 1)
		if steps == 0 {
			c.LearningRate = 1e-30
		}
		outcome, err := Run(context.Background(), open(t), quadratic(1), c, RunOptions{})
		if err != nil {
			t.Fatal(err)
		}
		values, err := tensors.CopyFlatData[float64](outcome.Last.values[path])
		if err != nil {
			t.Fatal(err)
		}
		return values, outcome
	}
	want, _ := after(0, 0)
	for steps := 1; steps <= 4; steps++ {
		now, _ := after(steps, 0)
		for i := range want {
			want[i] = decay*want[i] + (1-decay)*now[i]
		}
	}
	got, outcome := after(4, decay)
	for i := range want {
		if math.Abs(got[i]-want[i]) > 1e-12 {
			t.Errorf("average %d is %v, want %v", i, got[i], want[i])
		}
	}
	if score, err := outcome.Evaluate(context.Background(), outcome.Last, Range{0, 1}); err != nil || score.Values[0] != outcome.BestVal {
		t.Errorf("the average scores %v (%v), in the validation it had %v", score, err, outcome.BestVal)
	}
}

// Against sums in plain Go.
func TestClassificationScores(t *testing.T) {
	logits := [][]float32{{1, 3, 2}, {5, 5, 5}, {0, -1, 100}, {float32(math.NaN()), 1, 2}}
	targets := [][]float32{{0.1, 0.2, 0.7}, {0, 1, 0}, {0, 0, 1}, {0, 0, 1}}
	outputs, err := graph.MustNewExec(open(t), func(l, target *graph.Node) []*graph.Node {
		return []*graph.Node{CrossEntropy(l, target), Missed(l, target, 1), Missed(l, target, 2)}
	}).Call(logits, targets)
	if err != nil {
		t.Fatal(err)
	}
	entropy := outputs[0].Value().([]float32)
	for i, row := range logits[:3] {
		var sum, want float64
		for _, v := range row {
			sum += math.Exp(float64(v))
		}
		for k, v := range row {
			want -= float64(targets[i][k]) * (float64(v) - math.Log(sum))
		}
		if math.Abs(float64(entropy[i])-want) > 1e-5 {
			t.Errorf("cross entropy %d is %v, want %v", i, entropy[i], want)
		}
	}
	if got, want := outputs[1].Value(), []float32{1, 1, 0, 1}; !reflect.DeepEqual(got, want) {
		t.Errorf("missed the first: %v, want %v", got, want)
	}
	if got, want := outputs[2].Value(), []float32{0, 1, 0, 0}; !reflect.DeepEqual(got, want) {
		t.Errorf("missed the first two: %v, want %v", got, want)
	}
}
