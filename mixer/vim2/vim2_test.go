package vim2_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/vim2"
	"mambamixer/ssm"
)

const batch, classes = 3, 5

// small has all that the model has, in two stages that compile and run fast.
func small() vim2.Config {
	c := vim2.Nano()
	c.Stages = []vim2.Stage{
		{Width: 8, Tokens: 2, Channels: 1, ChannelWidth: 16},
		{Width: 12, Tokens: 1, Channels: 1, ChannelWidth: 8},
	}
	c.SSM.StateSize, c.ChannelStep = 4, 4
	return c
}

// smaller is small with one of everything.
func smaller() vim2.Config {
	c := small()
	c.Stages, c.Routes = []vim2.Stage{{Width: 8, Tokens: 1, Channels: 1, ChannelWidth: 16}}, ssm.OneWay
	return c
}

func images(seed uint64, height, width int) *tensors.Tensor {
	return graphtest.Normal(seed, batch, height, width, 3)
}

// dims lists the dimensions of nodes.
func dims(nodes ...*Node) (list []string) {
	for _, node := range nodes {
		list = append(list, fmt.Sprint(node.Shape().Dimensions))
	}
	return list
}

// TestOutputs checks the named outputs and their shapes, also where sides are odd, and that images of another size need
// no other variables.
func TestOutputs(t *testing.T) {
	store := model.NewStore()
	var before []string
	for _, test := range []struct {
		height, width int
		want          []string
	}{
		{16, 16, []string{"[3 5]", "[3 8 8 8]", "[3 8 8 8]", "[3 4 4 12]"}},
		{9, 14, []string{"[3 5]", "[3 5 7 8]", "[3 5 7 8]", "[3 3 4 12]"}},
	} {
		graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node {
			out := vim2.Classify(scope, small(), x, classes)
			if got := dims(append([]*Node{out.Logits, out.Stem}, out.Stages...)...); !slices.Equal(got, test.want) {
				t.Errorf("logits, stem and stages of %d x %d are %v, want %v", test.height, test.width, got, test.want)
			}
			names := slices.Sorted(maps.Keys(out.Mixers))
			if want := []string{"stage1/channel0", "stage1/token0", "stage1/token1", "stage2/channel0", "stage2/token0"}; !slices.Equal(names, want) {
				t.Errorf("the mixers are %v, want %v", names, want)
			}
			var weights []string
			for _, name := range slices.Sorted(maps.Keys(out.Weights)) {
				weights = append(weights, fmt.Sprintf("%s %d", name, out.Weights[name].Shape().Size()))
			}
			want := []string{ // by (19) and (20), with the lists of all earlier outputs of the stage
				"stage1/channel0/gamma 1", "stage1/channel0/theta 3", "stage1/output/alpha 3", "stage1/output/beta 2",
				"stage1/token0/alpha 1", "stage1/token0/beta 1", "stage1/token1/alpha 2", "stage1/token1/beta 1",
				"stage2/channel0/gamma 1", "stage2/channel0/theta 2", "stage2/output/alpha 2", "stage2/output/beta 2",
				"stage2/token0/alpha 1", "stage2/token0/beta 1"}
			if !slices.Equal(weights, want) {
				t.Errorf("the averaging weights are %v, want %v", weights, want)
			}
			return out.Logits
		})(images(1, test.height, test.width))
		variables := slices.Sorted(maps.Keys(graphtest.Parameters(store)))
		if before != nil && !slices.Equal(before, variables) {
			t.Errorf("another size of images has the variables %v, before %v", variables, before)
		}
		before = variables
	}
}

// TestAveragingStartsAsResiduals: with any averaging but the uniform one, the model starts as the same function.
func TestAveragingStartsAsResiduals(t *testing.T) {
	logits := func(averaging mixer.Averaging) []float32 {
		c := small()
		c.Stages, c.Routes, c.Averaging = c.Stages[:1], ssm.OneWay, averaging
		// What a parameter starts with depends on its path alone, and so is the same in each model.
		return graphtest.Compile1(t, model.NewStore(), func(scope *model.Scope, x *Node) *Node {
			return vim2.Classify(scope, c, x, classes).Logits
		})(images(2, 8, 8))
	}
	plain := logits(mixer.AveragingPlain)
	for _, averaging := range []mixer.Averaging{mixer.AveragingPaper, mixer.AveragingDenseFormer} {
		graphtest.Near(t, logits(averaging), plain, 1e-5)
	}
}

