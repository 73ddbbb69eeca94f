package mixer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/graphtest"
	"mambamixer/ssm"
)

const (
	batch, length, width = 2, 9, 6 // B, L, D
	tolerance            = 1e-5    // float32
)

func selective(bidirectional bool) mixer.Mixer {
	return mixer.Mixer{Kind: mixer.Selective, Bidirectional: bidirectional, Expand: 2, SSM: ssm.DefaultConfig()}
}

func kind(k mixer.Kind) mixer.Mixer { return mixer.Mixer{Kind: k, Expand: 2} }

// perturb returns a copy of x [B, L, D] with 1 added at one place of every sequence.
func perturb(x *tensors.Tensor, axes mixer.Axes, position int) *tensors.Tensor {
	values := slices.Clone(tensors.MustCopyFlatData[float32](x))
	for i := range values {
		if place(i, axes.Sequence) == position {
			values[i]++
		}
	}
	return tensors.FromFlatDataAndDimensions(values, x.Shape().Dimensions...)
}

// place is the index along an axis of flat element i of [B, L, D].
func place(i, axis int) int {
	if axis == 1 {
		return i / width % length
	}
	return i % width
}

// TestReach changes one position of the sequence and looks which positions of the output change.
func TestReach(t *testing.T) {
	tokens, channels := mixer.Sequence.Token, mixer.Sequence.Channel
	const changed = 3
	all := func(int) bool { return true }
	future := func(p int) bool { return p >= changed }
	itself := func(p int) bool { return p == changed }
	for _, test := range []struct {
		name    string
		mixer   mixer.Mixer
		axes    mixer.Axes
		reaches func(position int) bool
	}{
		{"token mixer is causal", selective(false), tokens, future},
		{"bidirectional token mixer sees every token", selective(true), tokens, all},
		{"channel mixer sees every channel", selective(true), channels, all},
		{"unidirectional channel mixer sees earlier channels", selective(false), channels, future},
		{"gated mixer moves nothing between tokens", kind(mixer.Gated), tokens, itself},
		{"MLP mixer sees every token", kind(mixer.MLP), tokens, all},
		{"MLP mixer sees every channel", kind(mixer.MLP), channels, all},
		{"linear mixer sees every token", mixer.Mixer{Kind: mixer.Linear}, tokens, all},
	} {
		t.Run(test.name, func(t *testing.T) {
			run := graphtest.Compile1(t, model.NewStore(), func(scope *model.Scope, x *Node) *Node { return test.mixer.Apply(scope, x, test.axes) })
			x := graphtest.Normal(1, batch, length, width)
			before, after := run(x), run(perturb(x, test.axes, changed))
			moved := map[int]bool{}
			for i := range before {
				if before[i] != after[i] {
					moved[place(i, test.axes.Sequence)] = true
				}
			}
			for p := range x.Shape().Dim(test.axes.Sequence) {
				if moved[p] != test.reaches(p) {
					t.Errorf("position %d changed: %v, want %v", p, moved[p], test.reaches(p))
				}
			}
		})
	}
}

// TestAxes checks that a mixer on any axes is the mixer on the transposed tensor.
func TestAxes(t *testing.T) {
	m := selective(true)
	x := graphtest.Normal(2, 2, 3, 4, 5)
	outputs := graphtest.Compile(t, model.NewStore(), func(scope *model.Scope, x *Node) []*Node {
		got := m.Apply(scope, x, mixer.Axes{Sequence: 1, Feature: 3})
		sequences := Reshape(TransposeAllAxes(x, 0, 2, 1, 3), 8, 3, 5)
		want := m.Apply(scope.Store().RootScope(), sequences, mixer.Axes{Sequence: 1, Feature: 2})
		return []*Node{got, TransposeAllAxes(Reshape(want, 2, 4, 3, 5), 0, 2, 1, 3)}
	})(x)
	graphtest.Near(t, outputs[0], outputs[1], tolerance)
}

// TestNorm checks the mean and variance of what a norm returns, over the axes it is to normalize.
func TestNorm(t *testing.T) {
	for norm, groups := range map[mixer.Norm]int{mixer.Norm2D: batch, mixer.NormFeature: batch * length} {
		y := graphtest.Compile1(t, model.NewStore(), func(scope *model.Scope, x *Node) *Node {
			return norm.Apply(scope, AddScalar(MulScalar(x, 3.0), 7.0), mixer.Sequence.Token)
		})(graphtest.Normal(3, batch, length, width))
		for group := range slices.Chunk(y, len(y)/groups) {
			var sum, squares float64
			for _, v := range group {
				sum += float64(v)
				squares += float64(v) * float64(v)
			}
			n := float64(len(group))
			if mean, variance := sum/n, squares/n; mean*mean > 1e-10 || (variance-1)*(variance-1) > 1e-8 {
				t.Errorf("norm %q: mean %g and variance %g, want 0 and 1", norm, mean, variance)
			}
		}
	}
}

