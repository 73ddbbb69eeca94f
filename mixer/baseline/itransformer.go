package baseline

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/attention"
	"mambamixer/mixer/internal/dropout"
)

// ITransformer is a Transformer whose tokens are the variates ("iTransformer: Inverted Transformers Are Effective for
// Time Series Forecasting", Liu et al., ICLR 2024): a linear layer embeds the L steps of a variate, layers with
// layer norm behind the residual sums let the variates attend to each other, and a linear layer maps each token to the
// horizon. Windows are normalized by their mean and deviation. The authors add tokens made of the calendar, which
// this model, like all others here, does not see.
type ITransformer struct {
	Layers  int     `json:"layers"`
	DModel  int     `json:"d_model"`
	Heads   int     `json:"heads"`
	Hidden  int     `json:"hidden"`  // inner width of the feed-forward part
	Dropout float64 `json:"dropout"` // of embedding, attention weights, attention output and feed-forward part
}

// DefaultITransformer has the given number of layers and width; heads and dropout are the same on every set.
func DefaultITransformer(layers, width int) ITransformer {
	return ITransformer{Layers: layers, DModel: width, Heads: 8, Hidden: width, Dropout: 0.1}
}

// Validate reports a size that is not positive and heads that don't divide d_model.
func (c ITransformer) Validate(history, horizon, variates int) error {
	if err := checkEncoder("itransformer", c.Layers, c.DModel, c.Hidden, c.Dropout); err != nil {
		return err
	}
	if err := checkHeads("itransformer", c.DModel, c.Heads); err != nil {
		return err
	}
	return checkSizes("itransformer", history, horizon, variates)
}

// Forecast builds the model: [B, L, M] -> [B, H, M].
//
// Variables below itransformer: embedding; layer<i>/{attention, mixer_norm, ffn, ffn_norm}; norm; head.
func (c ITransformer) Forecast(scope *model.Scope, x *Node, horizon int) *Node {
	if err := c.Validate(x.Shape().Dim(1), horizon, x.Shape().Dim(2)); err != nil {
		panic(err)
	}
	scope = scope.In("itransformer")
	attend := attention.Self{Heads: c.Heads, Width: c.DModel, Dropout: c.Dropout}
	return overVariates(scope, x, horizon, c.DModel, c.Dropout, func(tokens *Node) *Node {
		for i := range c.Layers {
			layer := scope.In("layer%d", i)
			mixed, _ := attend.Apply(layer.In("attention"), tokens, nil)
			mixed = dropout.Apply(scope, mixed, c.Dropout)
			tokens = encoderLayer(layer, tokens, mixed, layerNorm, c.Hidden, c.Dropout)
		}
		return tokens
	})
}

// overVariates wraps an encoder of variate tokens [B, M, D]: normalization of the window, embedding of the L steps of
// each variate, the encoder, layer norm, a linear head, and the normalization undone.
func overVariates(scope *model.Scope, x *Node, horizon, width int, rate float64, encoder func(tokens *Node) *Node) *Node {
	x, restore := revIN(scope, x, false)
	tokens := torchLinear(scope.In("embedding"), Transpose(x, 1, 2), width) // [B, M, D]
	tokens = encoder(dropout.Apply(scope, tokens, rate))
	y := torchLinear(scope.In("head"), layerNorm(scope.In("norm"), tokens), horizon) // [B, M, H]
	return restore(Transpose(y, 1, 2))
}
