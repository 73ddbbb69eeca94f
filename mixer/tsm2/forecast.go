package tsm2

import (
	"errors"
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/dropout"
	"mambamixer/ssm"
)

// layout of [B, M, P, D]: the token axis is time, the channel axis the variates; both mix vectors of width D.
var layout = mixer.Layout{
	Token:   mixer.Axes{Sequence: 2, Feature: 3},
	Channel: mixer.Axes{Sequence: 1, Feature: 3},
}

// Outputs of the model: the forecast, and what was computed on the way.
type Outputs struct {
	Prediction *Node // [B, H, M]

	Patches   *Node            // [B, M, P, p], normalized
	Embedding *Node            // [B, M, P, D]
	Tokens    []*Node          // y_Token of each layer, [B, M, P, D]
	Channels  []*Node          // y_Channel of each layer, [B, M, P, D]
	Weights   map[string]*Node // averaging weights by path, such as "layer0/alpha"
	PreHead   *Node            // [B, M, P, D], what the head flattens, without its dropout
}

// Forecast builds the model on x [B, L, M] and predicts the next horizon steps. Dropout acts in
// training only. It panics with Validate's sentence when configuration and shapes don't fit.
func Forecast(scope *model.Scope, c Config, x *Node, horizon int) Outputs {
	return ForecastKnowing(scope, c, x, Known{}, horizon)
}

// ForecastKnowing is Forecast with what is known besides the history: equation (24). The history's patches are then followed by
// those of what is known, see [Known].
func ForecastKnowing(scope *model.Scope, c Config, x *Node, known Known, horizon int) Outputs {
	batch, history, variates := x.Shape().Dim(0), x.Shape().Dim(1), x.Shape().Dim(2)
	if err := errors.Join(c.Validate(history, horizon, variates), known.check(batch, variates)); err != nil {
		panic(err)
	}
	scope = scope.In("tsm2")
	order := c.variateOrder(variates)
	normalized, restore := c.InstanceNorm.normalize(order.along(x, 2))
	input := c.informed(scope, Transpose(normalized, 1, 2), order.known(known)) // [B, M, L], and more where more is known

	var out Outputs
	out.Patches = c.patches(input)                              // [B, M, P, p]
	out.Embedding = c.embed(scope.In("embedding"), out.Patches) // [B, M, P, D]
	embedded := dropout.Apply(scope, out.Embedding, c.Dropout)  // [B, M, P, D]
	mixed := mixer.Block(scope, c.block(), layout, embedded)    // [B, M, P, D]
	out.Tokens, out.Channels, out.Weights = mixed.Tokens, mixed.Channels, mixed.Weights

	out.PreHead = mixed.Output
	if c.FinalNorm {
		out.PreHead = c.Norm.Apply(scope.In("final_norm"), out.PreHead, layout.Token)
	}
	flat := Reshape(out.PreHead, batch, variates, c.Patches(input.Shape().Dim(2))*c.DModel) // [B, M, P·D]
	flat = dropout.Apply(scope, flat, c.HeadDropout)
	y := c.head(scope.In("head"), flat, horizon)             // [B, M, H]
	out.Prediction = order.undo(restore(Transpose(y, 1, 2))) // [B, H, M]
	return out
}

// embed maps each patch to a vector of width D.
func (c Config) embed(scope *model.Scope, patches *Node) *Node {
	if c.Embedding == EmbeddingLinear {
		return ssm.Linear(scope, patches, true, c.DModel)
	}
	weights := ssm.Param(scope, patches.Graph(), "weights", ssm.Orthogonal(), c.PatchLength, c.DModel)
	return ssm.Affine(patches, weights, nil)
}

// head maps the flattened features x [B, M, P·D] to the horizon.
func (c Config) head(scope *model.Scope, x *Node, horizon int) *Node {
	features := x.Shape().Dim(-1)
	bound := c.HeadInitScale / math.Sqrt(float64(features))
	weights := ssm.Param(scope, x.Graph(), "weights", ssm.Uniform(-bound, bound), features, horizon)
	var bias *Node
	if c.HeadBias {
		bias = ssm.Param(scope, x.Graph(), "bias", ssm.Uniform(-bound, bound), horizon)
	}
	return ssm.Affine(x, weights, bias)
}