// TestReach changes one token and looks at which places a single mixer's output changes: a channel mixer of positions
// and a perceptron move nothing between places, a cross-scan reaches all of them, one way only those to come.
func TestReach(t *testing.T) {
	const side, changed = 4, 6 // of the 16 tokens
	everywhere := func(int) bool { return true }
	itself := func(place int) bool { return place == changed }
	for name, test := range map[string]struct {
		change  func(c *vim2.Config)
		reaches func(place int) bool
	}{
		"channel mixer of positions": {func(c *vim2.Config) {}, itself},
		"channel mixer, one way":     {func(c *vim2.Config) { c.UnidirectionalChannel = true }, itself},
		"perceptron":                 {func(c *vim2.Config) { c.ChannelMixer = vim2.ChannelMLP }, itself},
		"transposed channel mixer":   {func(c *vim2.Config) { c.ChannelMixer, c.ImageSize = vim2.ChannelTranspose, 2*side }, everywhere},
		"cross-scan":                 {func(c *vim2.Config) { c.Stages[0].Tokens, c.Stages[0].Channels = 1, 0 }, everywhere},
		"scan one way": {func(c *vim2.Config) {
			c.Stages[0].Tokens, c.Stages[0].Channels, c.Routes, c.Conv = 1, 0, ssm.OneWay, 0
		}, func(place int) bool { return place >= changed }},
	} {
		t.Run(name, func(t *testing.T) {
			c := small()
			c.Stages = []vim2.Stage{{Width: 8, Channels: 1, ChannelWidth: 8}}
			test.change(&c)
			run := graphtest.Compile1(t, model.NewStore(), func(scope *model.Scope, x *Node) *Node { return vim2.Features(scope, c, x).Stages[0] })
			values := tensors.MustCopyFlatData[float32](graphtest.Normal(3, 1, 2*side, 2*side, 3))
			before := run(tensors.FromFlatDataAndDimensions(slices.Clone(values), 1, 2*side, 2*side, 3))
			values[((changed/side*2)*2*side+changed%side*2)*3]++
			after := run(tensors.FromFlatDataAndDimensions(values, 1, 2*side, 2*side, 3))
			for place := range side * side {
				at := place * 8
				if moved := !slices.Equal(before[at:at+8], after[at:at+8]); moved != test.reaches(place) {
					t.Errorf("place %d moved: %v, want %v", place, moved, test.reaches(place))
				}
			}
		})
	}
}

// trained gives, in training, the loss and the gradient of every variable in the order of paths, which it makes.
func trained(t *testing.T, c vim2.Config) (paths []string, outputs [][]float32) {
	t.Helper()
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(1); err != nil {
		t.Fatal(err)
	}
	outputs = graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
		g := x.Graph()
		scope.Store().SetTraining(g, true)
		loss := ReduceAllMean(Square(vim2.Classify(scope, c, x, classes).Logits))
		paths = slices.Sorted(maps.Keys(graphtest.Parameters(store)))
		var variables []*Node
		for _, path := range paths {
			variables = append(variables, store.GetVariable(path).NodeValue(g))
		}
		return append([]*Node{loss}, Gradient(loss, variables...)...)
	})(images(4, 8, 8))
	return paths, outputs
}

// TestTraining checks that every variable gets a finite gradient, not all zero.
func TestTraining(t *testing.T) {
	paths, outputs := trained(t, small())
	graphtest.Gradients(t, paths, outputs[1:])
}

// TestSameGradients: computed again in the backward pass, the gradients are the same; in bfloat16, from parameters of
// float32, about the same.
func TestSameGradients(t *testing.T) {
	gradients := func(change func(c *vim2.Config)) []float32 {
		c := smaller()
		change(&c)
		_, outputs := trained(t, c)
		return slices.Concat(outputs...)
	}
	want := gradients(func(*vim2.Config) {})
	graphtest.Near(t, gradients(func(c *vim2.Config) { c.Checkpoint = true }), want, 1e-4)
	graphtest.Near(t, gradients(func(c *vim2.Config) { c.BFloat16 = true }), want, 0.05)
}

// TestDropPath: in training it changes what the model gives, elsewhere nothing.
func TestDropPath(t *testing.T) {
	c := smaller()
	c.DropPath = 0.5
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(1); err != nil {
		t.Fatal(err)
	}
	logits := func(training bool, c vim2.Config) []float32 {
		return graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node {
			scope.Store().SetTraining(x.Graph(), training)
			return vim2.Classify(scope, c, x, classes).Logits
		})(images(5, 8, 8))
	}
	dropped, kept, without := logits(true, c), logits(false, c), logits(false, smaller())
	if slices.Equal(dropped, kept) {
		t.Error("drop path does nothing in training")
	}
	if !slices.Equal(kept, without) {
		t.Error("drop path acts outside of training")
	}
}

