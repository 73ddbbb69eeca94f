package baseline

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/ssm"
)

// SMamba is iTransformer with two Mamba blocks in place of the attention ("Is Mamba Effective for Time Series
// Forecasting?", Wang et al., arXiv 2403.11144): one reads the variates in the order of the data set, one in the
// opposite order, and their outputs are added. The feed-forward part encodes time, for a token holds the whole
// history of a variate. As in iTransformer the authors' tokens of the calendar are left out.
type SMamba struct {
	Layers  int        `json:"layers"`
	DModel  int        `json:"d_model"` // also the inner width of the Mamba blocks: no expansion
	Hidden  int        `json:"hidden"`  // inner width of the feed-forward part
	Dropout float64    `json:"dropout"` // of embedding and feed-forward part
	SSM     ssm.Config `json:"ssm"`     // dt_rank 0 is Mamba's ⌈d_model/16⌉
}

// DefaultSMamba has the given number of layers, width and state size; the rest is the same on every set.
func DefaultSMamba(layers, width, state int) SMamba {
	config := ssm.DefaultConfig()
	config.StateSize, config.ConvWidth = state, 2
	return SMamba{Layers: layers, DModel: width, Hidden: width, Dropout: 0.1, SSM: config}
}

// Validate reports a field that has no meaning.
func (c SMamba) Validate(history, horizon, variates int) error {
	if err := checkEncoder("smamba", c.Layers, c.DModel, c.Hidden, c.Dropout); err != nil {
		return err
	}
	if err := c.SSM.Validate("smamba: ssm"); err != nil {
		return err
	}
	return checkSizes("smamba", history, horizon, variates)
}

// Forecast builds the model: [B, L, M] -> [B, H, M].
//
// Variables below smamba: embedding; layer<i>/{forward, backward, mixer_norm, ffn, ffn_norm}; norm; head.
func (c SMamba) Forecast(scope *model.Scope, x *Node, horizon int) *Node {
	if err := c.Validate(x.Shape().Dim(1), horizon, x.Shape().Dim(2)); err != nil {
		panic(err)
	}
	scope = scope.In("smamba")
	return overVariates(scope, x, horizon, c.DModel, c.Dropout, func(tokens *Node) *Node {
		for i := range c.Layers {
			layer := scope.In("layer%d", i)
			mixed := Add(
				c.mamba(layer.In("forward"), tokens, false),
				c.mamba(layer.In("backward"), tokens, true))
			tokens = encoderLayer(layer, tokens, mixed, layerNorm, c.Hidden, c.Dropout)
		}
		return tokens
	})
}

// mamba is Mamba's block (Gu and Dao, 2023) on tokens x [B, M, D], read from the end with reverse:
//
//	out = Linear(S6(SiLU(Conv(Linear(x)))) ⊗ SiLU(Linear(x)))
//
// Variables: in_proj/weights [D, 2D], conv, s6, out_proj/weights [D, D].
func (c SMamba) mamba(scope *model.Scope, x *Node, reverse bool) *Node {
	config := c.SSM
	if config.DtRank == 0 {
		config.DtRank = (c.DModel + 15) / 16
	}
	projected := ssm.Linear(scope.In("in_proj"), x, false, 2*c.DModel) // [B, M, 2D]
	gate := SliceAxis(projected, -1, AxisRangeToEnd(c.DModel))
	u := ssm.DepthwiseConv1D(scope.In("conv"), SliceAxis(projected, -1, AxisRangeFromStart(c.DModel)), config.ConvWidth,
		ssm.ConvOptions{Reverse: reverse, SiLU: true, Method: config.Method}) // [B, M, D]
	y := ssm.S6(scope.In("s6"), config, u, u, gate, reverse)
	return ssm.Linear(scope.In("out_proj"), y, false, c.DModel)
}
