package baseline

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/attention"
	"mambamixer/mixer/internal/batchnorm"
	"mambamixer/mixer/internal/dropout"
	"mambamixer/mixer/internal/window"
	"mambamixer/ssm"
)

// PatchTST is a Transformer over the patches of each variate ("A Time Series is Worth 64 Words", Nie et al., ICLR
// 2023). Variates share all weights and don't see each other. As in the authors' code the last value is repeated
// PatchStride times before patches are cut, positions are learned, layers have batch norm behind the residual sums,
// each layer adds its attention scores to those of the layer before, and a linear head reads all patches at once.
// Reversible instance normalization without learned scales surrounds the whole.
type PatchTST struct {
	PatchLength int     `json:"patch_length"`
	PatchStride int     `json:"patch_stride"`
	Layers      int     `json:"layers"`
	DModel      int     `json:"d_model"`
	Heads       int     `json:"heads"`
	Hidden      int     `json:"hidden"`  // inner width of the feed-forward part
	Dropout     float64 `json:"dropout"` // of embedding, attention output and feed-forward part
}

// DefaultPatchTST is the size for larger sets: with history 512, PatchTST/64.
func DefaultPatchTST() PatchTST {
	return PatchTST{PatchLength: 16, PatchStride: 8, Layers: 3, DModel: 128, Heads: 16, Hidden: 256, Dropout: 0.2}
}

// SmallPatchTST is the reduced size that the authors use on ETTh1, ETTh2 and ILI against over-fitting.
func SmallPatchTST() PatchTST {
	return PatchTST{PatchLength: 16, PatchStride: 8, Layers: 3, DModel: 16, Heads: 4, Hidden: 128, Dropout: 0.3}
}

// Validate reports a size that is not positive, heads that don't divide d_model, and patches that don't fit.
func (c PatchTST) Validate(history, horizon, variates int) error {
	if c.PatchStride < 1 || c.PatchStride > c.PatchLength || c.PatchLength > history {
		return fmt.Errorf("patchtst: patch_length is %d and patch_stride %d with a history of %d steps: a patch must not be longer than the history, and the stride not larger than the patch",
			c.PatchLength, c.PatchStride, history)
	}
	if err := checkEncoder("patchtst", c.Layers, c.DModel, c.Hidden, c.Dropout); err != nil {
		return err
	}
	if err := checkHeads("patchtst", c.DModel, c.Heads); err != nil {
		return err
	}
	return checkSizes("patchtst", history, horizon, variates)
}

// Patches is the number of patches of a history, the one made of repeated values included.
func (c PatchTST) Patches(history int) int { return (history-c.PatchLength)/c.PatchStride + 2 }

// Forecast builds the model: [B, L, M] -> [B, H, M].
//
// Variables below patchtst: embedding; position [P, D]; layer<i>/{attention, mixer_norm, ffn, ffn_norm}; head.
func (c PatchTST) Forecast(scope *model.Scope, x *Node, horizon int) *Node {
	batch, history, variates := x.Shape().Dim(0), x.Shape().Dim(1), x.Shape().Dim(2)
	if err := c.Validate(history, horizon, variates); err != nil {
		panic(err)
	}
	scope = scope.In("patchtst")
	drop := func(x *Node) *Node { return dropout.Apply(scope, x, c.Dropout) }
	x, restore := revIN(scope, x, false)
	count := c.Patches(history)
	patches := window.Patches(Transpose(x, 1, 2), c.PatchLength, c.PatchStride, count) // [B, M, P, p]

	tokens := torchLinear(scope.In("embedding"), Reshape(patches, batch*variates, count, c.PatchLength), c.DModel) // [B·M, P, D]
	position := ssm.Param(scope, x.Graph(), "position", ssm.Uniform(-0.02, 0.02), count, c.DModel)
	tokens = drop(Add(tokens, ExpandLeftToRank(position, 3)))
	attend := attention.Self{Heads: c.Heads, Width: c.DModel}
	var scores *Node
	for i := range c.Layers {
		layer := scope.In("layer%d", i)
		var mixed *Node
		mixed, scores = attend.Apply(layer.In("attention"), tokens, scores)
		tokens = encoderLayer(layer, tokens, drop(drop(mixed)), batchnorm.Torch, c.Hidden, c.Dropout) // the authors drop twice
	}
	// The authors flatten feature by feature, not patch by patch: the same head with its inputs in another order.
	y := torchLinear(scope.In("head"), Reshape(tokens, batch, variates, count*c.DModel), horizon) // [B, M, H]
	return restore(Transpose(y, 1, 2))
}
