package tsm2_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/tsm2"
)

const batch, history, variates, horizon = 2, 40, 3, 5

// small is Default with sizes that compile and run fast.
func small() tsm2.Config {
	c := tsm2.Default()
	c.PatchLength, c.PatchStride, c.DModel, c.Layers = 8, 8, 8, 1
	c.SSM.StateSize = 4
	return c
}

// linear is small without mixers.
func linear() tsm2.Config {
	c := small()
	c.Layers = 0
	return c
}

// forecast returns the model as a function from x to the prediction, both flat.
func forecast(t *testing.T, store *model.Store, c tsm2.Config) func(x *tensors.Tensor) []float32 {
	t.Helper()
	return graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node {
		return tsm2.Forecast(scope, c, x, horizon).Prediction
	})
}

func input(seed uint64) *tensors.Tensor { return graphtest.Normal(seed, batch, history, variates) }

// mapped returns x [B, L, M] with f applied to each value.
func mapped(x *tensors.Tensor, f func(time, variate int, value float32) float32) *tensors.Tensor {
	values := tensors.MustCopyFlatData[float32](x)
	for i, v := range values {
		values[i] = f(i/variates%history, i%variates, v)
	}
	return tensors.FromFlatDataAndDimensions(values, x.Shape().Dimensions...)
}

func TestOutputsAndVariables(t *testing.T) {
	c := small()
	store := model.NewStore()
	var shapes []string
	graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
		out := tsm2.Forecast(scope, c, x, horizon)
		for _, node := range []*Node{out.Prediction, out.Patches, out.Embedding, out.Tokens[0], out.Channels[0], out.PreHead} {
			shapes = append(shapes, fmt.Sprint(node.Shape().Dimensions))
		}
		if got, want := slices.Sorted(maps.Keys(out.Weights)), []string{
			"layer0/alpha", "layer0/beta", "layer0/gamma", "layer0/theta", "output/alpha", "output/beta",
		}; !slices.Equal(got, want) {
			t.Errorf("averaging weights %v, want %v", got, want)
		}
		return []*Node{out.Prediction}
	})(input(1))
	if want := []string{"[2 5 3]", "[2 3 5 8]", "[2 3 5 8]", "[2 3 5 8]", "[2 3 5 8]", "[2 3 5 8]"}; !slices.Equal(shapes, want) {
		t.Errorf("output shapes %v, want %v", shapes, want)
	}

	var scopes []string
	for path := range graphtest.Parameters(store) {
		scopes = append(scopes, path)
	}
	slices.Sort(scopes)
	direction := func(name string) []string {
		return []string{name + "/conv/bias", name + "/conv/kernel", name + "/s6/A_log", name + "/s6/D",
			name + "/s6/dt/bias", name + "/s6/dt/weights", name + "/s6/selection/weights"}
	}
	mix := []string{"in_proj/weights", "norm/bias", "norm/scale", "out_proj/weights"}
	var want []string
	for _, name := range append(slices.Clone(mix), direction("forward")...) {
		want = append(want, "/tsm2/layer0/token/"+name, "/tsm2/layer0/channel/"+name)
	}
	for _, name := range direction("backward") {
		want = append(want, "/tsm2/layer0/channel/"+name)
	}
	want = append(want, "/tsm2/embedding/weights", "/tsm2/head/weights",
		"/tsm2/averaging/layer0/alpha", "/tsm2/averaging/layer0/beta", "/tsm2/averaging/layer0/gamma", "/tsm2/averaging/layer0/theta",
		"/tsm2/averaging/output/alpha", "/tsm2/averaging/output/beta")
	slices.Sort(want)
	if !slices.Equal(scopes, want) {
		t.Errorf("variables\n%s\nwant\n%s", strings.Join(scopes, "\n"), strings.Join(want, "\n"))
	}
}

