package baseline

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/attention"
)

// Transformer is one attention layer across variates and a linear head ("SAMformer: Unlocking the Potential of
// Transformers in Time Series Forecasting with Sharpness-Aware Minimization and Channel-Wise Attention", Ilbert et
// al., ICML 2024). The L steps of a variate are its token:
//
//	x = x + attention(x)     over the M variates, one head, queries, keys and values of width DModel
//	y = Linear L -> H        shared by the variates
//
// There is no feed-forward part, no norm layer, no dropout and no position code. SAMFormer is this network with
// reversible instance normalization, trained by sharpness-aware minimization (see train.Config).
type Transformer struct {
	DModel int  `json:"d_model"` // width of queries, keys and values
	RevIN  bool `json:"revin"`   // reversible instance normalization with learned scales
}

// DefaultTransformer is the network that SAMFormer is compared with.
func DefaultTransformer() Transformer { return Transformer{DModel: 16} }

// DefaultSAMFormer is SAMFormer's network.
func DefaultSAMFormer() Transformer { return Transformer{DModel: 16, RevIN: true} }

// Validate reports a size that is not positive.
func (c Transformer) Validate(history, horizon, variates int) error {
	if err := checkPositive("transformer", size{"d_model", c.DModel}); err != nil {
		return err
	}
	return checkSizes("transformer", history, horizon, variates)
}

// Forecast builds the model: [B, L, M] -> [B, H, M].
//
// Variables below transformer: revin; attention/{query, key, value, out}; head.
func (c Transformer) Forecast(scope *model.Scope, x *Node, horizon int) *Node {
	if err := c.Validate(x.Shape().Dim(1), horizon, x.Shape().Dim(2)); err != nil {
		panic(err)
	}
	scope = scope.In("transformer")
	restore := func(y *Node) *Node { return y }
	if c.RevIN {
		x, restore = revIN(scope.In("revin"), x, true)
	}
	tokens := Transpose(x, 1, 2) // [B, M, L]
	attend := attention.Self{Heads: 1, Width: c.DModel, Inputs: kerasHead, Output: kerasDense}
	attended, _ := attend.Apply(scope.In("attention"), tokens, nil)
	y := kerasDense(scope.In("head"), Add(tokens, attended), horizon) // [B, M, H]
	return restore(Transpose(y, 1, 2))
}
