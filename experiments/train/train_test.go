package train

import (
	"context"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/internal/backend"
)

// open gives the backend, or fails the test.
func open(t testing.TB) compute.Backend {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// toy is a small regression: two dense layers with dropout, on 100 training, 23 validation and 17 test examples.
func toy() *Problem {
	const n, inputs = 140, 6
	rng := rand.New(rand.NewPCG(1, 2))
	x, y := make([]float32, n*inputs), make([]float32, n)
	for i := range y {
		for j := range inputs {
			x[i*inputs+j] = float32(rng.NormFloat64())
			y[i] += x[i*inputs+j] * float32(j%3-1)
		}
		y[i] += float32(rng.NormFloat64()) / 10
	}
	residual := func(scope *model.Scope, data []*graph.Node, idx *graph.Node) *graph.Node {
		idx = graph.InsertAxes(idx, -1)
		hidden := layers.Dense(scope.In("hidden"), graph.Gather(data[0], idx), true, 8) // [batch, 8]
		hidden = layers.DropoutStatic(scope, graph.Tanh(hidden), 0.2)
		out := layers.Dense(scope.In("head"), hidden, true, 1) // [batch, 1]
		return graph.Sub(graph.Reshape(out, -1), graph.Gather(data[1], idx))
	}
	return &Problem{
		Data:  []*tensors.Tensor{tensors.FromFlatDataAndDimensions(x, n, inputs), tensors.FromFlatDataAndDimensions(y, n)},
		Train: Range{0, 100}, Val: Range{100, 123}, Test: Range{123, 140},
		Loss: func(scope *model.Scope, data []*graph.Node, idx *graph.Node) *graph.Node {
			r := residual(scope, data, idx)
			return graph.ReduceAllMean(graph.Mul(r, r))
		},
		Score: func(scope *model.Scope, data []*graph.Node, idx *graph.Node) []*graph.Node {
			r := residual(scope, data, idx)
			return []*graph.Node{graph.Mul(r, r), graph.Abs(r)}
		},
		Metrics: []string{"mse", "mae"},
	}
}

// quick is a configuration for the toy.
func quick() Config {
	c := Default()
	c.Steps, c.BatchSize, c.EvalBatch = 30, 16, 10
	c.LearningRate, c.WarmupSteps = 0.02, 5
	c.EvalEvery, c.EvalStride, c.CheckpointEvery, c.LogEvery = 4, 2, 5, 1
	return c
}

// mustRun trains the toy.
func mustRun(t *testing.T, c Config, o RunOptions) *Outcome {
	t.Helper()
	outcome, err := Run(context.Background(), open(t), toy(), c, o)
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}

// bits gives the values of weights for an exact comparison.
func bits(t *testing.T, w *Weights) map[string][]byte {
	t.Helper()
	all := make(map[string][]byte)
	for path, value := range w.values {
		if err := value.ConstBytes(func(data []byte) { all[path] = append([]byte{}, data...) }); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// timeless gives the log without its times.
func timeless(t *testing.T, dir string) []Entry {
	t.Helper()
	entries, err := ReadLog(dir)
	if err != nil {
		t.Fatal(err)
	}
	for i := range entries {
		entries[i].Seconds = 0
	}
	return entries
}

func TestRunLearnsAndScores(t *testing.T) {
	c := quick()
	c.Steps, c.LearningRate, c.FinalLRFactor = 200, 0.05, 1 // never settles, so the last step is not the best
	var entries []Entry
	outcome := mustRun(t, c, RunOptions{Seed: 3, OnEntry: func(e Entry) { entries = append(entries, e) }})
	if len(entries) != 200 || entries[3].ValCount != 12 || entries[2].Val != nil {
		t.Fatalf("%d entries, the fourth %+v", len(entries), entries[3])
	}
	ctx := context.Background()
	best, err := outcome.Evaluate(ctx, outcome.Best, toy().Test)
	if err != nil {
		t.Fatal(err)
	}
	if best.Count != 17 || best.Values[0] > 1.5 {
		t.Errorf("test score %+v; the variance of the targets is about 4", best)
	}
	if outcome.Parameters != 6*8+8+8+1 || outcome.Steps != 200 || outcome.Stopped != StopSteps || outcome.PeakRSS == 0 {
		t.Errorf("outcome %+v", outcome)
	}
	// Scoring does not depend on the size of the batches, nor on who scores.
	for _, batch := range []int{1, 7, 17, 64} {
		got, err := Evaluate(ctx, open(t), toy(), outcome.Best, toy().Test, batch)
		if err != nil {
			t.Fatal(err)
		}
		if got.Count != 17 || math.Abs(got.Values[0]-best.Values[0]) > 1e-6 || math.Abs(got.Values[1]-best.Values[1]) > 1e-6 {
			t.Errorf("batches of %d: %+v, want %+v", batch, got, best)
		}
	}
	last, err := outcome.Evaluate(ctx, outcome.Last, toy().Test)
	if err != nil {
		t.Fatal(err)
	}
	again, err := outcome.Evaluate(ctx, outcome.Best, toy().Test)
	if err != nil || !reflect.DeepEqual(again, best) || reflect.DeepEqual(last, best) || outcome.BestStep == 200 {
		t.Errorf("scores of best %v, again %v, of last %v (%v)", best, again, last, err)
	}
}

func TestSameSeedSameResult(t *testing.T) {
	one := mustRun(t, quick(), RunOptions{Seed: 5})
	two := mustRun(t, quick(), RunOptions{Seed: 5, Dir: t.TempDir()})
	three := mustRun(t, quick(), RunOptions{Seed: 6})
	if !reflect.DeepEqual(bits(t, one.Last), bits(t, two.Last)) || !reflect.DeepEqual(bits(t, one.Best), bits(t, two.Best)) {
		t.Error("two runs of one seed differ")
	}
	if reflect.DeepEqual(bits(t, one.Last), bits(t, three.Last)) {
		t.Error("two seeds give the same weights")
	}
}

func TestEarlyStop(t *testing.T) {
	c := quick()
	c.Steps, c.Patience, c.EvalEvery, c.CheckpointEvery = 400, 2, 1, 0
	c.LearningRate, c.WarmupSteps = 1e-9, 0 // nothing is learnt: dropout is off, so the score stays
	dir := t.TempDir()
	outcome := mustRun(t, c, RunOptions{Dir: dir})
	if outcome.Stopped != StopEarly || outcome.Steps >= 400 || outcome.Steps != outcome.BestStep+2 {
		t.Errorf("stopped %q after step %d, best step %d", outcome.Stopped, outcome.Steps, outcome.BestStep)
	}
	again := mustRun(t, c, RunOptions{Dir: dir})
	if again.Steps != outcome.Steps || again.Resumed != outcome.Steps || !reflect.DeepEqual(bits(t, again.Best), bits(t, outcome.Best)) {
		t.Errorf("a finished run went on: %d steps, then %d", outcome.Steps, again.Steps)
	}
}

func TestRestoreBest(t *testing.T) {
	c := quick()
	c.Steps, c.LearningRate, c.FinalLRFactor = 60, 0.05, 1
	seed := uint64(0)
	plain := mustRun(t, c, RunOptions{Seed: seed})
	for ; plain.BestStep == plain.Steps && seed < 10; plain = mustRun(t, c, RunOptions{Seed: seed}) {
		seed++ // rounding, which processors differ in, decides for which seeds the last step is the best
	}
	c.RestoreBest = true
	restored := mustRun(t, c, RunOptions{Seed: seed})
	if plain.BestStep == plain.Steps || restored.BestStep != plain.BestStep || restored.Steps != plain.Steps {
		t.Fatalf("best steps %d and %d of %d", plain.BestStep, restored.BestStep, plain.Steps)
	}
	best := bits(t, plain.Best)
	if reflect.DeepEqual(bits(t, plain.Last), best) || !reflect.DeepEqual(bits(t, restored.Last), best) {
		t.Error("with RestoreBest, and only with it, the last weights must be the best")
	}
}

func TestWithoutValidation(t *testing.T) {
	p := toy()
	p.Val = Range{}
	outcome, err := Run(context.Background(), open(t), p, quick(), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if outcome.BestStep != 0 || outcome.Best != outcome.Last {
		t.Errorf("best step %d without validation", outcome.BestStep)
	}
}

func TestEvaluateWithoutVariables(t *testing.T) {
	p := toy()
	p.Score = func(_ *model.Scope, data []*graph.Node, idx *graph.Node) []*graph.Node {
		y := graph.Gather(data[1], graph.InsertAxes(idx, -1))
		return []*graph.Node{graph.Mul(y, y), graph.Abs(y)}
	}
	var want float64
	tensors.MustConstFlatData(p.Data[1], func(y []float32) {
		for _, v := range y[123:140] {
			want += float64(v) * float64(v) / 17
		}
	})
	got, err := Evaluate(context.Background(), open(t), p, nil, p.Test, 5)
	if err != nil {
		t.Fatal(err)
	}
	if got.Count != 17 || math.Abs(got.Values[0]-want) > 1e-5 {
		t.Errorf("score %+v, want mean %v over 17", got, want)
	}
}

func TestWrongProblems(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	half := toy().Score
	for _, test := range []struct {
		name string
		edit func(*Problem, *Config, *RunOptions)
		want string
	}{
		{"batch", func(p *Problem, c *Config, o *RunOptions) { c.BatchSize = 101 }, "batch_size is 101, but there are only 100 training examples"},
		{"steps", func(p *Problem, c *Config, o *RunOptions) { c.Steps = -1 }, "steps is -1; it must be at least 1"},
		{"rate", func(p *Problem, c *Config, o *RunOptions) { c.LearningRate = math.NaN() }, "learning_rate is NaN; it must be positive"},
		{"warm-up", func(p *Problem, c *Config, o *RunOptions) { c.WarmupSteps = 31 }, "warmup_steps is 31; it must not exceed steps, which is 30"},
		{"radius", func(p *Problem, c *Config, o *RunOptions) { c.Rho = -0.5 }, "rho is -0.5; it must be at least 0"},
		{"group", func(p *Problem, c *Config, o *RunOptions) { c.Groups = []Group{{Match: "head", LRScale: 1}} }, `groups[0].match is "head"; it must begin with /`},
		{"scale", func(p *Problem, c *Config, o *RunOptions) { c.Groups = []Group{{Match: "/head"}} }, "groups[0].lr_scale is 0; it must be positive"},
		{"match", func(p *Problem, c *Config, o *RunOptions) { c.Groups = []Group{{Match: "/haed", LRScale: 1}} }, `groups[0].match is "/haed", but no trainable variable has such a path`},
		{"range", func(p *Problem, c *Config, o *RunOptions) { p.Val = Range{5, 2} }, "Val range [5, 2)"},
		{"metrics", func(p *Problem, c *Config, o *RunOptions) { p.Metrics = []string{"mse"} }, "Score gave 2 metrics, but Metrics has 1 names"},
		{"loss", func(p *Problem, c *Config, o *RunOptions) {
			p.Loss = func(s *model.Scope, d []*graph.Node, i *graph.Node) *graph.Node { return half(s, d, i)[0] }
		}, "it must be a scalar"},
		{"variables", func(p *Problem, c *Config, o *RunOptions) {
			p.Loss = func(s *model.Scope, d []*graph.Node, i *graph.Node) *graph.Node { return graph.ReduceAllSum(d[1]) }
		}, "no trainable variable"},
		{"folder", func(p *Problem, c *Config, o *RunOptions) { o.Dir = filepath.Join(file, "run") }, "is a file, not a folder"},
	} {
		p, c, o := toy(), quick(), RunOptions{}
		test.edit(p, &c, &o)
		_, err := Run(context.Background(), open(t), p, c, o)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want it to say %q", test.name, err, test.want)
		}
	}
}