// linear is x·w + b on the last axis with the weights that ssm.Linear made below path.
func linear(scope *model.Scope, x *Node, path string, bias bool) *Node {
	y := Einsum("bsf,fo->bso", x, scope.Store().GetVariable(path+"/weights").NodeValue(x))
	if bias {
		y = Add(y, ExpandLeftToRank(scope.Store().GetVariable(path+"/bias").NodeValue(x), y.Rank()))
	}
	return y
}

// TestMLPMixer checks section 3.3's special case: without S6 and conv the block is MLP-Mixer, written
// out here as y = x + MLP along one axis, y + MLP along the other, with LayerNorm before each.
func TestMLPMixer(t *testing.T) {
	layerNorm := func(x *Node) *Node {
		centred := Sub(x, ReduceAndKeep(x, ReduceMean, 2))
		return Div(centred, Sqrt(AddScalar(ReduceAndKeep(Square(centred), ReduceMean, 2), 1e-5)))
	}
	perceptron := func(scope *model.Scope, x *Node, path string) *Node {
		return linear(scope, activation.Gelu(linear(scope, x, path+"/hidden", true)), path+"/out", true)
	}
	gated := func(scope *model.Scope, x *Node, path string) *Node {
		halves := Split(linear(scope, x, path+"/in_proj", false), 2, 2)
		return linear(scope, Mul(activation.Swish(halves[0]), activation.Swish(halves[1])), path+"/out_proj", false)
	}
	transpose := func(x *Node) *Node { return Transpose(x, 1, 2) }
	for _, test := range []struct {
		kind mixer.Kind
		want func(scope *model.Scope, x *Node) *Node
	}{
		{mixer.MLP, func(scope *model.Scope, x *Node) *Node { // the token mixer's MLP runs along tokens
			x = Add(x, transpose(perceptron(scope, transpose(layerNorm(x)), "/layer0/token")))
			return Add(x, perceptron(scope, layerNorm(x), "/layer0/channel"))
		}},
		{mixer.Gated, func(scope *model.Scope, x *Node) *Node { // here each runs along the other axis
			x = Add(x, gated(scope, layerNorm(x), "/layer0/token"))
			return Add(x, transpose(gated(scope, transpose(layerNorm(x)), "/layer0/channel")))
		}},
	} {
		t.Run(string(test.kind), func(t *testing.T) {
			c := mixer.Config{Layers: 1, Token: kind(test.kind), Channel: kind(test.kind), Averaging: mixer.AveragingPlain, Norm: mixer.NormFeature}
			outputs := graphtest.Compile(t, model.NewStore(), func(scope *model.Scope, x *Node) []*Node {
				return []*Node{mixer.Block(scope, c, mixer.Sequence, x).Output, test.want(scope, x)}
			})(graphtest.Normal(4, batch, length, width))
			graphtest.Near(t, outputs[0], outputs[1], tolerance)
		})
	}
}

func TestValidate(t *testing.T) {
	valid := mixer.Config{Layers: 2, Token: selective(false), Channel: selective(true), Averaging: mixer.AveragingPaper, Norm: mixer.Norm2D}
	if err := valid.Validate(); err != nil {
		t.Errorf("a valid configuration is refused: %v", err)
	}
	for want, change := range map[string]func(c *mixer.Config){
		"layers is -1":                       func(c *mixer.Config) { c.Layers = -1 },
		"dropout is 1":                       func(c *mixer.Config) { c.Dropout = 1 },
		"token mixer expand is 0":            func(c *mixer.Config) { c.Token.Expand = 0 },
		`did you mean "selective"?`:          func(c *mixer.Config) { c.Channel.Kind = "selektive" },
		`averaging is "densformer"`:          func(c *mixer.Config) { c.Averaging = "densformer" },
		`norm is "3d"`:                       func(c *mixer.Config) { c.Norm = "3d" },
		`did you mean "denseformer"?`:        func(c *mixer.Config) { c.Averaging = "densformer" },
		"token mixer ssm state_size is 0":    func(c *mixer.Config) { c.Token.SSM.StateSize = 0 },
		"channel mixer ssm conv_width is -1": func(c *mixer.Config) { c.Channel.SSM.ConvWidth = -1 },
		"dt_rank is -1":                      func(c *mixer.Config) { c.Token.SSM.DtRank = -1 },
		"dt_min and dt_max are 0.1 and 0.01": func(c *mixer.Config) { c.Token.SSM.DtMin, c.Token.SSM.DtMax = 0.1, 0.01 },
		`did you mean "zoh"?`:                func(c *mixer.Config) { c.Token.SSM.Discretization = "zho" },
		`did you mean "sequential"?`:         func(c *mixer.Config) { c.Token.SSM.Method = "sequentiel" },
		`"selective", "gated", "mlp",`:       func(c *mixer.Config) { c.Token.Kind = "" },
	} {
		c := valid
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %q, want it to say %q", fmt.Sprint(err), want)
		}
	}
}
