package vim2

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/ssm"
)

// channelMixer mixes the channels of x [B, H, W, C] by the mode of the configuration; the shape stays.
func (c Config) channelMixer(scope *model.Scope, s Stage, x *Node) *Node {
	switch c.ChannelMixer {
	case ChannelTranspose:
		return c.transposed(scope, s, x)
	case ChannelMLP:
		return s.perceptron(scope, x)
	}
	return c.alongChannels(scope, s, x)
}

// alongChannels is the mode ChannelPosition. The d values of a position are S = d/p steps of p features:
//
//	x̄, gate = Linear(x)                                     [B·H·W, S, p] each
//	y       = Σ over directions S6(SiLU(Conv(x̄))) ⊗ SiLU(gate)   (12)-(18)
//	out     = Linear(y)                                      [B, H, W, C]
//
// Variables: in_proj/weights [C, 2d]; forward/... and backward/..., see ssm.Directional; out_proj/weights [d, C].
func (c Config) alongChannels(scope *model.Scope, s Stage, x *Node) *Node {
	dims := x.Shape().Dimensions
	positions := dims[0] * dims[1] * dims[2]
	sequences := func(x *Node) *Node { return Reshape(x, positions, s.ChannelWidth/c.ChannelStep, c.ChannelStep) }
	xBar, gate := halves(ssm.Linear(scope.In("in_proj"), x, false, 2*s.ChannelWidth)) // [B, H, W, d] each
	u := sequences(xBar)
	y := ssm.Directional(scope, c.SSM, u, u, sequences(gate), !c.UnidirectionalChannel) // [B·H·W, S, p]
	return ssm.Linear(scope.In("out_proj"), Reshape(y, dims[0], dims[1], dims[2], s.ChannelWidth), false, s.Width)
}

// transposed is the mode ChannelTranspose: mixer.Mixer on C steps of H·W features, with the inner width H·W·d/C.
//
// Variables: those of mixer.Mixer.
func (c Config) transposed(scope *model.Scope, s Stage, x *Node) *Node {
	dims := x.Shape().Dimensions
	y := c.transposedMixer(s).Apply(scope, Reshape(x, dims[0], dims[1]*dims[2], s.Width), mixer.Sequence.Channel)
	return Reshape(y, dims...)
}

// transposedMixer is the mixer of the mode ChannelTranspose.
func (c Config) transposedMixer(s Stage) mixer.Mixer {
	return mixer.Mixer{Kind: mixer.Selective, Bidirectional: !c.UnidirectionalChannel, Expand: s.expansion(), SSM: c.SSM}
}

// expansion is d/C, at least 1.
func (s Stage) expansion() int { return max(1, s.ChannelWidth/s.Width) }

// perceptron is Linear, GELU, Linear on the channels of each position.
//
// Variables: hidden/{weights, bias}, out/{weights, bias}.
func (s Stage) perceptron(scope *model.Scope, x *Node) *Node {
	h := activation.Gelu(ssm.Linear(scope.In("hidden"), x, true, s.hidden()))
	return ssm.Linear(scope.In("out"), h, true, s.Width)
}

// hidden is 4d²/C, which gives the perceptron the weights of one with hidden width 4d on d values: the reading of
// ViM2-MLP that comes to the 40 million of Table 2.
func (s Stage) hidden() int { return 4 * s.ChannelWidth * s.ChannelWidth / s.Width }