// TestPatches compares the patches with slices of the series, beyond whose end the last value repeats.
func TestPatches(t *testing.T) {
	for _, test := range []struct{ length, stride, count int }{
		{8, 8, 5},   // exact tiling of 40
		{16, 8, 4},  // exact with overlap
		{12, 5, 7},  // 2 steps short of the end: filled
		{16, 16, 3}, // tiling that doesn't fit: 8 steps filled
		{40, 1, 1},
	} {
		c := linear()
		c.PatchLength, c.PatchStride, c.DModel, c.InstanceNorm = test.length, test.stride, test.length, tsm2.NoNorm
		x := input(2)
		got := graphtest.Compile1(t, model.NewStore(), func(scope *model.Scope, x *Node) *Node {
			return tsm2.Forecast(scope, c, x, horizon).Patches
		})(x)
		values := tensors.MustCopyFlatData[float32](x)
		var want []float32
		for b := range batch {
			for m := range variates {
				for p := range test.count {
					for k := range test.length {
						time := min(p*test.stride+k, history-1)
						want = append(want, values[(b*history+time)*variates+m])
					}
				}
			}
		}
		if c.Patches(history) != test.count || !slices.Equal(got, want) {
			t.Errorf("patches of %d every %d: %d of them, want %d, or wrong values", test.length, test.stride, c.Patches(history), test.count)
		}
	}
	if a, b := tsm2.Default().Patches(512), tsm2.PaperDefault().Patches(512); a != 32 || b != 63 {
		t.Errorf("a history of 512 gives %d and %d patches, want 32 and 63", a, b)
	}
}

// TestInstanceNorm checks that the forecast follows the level and the scale of each variate.
func TestInstanceNorm(t *testing.T) {
	level := func(m int) float32 { return float32(10*m - 7) }
	scale := func(m int) float32 { return float32(m + 2) }
	for norm, follows := range map[tsm2.InstanceNorm]bool{tsm2.RevIN: true, tsm2.LastValue: true, tsm2.NoNorm: false} {
		c := linear()
		c.InstanceNorm, c.HeadBias, c.HeadInitScale = norm, true, 1
		predict := forecast(t, model.NewStore(), c)
		want := predict(input(3))
		for i, v := range want {
			want[i] = v*scale(i%variates) + level(i%variates)
		}
		got := predict(mapped(input(3), func(_, m int, v float32) float32 { return v*scale(m) + level(m) }))
		if follows {
			graphtest.Near(t, got, want, 1e-4)
		} else if math.Abs(float64(got[0]-want[0])) < 1e-2 {
			t.Errorf("norm %q follows the level: %g", norm, got[0])
		}
	}
}

// TestLinearControl checks that without layers, norms and biases the forecast is linear in the history.
func TestLinearControl(t *testing.T) {
	c := linear()
	c.InstanceNorm = tsm2.NoNorm
	predict := forecast(t, model.NewStore(), c)
	a, b := input(4), input(5)
	values, other := tensors.MustCopyFlatData[float32](a), tensors.MustCopyFlatData[float32](b)
	for i := range values {
		values[i] = 2*values[i] + other[i]
	}
	sum := tensors.FromFlatDataAndDimensions(values, batch, history, variates)
	ya, yb, got := predict(a), predict(b), predict(sum)
	want := make([]float32, len(got))
	for i := range want {
		want[i] = 2*ya[i] + yb[i]
	}
	graphtest.Near(t, got, want, 1e-5)
}

// TestVariates changes one variate and looks whether the others' forecasts move.
func TestVariates(t *testing.T) {
	for kind, mixes := range map[mixer.Kind]bool{mixer.Selective: true, mixer.MLP: true, mixer.None: false} {
		c := small()
		c.ChannelMixer = kind
		predict := forecast(t, model.NewStore(), c)
		before := predict(input(6))
		after := predict(mapped(input(6), func(time, m int, v float32) float32 {
			if m == 1 {
				v += float32(time % 3)
			}
			return v
		}))
		for m := range variates {
			if moved, want := before[m] != after[m], mixes || m == 1; moved != want {
				t.Errorf("channel mixer %q: forecast of variate %d moved: %v, want %v", kind, m, moved, want)
			}
		}
	}
}

// TestShuffledVariates compares a shuffled model with the plain one, with the same weights, on shuffled data. Only a
// variate mixer that scans can tell the two orders apart.
func TestShuffledVariates(t *testing.T) {
	for kind, tells := range map[mixer.Kind]bool{mixer.Selective: true, mixer.Gated: false} {
		c := small()
		c.ChannelMixer = kind
		store := model.NewStore()
		plain := forecast(t, store, c)(input(6))
		different := 0
		for c.ShuffleVariates = 1; c.ShuffleVariates <= 3; c.ShuffleVariates++ {
			shuffled := forecast(t, store, c)(input(6))
			var largest float64
			for i := range plain {
				largest = max(largest, math.Abs(float64(plain[i]-shuffled[i])))
			}
			if largest > 1e-5 {
				different++
			}
		}
		if (different > 0) != tells {
			t.Errorf("channel mixer %q: %d of 3 orders of the variates gave another forecast", kind, different)
		}
	}
}

