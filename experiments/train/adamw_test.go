package train

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// quadratic has the loss sum over variables of sum(scale*(w - target)^2)/2, the same for every example.
// Its variables are a float64 matrix /body/w [2,2] and a float64 vector /head/b [2].
func quadratic(scale float64) *Problem {
	loss := func(scope *model.Scope, data []*graph.Node, idx *graph.Node) *graph.Node {
		w := scope.In("body").VariableWithValue("w", [][]float64{{1, -2}, {3, 0.5}}).NodeValue(idx)
		b := scope.In("head").VariableWithValue("b", []float64{0.1, -0.4}).NodeValue(idx)
		sum := graph.Add(graph.ReduceAllSum(square(graph.AddScalar(w, -0.3))), graph.ReduceAllSum(square(graph.AddScalar(b, -0.3))))
		return graph.MulScalar(sum, scale/2)
	}
	return &Problem{
		Data:  []*tensors.Tensor{tensors.FromScalar(float32(0))},
		Train: Range{0, 4}, Val: Range{0, 1}, Loss: loss, Metrics: []string{"loss"},
		Score: func(scope *model.Scope, data []*graph.Node, idx *graph.Node) []*graph.Node {
			return []*graph.Node{graph.BroadcastToDims(loss(scope, data, idx), idx.Shape().Dimensions...)}
		},
	}
}

func square(x *graph.Node) *graph.Node { return graph.Mul(x, x) }

// reference is AdamW in plain Go, written from the paper's algorithm 2 and PyTorch's documentation, with the gradients
// of sharpness-aware minimization if c asks for it.
func reference(c Config, scale float64, steps int) map[string][]float64 {
	type variable struct {
		w, m, v []float64
		rule    rule
	}
	decay := 0.5
	vars := map[string]*variable{
		"/body/w": {w: []float64{1, -2, 3, 0.5}, rule: rule{lrScale: 0.1, weightDecay: c.WeightDecay}},
		"/head/b": {w: []float64{0.1, -0.4}, rule: rule{lrScale: 1, weightDecay: decay, l2: 0.7}},
	}
	for step := range steps {
		gradients := map[string][]float64{}
		var slope, norm float64
		for _, v := range vars {
			for _, w := range v.w {
				slope += scale * (w - 0.3) * scale * (w - 0.3)
			}
		}
		for path, v := range vars {
			if v.m == nil {
				v.m, v.v = make([]float64, len(v.w)), make([]float64, len(v.w))
			}
			for _, w := range v.w {
				uphill := c.Rho * scale * (w - 0.3) / math.Sqrt(slope)
				g := scale*(w+uphill-0.3) + 2*v.rule.l2*w
				gradients[path] = append(gradients[path], g)
				norm += g * g
			}
		}
		clip := min(1, c.ClipNorm/(math.Sqrt(norm)+1e-6))
		for path, v := range vars {
			lr := c.learningRate(step) * v.rule.lrScale
			for i, g := range gradients[path] {
				g *= clip
				v.w[i] *= 1 - lr*v.rule.weightDecay
				v.m[i] = c.Beta1*v.m[i] + (1-c.Beta1)*g
				v.v[i] = c.Beta2*v.v[i] + (1-c.Beta2)*g*g
				mean := v.m[i] / (1 - math.Pow(c.Beta1, float64(step+1)))
				sq := v.v[i] / (1 - math.Pow(c.Beta2, float64(step+1)))
				v.w[i] -= lr * mean / (math.Sqrt(sq) + c.Epsilon)
			}
		}
	}
	return map[string][]float64{"/body/w": vars["/body/w"].w, "/head/b": vars["/head/b"].w}
}

func TestAdamWEqualsReference(t *testing.T) {
	decay := 0.5
	c := quick()
	c.Steps, c.BatchSize, c.EvalBatch, c.LearningRate, c.WeightDecay = 12, 2, 2, 0.1, 0.2
	c.Groups = []Group{{Match: "/head", LRScale: 1, WeightDecay: &decay, L2: 0.7}, {Match: "/", LRScale: 0.1}}
	for _, scale := range []float64{0.01, 1, 100} { // a clip of 1 binds never, sometimes, always
		for i, clip := range []float64{1, math.MaxFloat64, 0, 1, 0} {
			c.ClipNorm, c.Rho = clip, float64(i/3)*0.7
			outcome, err := Run(context.Background(), open(t), quadratic(scale), c, RunOptions{})
			if err != nil {
				t.Fatal(err)
			}
			plain := c
			if clip == 0 {
				plain.ClipNorm = math.MaxFloat64
			}
			for path, want := range reference(plain, scale, c.Steps) {
				got := tensors.MustCopyFlatData[float64](outcome.Last.values[path])
				for i := range want {
					if math.Abs(got[i]-want[i]) > 1e-12*math.Abs(want[i])+1e-14 {
						t.Errorf("scale %v, clip %v, rho %v: %s is %v, want %v", scale, clip, c.Rho, path, got, want)
						break
					}
				}
			}
		}
	}
}

