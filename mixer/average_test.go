package mixer_test

import (
	"fmt"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/graphtest"
)

func stack(layers int, averaging mixer.Averaging) mixer.Config {
	return mixer.Config{Layers: layers, Token: selective(false), Channel: selective(true), Averaging: averaging, Norm: mixer.Norm2D}
}

func build(c mixer.Config) func(scope *model.Scope, x *Node) *Node {
	return func(scope *model.Scope, x *Node) *Node { return mixer.Block(scope, c, mixer.Sequence, x).Output }
}

// TestAveragingWeights counts the variables that a stack creates against L(2L+3), and the closing
// average apart.
func TestAveragingWeights(t *testing.T) {
	for _, layers := range []int{0, 1, 2, 3} {
		for averaging, factor := range map[mixer.Averaging]int{mixer.AveragingPaper: 1, mixer.AveragingDenseFormer: 1, mixer.AveragingPlain: 0} {
			c := stack(layers, averaging)
			c.Token, c.Channel = kind(mixer.Gated), kind(mixer.Gated) // the weights don't depend on the kind
			store := model.NewStore()
			graphtest.Compile1(t, store, build(c))(graphtest.Normal(1, batch, length, width))
			var inside, output int
			for path, size := range graphtest.Parameters(store) {
				switch {
				case strings.HasPrefix(path, "/averaging/output/"):
					output += size
				case strings.HasPrefix(path, "/averaging/"):
					inside += size
				}
			}
			wantOutput := 2 * (layers + 1)
			if layers == 0 {
				wantOutput = 0
			}
			if inside != factor*mixer.AveragingWeights(layers) || output != factor*wantOutput {
				t.Errorf("%d layers, %q: %d weights in the layers and %d at the output, want %d and %d",
					layers, averaging, inside, output, factor*mixer.AveragingWeights(layers), factor*wantOutput)
			}
		}
	}
	if got := mixer.AveragingWeights(4); got != 44 {
		t.Errorf("4 layers have %d averaging weights, want 4·(2·4+3) = 44", got)
	}
}

// TestAveragingStartsAsResidualStream compares the initial values of the learned averages with the
// plain residual stream, which has none.
func TestAveragingStartsAsResidualStream(t *testing.T) {
	x := graphtest.Normal(2, batch, length, width)
	want := graphtest.Compile1(t, model.NewStore(), build(stack(2, mixer.AveragingPlain)))(x)
	for _, averaging := range []mixer.Averaging{mixer.AveragingPaper, mixer.AveragingDenseFormer} {
		got := graphtest.Compile1(t, model.NewStore(), build(stack(2, averaging)))(x)
		t.Run(string(averaging), func(t *testing.T) { graphtest.Near(t, got, want, tolerance) })
	}
}

// TestAverageIsWeightedSum gives every weight another value and computes equations (19) and (20) by hand.
func TestAverageIsWeightedSum(t *testing.T) {
	store := model.NewStore()
	set := func(path string, values ...float32) {
		t.Helper()
		if _, err := store.CreateVariable(path, tensors.FromValue(values)); err != nil {
			t.Fatal(err)
		}
	}
	set("/layer0/alpha", 2)
	set("/layer0/beta", 3)
	set("/layer0/theta", 5, 7)
	set("/layer0/gamma", 11)
	set("/output/alpha", 13, 17)
	set("/output/beta", 19, 23)
	const x, token, channel = 1, 100, 10000
	outputs := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
		a := mixer.NewAverage(scope, mixer.AveragingPaper, x)
		first := a.TokenInput("layer0")
		a.AddToken(AddScalar(ZerosLike(x), float64(token)))
		second := a.ChannelInput("layer0")
		a.AddChannel(AddScalar(ZerosLike(x), float64(channel)))
		return []*Node{first, second, a.Output()}
	})(tensors.FromValue([]float32{x}))
	for i, want := range []float32{
		2*x + 3*x,
		5*x + 7*token + 11*x,
		13*x + 17*token + 19*x + 23*channel,
	} {
		if got := outputs[i][0]; got != want {
			t.Errorf("average %d is %g, want %g", i, got, want)
		}
	}
}