// TestUnidirectionalChannel changes the last variate, which the first doesn't see when the scan runs forward only.
func TestUnidirectionalChannel(t *testing.T) {
	for unidirectional, want := range map[bool]bool{true: false, false: true} {
		c := small()
		c.UnidirectionalChannel = unidirectional
		predict := forecast(t, model.NewStore(), c)
		before := predict(input(7))
		after := predict(mapped(input(7), func(time, m int, v float32) float32 {
			if m == variates-1 {
				v += float32(time % 3)
			}
			return v
		}))
		if moved := before[0] != after[0]; moved != want {
			t.Errorf("unidirectional %v: the first variate saw the last: %v, want %v", unidirectional, moved, want)
		}
	}
}

// TestCausal changes the last patch: with a causal time mixer, and no norm across patches, nothing
// before the head moves at earlier patches.
func TestCausal(t *testing.T) {
	for bidirectional, want := range map[bool]bool{false: false, true: true} {
		c := small()
		c.InstanceNorm, c.Norm, c.BidirectionalToken = tsm2.NoNorm, mixer.NormFeature, bidirectional
		features := graphtest.Compile1(t, model.NewStore(), func(scope *model.Scope, x *Node) *Node {
			return tsm2.Forecast(scope, c, x, horizon).PreHead
		})
		before := features(input(7))
		after := features(mapped(input(7), func(time, _ int, v float32) float32 {
			if time >= history-c.PatchLength {
				v++
			}
			return v
		}))
		if moved := before[0] != after[0]; moved != want { // patch 0 of the first variate
			t.Errorf("bidirectional time mixer %v: the first patch saw the last: %v, want %v", bidirectional, moved, want)
		}
	}
}

// TestInitialValues checks the recipe's embedding (orthogonal) and head (small).
func TestInitialValues(t *testing.T) {
	c := linear()
	store := model.NewStore()
	forecast(t, store, c)(input(8))
	w := tensors.MustCopyFlatData[float32](store.GetVariable("/tsm2/embedding/weights").MustValue())
	for i := range c.PatchLength {
		for j := range c.PatchLength {
			var dot, want float64
			for k := range c.DModel {
				dot += float64(w[i*c.DModel+k]) * float64(w[j*c.DModel+k])
			}
			if i == j {
				want = 1
			}
			if math.Abs(dot-want) > 1e-5 {
				t.Fatalf("rows %d and %d of the embedding have product %g, want %g", i, j, dot, want)
			}
		}
	}
	bound := c.HeadInitScale / math.Sqrt(float64(c.Patches(history)*c.DModel))
	largest := 0.0
	for _, v := range tensors.MustCopyFlatData[float32](store.GetVariable("/tsm2/head/weights").MustValue()) {
		largest = max(largest, math.Abs(float64(v)))
	}
	if largest > bound || largest < 0.9*bound {
		t.Errorf("the head's largest weight is %g, want just below %g", largest, bound)
	}
}

// TestTraining checks that every variable gets a finite gradient, not all zero, and that dropout acts
// in training only.
func TestTraining(t *testing.T) {
	paper := tsm2.PaperDefault()
	paper.PatchLength, paper.PatchStride, paper.DModel, paper.Layers, paper.SSM.StateSize = 8, 4, 8, 1, 4
	perceptron := small()
	perceptron.ChannelMixer, perceptron.Averaging, perceptron.InstanceNorm = mixer.MLP, mixer.AveragingDenseFormer, tsm2.LastValue
	ablated := small()
	ablated.TokenMixer, ablated.UnidirectionalChannel, ablated.ShuffleVariates = mixer.Linear, true, 2
	ablated.Averaging, ablated.AveragingWithout = mixer.AveragingUniform, mixer.Gamma
	for name, c := range map[string]tsm2.Config{"default": small(), "paper": paper, "mlp": perceptron, "ablated": ablated} {
		t.Run(name, func(t *testing.T) {
			store := model.NewStore()
			if err := store.SetRNGStateFromSeed(1); err != nil {
				t.Fatal(err)
			}
			predict := forecast(t, store, c)
			first := predict(input(9))
			if !slices.Equal(first, predict(input(9))) {
				t.Error("two forecasts outside training differ")
			}
			var paths []string
			outputs := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
				g := x.Graph()
				scope.Store().SetTraining(g, true)
				y := tsm2.Forecast(scope, c, x, horizon).Prediction
				var variables []*Node
				for path := range graphtest.Parameters(store) {
					paths = append(paths, path)
					variables = append(variables, store.GetVariable(path).NodeValue(g))
				}
				return append([]*Node{y}, Gradient(ReduceAllMean(Square(Sub(y, OnesLike(y)))), variables...)...)
			})(input(9))
			if slices.Equal(first, outputs[0]) {
				t.Error("dropout does nothing in training")
			}
			graphtest.Gradients(t, paths, outputs[1:])
		})
	}
}

