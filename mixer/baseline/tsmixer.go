package baseline

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/batchnorm"
	"mambamixer/mixer/internal/dropout"
)

// TSMixer stacks perceptrons along time and along variates ("TSMixer: An All-MLP Architecture for Time Series
// Forecasting", Chen et al., TMLR 2023). On x [B, L, M] each block computes
//
//	x = x + time(norm(x))       Linear L -> L shared by the variates, ReLU
//	x = x + features(norm(x))   Linear M -> Hidden, ReLU, Linear back, shared by the time steps
//
// with dropout behind every linear layer, and one Linear L -> H makes the forecast. The norm is the authors' "2D"
// batch norm: a mean and a variance over the batch for each time step of each variate. Reversible instance
// normalization with learned scales surrounds the whole, as in the authors' tuned settings.
type TSMixer struct {
	Blocks  int     `json:"blocks"`
	Hidden  int     `json:"hidden"` // inner width of the perceptron along variates
	Dropout float64 `json:"dropout"`
}

// DefaultTSMixer has the authors' tuned setting for ETTm2, which SAMFormer's authors use for all ETT sets.
func DefaultTSMixer() TSMixer { return TSMixer{Blocks: 2, Hidden: 64, Dropout: 0.9} }

// Validate reports a size that is not positive and a dropout outside [0, 1).
func (c TSMixer) Validate(history, horizon, variates int) error {
	if err := checkPositive("tsmixer", size{"blocks", c.Blocks}, size{"hidden", c.Hidden}); err != nil {
		return err
	}
	if err := checkDropout("tsmixer", c.Dropout); err != nil {
		return err
	}
	return checkSizes("tsmixer", history, horizon, variates)
}

// Forecast builds the model: [B, L, M] -> [B, H, M].
//
// Variables below tsmixer: revin; block<i>/{time_norm, time, feature_norm, hidden, out}; head.
func (c TSMixer) Forecast(scope *model.Scope, x *Node, horizon int) *Node {
	if err := c.Validate(x.Shape().Dim(1), horizon, x.Shape().Dim(2)); err != nil {
		panic(err)
	}
	scope = scope.In("tsmixer")
	drop := func(x *Node) *Node { return dropout.Apply(scope, x, c.Dropout) }
	x, restore := revIN(scope.In("revin"), x, true)
	for i := range c.Blocks {
		block := scope.In("block%d", i)
		time := Transpose(norm2D(block.In("time_norm"), x), 1, 2) // [B, M, L]
		time = activation.Relu(kerasDense(block.In("time"), time, time.Shape().Dim(2)))
		x = Add(x, drop(Transpose(time, 1, 2)))

		features := norm2D(block.In("feature_norm"), x)
		features = drop(activation.Relu(kerasDense(block.In("hidden"), features, c.Hidden))) // [B, L, Hidden]
		x = Add(x, drop(kerasDense(block.In("out"), features, x.Shape().Dim(2))))
	}
	y := kerasDense(scope.In("head"), Transpose(x, 1, 2), horizon) // [B, M, H]
	return restore(Transpose(y, 1, 2))
}

// norm2D is batch normalization of x [B, L, M] with statistics, scale and bias for each of the L·M positions, and
// with Keras' constants.
func norm2D(scope *model.Scope, x *Node) *Node {
	dims := x.Shape().Dimensions
	flat := Reshape(x, dims[0], dims[1]*dims[2])
	return Reshape(batchnorm.Apply(scope, flat, 0.99, 1e-3), dims...)
}