// TestAveragesWithout leaves each of the four sums out in turn and computes what is left by hand, at the initial values.
func TestAveragesWithout(t *testing.T) {
	const x, token, channel = 1, 100, 10000
	for without, want := range map[mixer.Weight][3]float32{
		"":          {x, x + token, x + token + channel},
		mixer.Alpha: {x, x + token, x + channel},
		mixer.Beta:  {x, x + token, x + token},
		mixer.Theta: {x, x, x + token + channel},
		mixer.Gamma: {x, x + token, x + token + channel},
	} {
		store := model.NewStore()
		outputs := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
			a := mixer.NewAverage(scope, mixer.AveragingPaper, x).Without(without)
			first := a.TokenInput("layer0")
			a.AddToken(AddScalar(ZerosLike(x), float64(token)))
			second := a.ChannelInput("layer0")
			a.AddChannel(AddScalar(ZerosLike(x), float64(channel)))
			return []*Node{first, second, a.Output()}
		})(tensors.FromValue([]float32{x}))
		for i := range want {
			if got := outputs[i][0]; got != want[i] {
				t.Errorf("without %q: average %d is %g, want %g", without, i, got, want[i])
			}
		}
		for path := range graphtest.Parameters(store) {
			if without != "" && strings.HasSuffix(path, "/"+string(without)) {
				t.Errorf("without %q there is a variable %s", without, path)
			}
		}
	}
}

// TestUniformAveraging checks that the averages start as means of their terms.
func TestUniformAveraging(t *testing.T) {
	for without, want := range map[mixer.Weight]float32{"": (1 + 100 + 1) / 3.0, mixer.Theta: 1, mixer.Gamma: (1 + 100) / 2.0} {
		got := graphtest.Compile1(t, model.NewStore(), func(scope *model.Scope, x *Node) *Node {
			a := mixer.NewAverage(scope, mixer.AveragingUniform, x).Without(without)
			a.TokenInput("layer0")
			a.AddToken(AddScalar(ZerosLike(x), 100.0))
			return a.ChannelInput("layer0")
		})(tensors.FromValue([]float32{1}))
		graphtest.Near(t, got, []float32{want}, tolerance)
	}
}

func TestWithoutNeedsSomethingToLeaveOut(t *testing.T) {
	for wanted, change := range map[string]func(c *mixer.Config){
		`did you mean "alpha"?`: func(c *mixer.Config) { c.Without = "alpa" },
		"has no weights":        func(c *mixer.Config) { c.Without, c.Averaging = mixer.Beta, mixer.AveragingPlain },
		"needs both a token":    func(c *mixer.Config) { c.Without, c.Channel.Kind = mixer.Gamma, mixer.None },
	} {
		c := stack(2, mixer.AveragingPaper)
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), wanted) {
			t.Errorf("%v, want %q", err, wanted)
		}
	}
}

// TestMambaStack checks section 3.3's other special case: with β = 0, the newest α = 1, every other α = 0
// and internal residuals, the channel mixers drop out and a plain residual Mamba stack is left.
func TestMambaStack(t *testing.T) {
	const layers = 2
	c := stack(layers, mixer.AveragingDenseFormer)
	x := graphtest.Normal(3, batch, length, width)
	store := model.NewStore()
	run := graphtest.Compile1(t, store, build(c))
	run(x) // creates the variables
	for i := range layers + 1 {
		name := fmt.Sprintf("/averaging/layer%d", i)
		if i == layers {
			name = "/averaging/output"
		}
		newest := make([]float32, i+1)
		newest[i] = 1
		for weight, values := range map[string][]float32{"/alpha": newest, "/beta": make([]float32, i+1)} {
			if err := store.GetVariable(name + weight).SetValue(tensors.FromValue(values)); err != nil {
				t.Fatal(err)
			}
		}
	}
	got := run(x)
	want := graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node {
		for i := range layers {
			token := scope.In("layer%d", i).In("token")
			normalized := c.Norm.Apply(token.In("norm"), x, mixer.Sequence.Token)
			x = Add(x, c.Token.Apply(token, normalized, mixer.Sequence.Token))
		}
		return x
	})(x)
	graphtest.Near(t, got, want, tolerance)
}

// TestWithoutChannelMixer checks that a stack without channel mixers averages tokens only and starts as
// the residual Mamba stack.
func TestWithoutChannelMixer(t *testing.T) {
	x := graphtest.Normal(4, batch, length, width)
	run := func(averaging mixer.Averaging) []float32 {
		c := stack(2, averaging)
		c.Channel.Kind = mixer.None
		return graphtest.Compile1(t, model.NewStore(), build(c))(x)
	}
	want := run(mixer.AveragingPlain)
	graphtest.Near(t, run(mixer.AveragingPaper), want, tolerance)
	graphtest.Near(t, run(mixer.AveragingDenseFormer), want, tolerance)
}