func TestValidate(t *testing.T) {
	for name, c := range map[string]tsm2.Config{"Default": tsm2.Default(), "PaperDefault": tsm2.PaperDefault()} {
		if err := c.Validate(512, 96, 7); err != nil {
			t.Errorf("%s is refused: %v", name, err)
		}
	}
	for want, change := range map[string]func(c *tsm2.Config, history, horizon, variates *int){
		"history is 0":            func(_ *tsm2.Config, history, _, _ *int) { *history = 0 },
		"horizon is -1":           func(_ *tsm2.Config, _, horizon, _ *int) { *horizon = -1 },
		"number of variates is 0": func(_ *tsm2.Config, _, _, variates *int) { *variates = 0 },
		"patch_length 16 is longer than the history of 12 steps": func(_ *tsm2.Config, history, _, _ *int) { *history = 12 },
		"patch_stride 17 is larger":                              func(c *tsm2.Config, _, _, _ *int) { c.PatchStride = 17 },
		"patch_length is 0":                                      func(c *tsm2.Config, _, _, _ *int) { c.PatchLength = 0 },
		"d_model is -4":                                          func(c *tsm2.Config, _, _, _ *int) { c.DModel = -4 },
		"layers is -1":                                           func(c *tsm2.Config, _, _, _ *int) { c.Layers = -1 },
		"head_dropout is 1":                                      func(c *tsm2.Config, _, _, _ *int) { c.HeadDropout = 1 },
		"head_init_scale is -1":                                  func(c *tsm2.Config, _, _, _ *int) { c.HeadInitScale = -1 },
		"final_norm is on but norm is":                           func(c *tsm2.Config, _, _, _ *int) { c.FinalNorm, c.Norm = true, mixer.NormNone },
		`future_mixing is "upwards"`:                             func(c *tsm2.Config, _, _, _ *int) { c.FutureMixing = "upwards" },
		`instance_norm is "revim"`:                               func(c *tsm2.Config, _, _, _ *int) { c.InstanceNorm = "revim" },
		"shuffle_variates is -1":                                 func(c *tsm2.Config, _, _, _ *int) { c.ShuffleVariates = -1 },
		`did you mean "orthogonal"?`:                             func(c *tsm2.Config, _, _, _ *int) { c.Embedding = "orthogonl" },
		`channel mixer kind is "mpl"`:                            func(c *tsm2.Config, _, _, _ *int) { c.ChannelMixer = "mpl" },
	} {
		c, history, horizon, variates := tsm2.Default(), 512, 96, 7
		change(&c, &history, &horizon, &variates)
		if err := c.Validate(history, horizon, variates); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %q, want it to say %q", fmt.Sprint(err), want)
		}
	}
}

func TestJSON(t *testing.T) {
	for _, c := range []tsm2.Config{tsm2.Default(), tsm2.PaperDefault()} {
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var back tsm2.Config
		if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(c, back) {
			t.Errorf("%s comes back as %+v, %v", text, back, err)
		}
	}
}

// TestJSONOfOptions checks that an option at its default leaves no trace, so that it changes no key of earlier runs.
func TestJSONOfOptions(t *testing.T) {
	text, err := json.Marshal(tsm2.Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, option := range []string{"averaging_without", "unidirectional_channel", "shuffle_variates"} {
		if strings.Contains(string(text), option) {
			t.Errorf("the default configuration holds %s: %s", option, text)
		}
	}
}

// TestCost counts the linear control by hand: 2 operations per weight and use.
func TestCost(t *testing.T) {
	c := linear()
	const patches, p, d = 5, 8, 8
	want := int64(batch * variates * (patches*2*p*d + 2*patches*d*horizon))
	if got := c.Cost(batch, history, horizon, variates).FLOPs; got != want {
		t.Errorf("%d operations, want %d", got, want)
	}
	withMixers := small().Cost(batch, history, horizon, variates).FLOPs
	twice := small()
	twice.Layers = 2
	if got := twice.Cost(batch, history, horizon, variates).FLOPs; got-withMixers != withMixers-want {
		t.Errorf("the second layer costs %d operations, the first %d", got-withMixers, withMixers-want)
	}
}