// TestStepSizes checks names and shapes, and that every step size is positive.
func TestStepSizes(t *testing.T) {
	var names []string
	var shapes []string
	outputs := graphtest.Compile(t, model.NewStore(), func(scope *model.Scope, x *Node) (outputs []*Node) {
		steps := vim2.StepSizes(scope, small(), x)
		names, shapes = slices.Sorted(maps.Keys(steps)), nil
		for _, name := range names {
			outputs = append(outputs, steps[name])
		}
		shapes = dims(outputs...)
		return outputs
	})(images(6, 8, 12))
	if len(names) != 3*4+2*2 {
		t.Errorf("there are step sizes of %v", names)
	}
	for i, name := range names {
		want := "[3 4 6]" // of a token mixer in stage 1
		switch {
		case strings.HasPrefix(name, "stage1/channel"):
			want = "[3 4 6 4]"
		case strings.HasPrefix(name, "stage2/channel"):
			want = "[3 2 3 2]"
		case strings.HasPrefix(name, "stage2"):
			want = "[3 2 3]"
		}
		if shapes[i] != want || slices.Min(outputs[i]) <= 0 {
			t.Errorf("the step sizes of %s are %s, want %s; the smallest is %v", name, shapes[i], want, slices.Min(outputs[i]))
		}
	}
}

func TestValidate(t *testing.T) {
	for _, v := range vim2.Variants() {
		if err := v.Config.Validate(224, 224); err != nil {
			t.Errorf("%s is refused: %v", v.Name, err)
		}
	}
	for want, change := range map[string]func(c *vim2.Config){
		"patch is 0":                             func(c *vim2.Config) { c.Patch = 0 },
		"number of stages is 0":                  func(c *vim2.Config) { c.Stages = nil },
		"expand is 0":                            func(c *vim2.Config) { c.Expand = 0 },
		"conv is -1":                             func(c *vim2.Config) { c.Conv = -1 },
		"drop_path is 1":                         func(c *vim2.Config) { c.DropPath = 1 },
		`did you mean "cross"?`:                  func(c *vim2.Config) { c.Routes = "crosss" },
		`did you mean "transpose"?`:              func(c *vim2.Config) { c.ChannelMixer = "transposed" },
		`averaging is ""`:                        func(c *vim2.Config) { c.Averaging = "" },
		"ssm state_size is 0":                    func(c *vim2.Config) { c.SSM.StateSize = 0 },
		"image_size is 16":                       func(c *vim2.Config) { c.ChannelMixer, c.ImageSize = vim2.ChannelTranspose, 16 },
		"stage 2: width is 0":                    func(c *vim2.Config) { c.Stages[1].Width = 0 },
		"stage 1: tokens is -1":                  func(c *vim2.Config) { c.Stages[0].Tokens = -1 },
		"stage 3: channel_width is 0":            func(c *vim2.Config) { c.Stages[2].ChannelWidth = 0 },
		"channel_width is 32 and channel_step 7": func(c *vim2.Config) { c.ChannelStep = 7 },
		"channel_width is 1 and width 16":        func(c *vim2.Config) { c.ChannelMixer, c.Stages[0].ChannelWidth = vim2.ChannelMLP, 1 },
	} {
		c := vim2.Nano()
		change(&c)
		if err := c.Validate(32, 32); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %q, want it to say %q", fmt.Sprint(err), want)
		}
	}
	if err := vim2.Nano().Validate(0, 32); err == nil || !strings.Contains(err.Error(), "image height is 0") {
		t.Errorf("images without rows: %v", err)
	}
	if _, err := vim2.Named("tinny"); err == nil || !strings.Contains(err.Error(), `did you mean "tiny"?`) {
		t.Errorf("a misspelt variant: %v", err)
	}
}

func TestJSON(t *testing.T) {
	for _, v := range vim2.Variants() {
		text, err := json.Marshal(v.Config)
		if err != nil {
			t.Fatal(err)
		}
		var back vim2.Config
		if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(v.Config, back) {
			t.Errorf("%s comes back as %+v, %v", text, back, err)
		}
	}
}

// Table 8's ViM2-T stage by stage: the sizes of the maps, and parameters and operations that add up with stem and head.
func TestStageSizes(t *testing.T) {
	c := vim2.Tiny()
	var sum vim2.Size
	for i, s := range c.StageSizes(224, 224) {
		if side := 56 >> i; s.Rows != side || s.Columns != side || s.Stage != c.Stages[i] {
			t.Errorf("stage %d: %+v", i+1, s)
		}
		sum.Parameters, sum.FLOPs = sum.Parameters+s.Parameters, sum.FLOPs+s.FLOPs
	}
	for _, part := range c.Parts(224, 224, 3, 1000) {
		if part.Name == "stem" || part.Name == "head" {
			sum.Parameters, sum.FLOPs = sum.Parameters+part.Parameters, sum.FLOPs+part.FLOPs
		}
	}
	if want := c.Size(224, 224, 3, 1000); sum != want {
		t.Errorf("the stages, stem and head have %+v, the model %+v", sum, want)
	}
}
