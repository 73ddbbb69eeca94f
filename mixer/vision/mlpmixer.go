package vision

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/image"
	"mambamixer/ssm"
)

// MLPMixer mixes S patches and C channels by perceptrons in turn ("MLP-Mixer: An all-MLP Architecture for Vision",
// Tolstikhin et al., NeurIPS 2021):
//
//	x = x + perceptron(LayerNorm(x)ᵀ)ᵀ   along the patches, hidden width TokenHidden
//	x = x + perceptron(LayerNorm(x))     along the channels, hidden width ChannelHidden
//
// A LayerNorm, the mean over the patches and a linear map make the logits. The number of patches is in the weights, so
// the size of the images is fixed.
type MLPMixer struct {
	ImageSize     int     `json:"image_size"` // side of the images, in pixels
	Patch         int     `json:"patch"`
	Width         int     `json:"width"`
	Depth         int     `json:"depth"`
	TokenHidden   int     `json:"token_hidden"`
	ChannelHidden int     `json:"channel_hidden"`
	DropPath      float64 `json:"drop_path"`
}

// MixerB16 is Mixer-B/16 of the paper's tables.
func MixerB16() MLPMixer {
	return MLPMixer{ImageSize: 224, Patch: 16, Width: 768, Depth: 12, TokenHidden: 384, ChannelHidden: 3072}
}

// Validate reports a size that is not positive, and images of another size than the model's.
func (c MLPMixer) Validate(height, width int) error {
	if height != c.ImageSize || width != c.ImageSize {
		return fmt.Errorf("mlpmixer: image_size is %d and the images are %d x %d: the model is made for one size of images; set image_size to it", c.ImageSize, height, width)
	}
	return check("mlpmixer", c.DropPath, size{"image_size", c.ImageSize}, size{"patch", c.Patch}, size{"width", c.Width},
		size{"depth", c.Depth}, size{"token_hidden", c.TokenHidden}, size{"channel_hidden", c.ChannelHidden})
}

// Logits builds the model: [B, H, W, C] -> [B, classes].
//
// Variables below mlpmixer: embedding; layer<i>/{token, channel}/{norm, hidden, out}; norm; head.
func (c MLPMixer) Logits(scope *model.Scope, images *Node, classes int) *Node {
	mustFit(c, images)
	scope = scope.In("mlpmixer")
	x := tokens(scope.In("embedding"), images, c.Patch, c.Width) // [B, S, C]
	places := x.Shape().Dim(1)
	for i := range c.Depth {
		layer, drop := scope.In("layer%d", i), image.DropRate(c.DropPath, i, c.Depth)
		token, channel := layer.In("token"), layer.In("channel")
		across := Transpose(image.LayerNorm(token.In("norm"), x), 1, 2) // [B, C, S]
		x = Add(x, image.DropPath(token, Transpose(perceptron(token, across, c.TokenHidden, places), 1, 2), drop))
		x = Add(x, image.DropPath(channel, perceptron(channel, image.LayerNorm(channel.In("norm"), x), c.ChannelHidden, c.Width), drop))
	}
	x = image.LayerNorm(scope.In("norm"), x)
	return ssm.Linear(scope.In("head"), ReduceMean(x, 1), true, classes)
}

// perceptron is Linear, GELU, Linear on the last axis.
//
// Variables: hidden, out, each with weights and bias.
func perceptron(scope *model.Scope, x *Node, hidden, out int) *Node {
	return ssm.Linear(scope.In("out"), activation.Gelu(ssm.Linear(scope.In("hidden"), x, true, hidden)), true, out)
}

// tokens makes a vector of each patch: [B, H, W, C] -> [B, S, width].
//
// Variables: weights, bias.
func tokens(scope *model.Scope, images *Node, patch, width int) *Node {
	x := ssm.Linear(scope, image.Patches(images, patch), true, width)
	return Reshape(x, x.Shape().Dim(0), x.Shape().Dim(1)*x.Shape().Dim(2), width)
}