func TestNonFiniteLossStops(t *testing.T) {
	explode := func(value float64) *Problem {
		p := toy()
		tensors.MustMutableFlatData(p.Data[1], func(y []float32) { y[17] = float32(value) })
		return p
	}
	for _, value := range []float64{math.NaN(), math.Inf(1)} {
		dir := t.TempDir()
		c, o := resumable(dir)
		c.CheckpointEvery = 1
		c.BatchSize = 4
		// The bad example is met at the step that its place in the epoch's order gives.
		want := 0
		for order := newOrder(Range{0, 100}, c.BatchSize, o.Seed); !slices.Contains(order.indices(want), 17); {
			want++
		}
		_, err := Run(context.Background(), open(t), explode(value), c, o)
		var bad *NonFinite
		if !errors.As(err, &bad) || bad.Step != want+1 || bad.What != "loss" || bad.Variable != "/hidden/dense/weights" {
			t.Fatalf("target %v: error %v, want step %d", value, err, want+1)
		}
		for _, text := range []string{"training stopped at step", "first variable with a non-finite gradient is /hidden/dense/weights",
			"try a lower learning_rate", "last good checkpoint is " + filepath.Join(dir, "checkpoint")} {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("the message lacks %q: %v", text, err)
			}
		}
		if _, err := os.Stat(bad.Checkpoint); err != nil {
			t.Errorf("the last good checkpoint: %v", err)
		}
		if entries, err := ReadLog(dir); err != nil || entries[len(entries)-1].Step != want {
			t.Errorf("the log ends with %+v (%v), want step %d", entries[len(entries)-1], err, want)
		}
	}
}

func TestNonFiniteValuesAreNotSaved(t *testing.T) {
	dir := t.TempDir()
	c, o := resumable(dir)
	r := startRun(t, c, o)
	defer r.close()
	if err := r.save(); err != nil {
		t.Fatal(err)
	}
	if err := r.store.GetVariable("/head/dense/biases").SetValue(tensors.FromValue([]float32{float32(math.Inf(1))})); err != nil {
		t.Fatal(err)
	}
	r.state.Step = 7
	var bad *NonFinite
	if err := r.save(); !errors.As(err, &bad) || !strings.Contains(err.Error(), "at step 7: the value of /head/dense/biases is infinite") {
		t.Fatalf("saving an infinite value: %v", err)
	}
	if paths := r.checkpoints.list(); len(paths) != 1 || paths[0] != r.checkpoints.last {
		t.Errorf("checkpoints %v, last good %s", paths, r.checkpoints.last)
	}
}

func TestNonFiniteValidation(t *testing.T) {
	p := toy()
	tensors.MustMutableFlatData(p.Data[1], func(y []float32) { y[102] = float32(math.NaN()) })
	_, err := Run(context.Background(), open(t), p, quick(), RunOptions{})
	if err == nil || !strings.Contains(err.Error(), "at step 4: the validation mse is NaN; try") || !strings.HasSuffix(err.Error(), "there is no checkpoint yet") {
		t.Errorf("error %v", err)
	}
}

func TestLearningRate(t *testing.T) {
	c := Config{Steps: 11, WarmupSteps: 4, LearningRate: 8, FinalLRFactor: 0.25}
	for step, want := range map[int]float64{0: 2, 1: 4, 3: 8, 4: 8, 7: 5, 10: 2} {
		if got := c.learningRate(step); math.Abs(got-want) > 1e-12 {
			t.Errorf("step %d: %v, want %v", step, got, want)
		}
	}
	if got := (Config{Steps: 1, LearningRate: 3}).learningRate(0); got != 3 {
		t.Errorf("a single step: %v", got)
	}
}

func TestOrder(t *testing.T) {
	o := newOrder(Range{50, 61}, 3, 9) // 11 examples, 3 batches an epoch
	var epochs [][]int32
	for step := range 9 {
		if step%3 == 0 {
			epochs = append(epochs, nil)
		}
		epochs[step/3] = append(epochs[step/3], o.indices(step)...)
	}
	for i, epoch := range epochs {
		sorted := slices.Sorted(slices.Values(epoch))
		if len(slices.Compact(sorted)) != 9 || sorted[0] < 50 || sorted[8] > 60 {
			t.Errorf("epoch %d: %v", i, epoch)
		}
	}
	if slices.Equal(epochs[0], epochs[1]) {
		t.Error("two epochs have one order")
	}
	if got := newOrder(Range{50, 61}, 3, 9).indices(7); !slices.Equal(got, epochs[2][3:6]) {
		t.Errorf("step 7 from afresh is %v, in order %v", got, epochs[2][3:6])
	}
	if got := newOrder(Range{50, 61}, 3, 10).indices(0); slices.Equal(got, epochs[0][:3]) {
		t.Error("two seeds give one order")
	}
}

func TestGroups(t *testing.T) {
	for pattern, want := range map[string][]bool{
		"/":            {true, true, true},
		"/head":        {true, false, false},
		"/head/w":      {true, false, false},
		"/hea":         {false, false, false},
		"/block*/*/b":  {false, true, false},
		"/block[01]":   {false, true, true},
		"/head/w/more": {false, false, false},
		"/*/*/*":       {false, true, true},
		"**/w":         {true, false, true},
		"**/dense/b":   {false, true, false},
		"**/dense":     {false, false, false},
	} {
		var got []bool
		for _, path := range []string{"/head/w", "/block0/dense/b", "/block1/dense/w"} {
			got = append(got, Group{Match: pattern}.matches(path))
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", pattern, got, want)
		}
	}
	if err := (Group{Match: "/block[", LRScale: 1}).validate(); err == nil || !strings.Contains(err.Error(), "not a pattern") {
		t.Errorf("bad pattern: %v", err)
	}
}
