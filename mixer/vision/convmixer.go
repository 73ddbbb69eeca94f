package vision

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/activation"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/batchnorm"
	"mambamixer/mixer/internal/image"
	"mambamixer/ssm"
)

// ConvMixer keeps one resolution and mixes places by depthwise and channels by pointwise convolutions ("Patches Are All
// You Need?", Trockman and Kolter, TMLR 2023), h = GELU and batch norm:
//
//	x = h(Linear(patches))
//	x = h(Linear(x + h(DWConv(x))))     Depth times
type ConvMixer struct {
	Patch  int `json:"patch"`
	Width  int `json:"width"`
	Depth  int `json:"depth"`
	Kernel int `json:"kernel"` // of the depthwise convolutions
}

// ConvMixer768 is ConvMixer-768/32 of the paper's tables.
func ConvMixer768() ConvMixer { return ConvMixer{Patch: 7, Width: 768, Depth: 32, Kernel: 7} }

// Validate reports a size that is not positive.
func (c ConvMixer) Validate(height, width int) error {
	return check("convmixer", 0, size{"image height", height}, size{"image width", width}, size{"patch", c.Patch},
		size{"width", c.Width}, size{"depth", c.Depth}, size{"kernel", c.Kernel})
}

// Logits builds the model: [B, H, W, C] -> [B, classes].
//
// Variables below convmixer: embedding/{proj, norm}; layer<i>/{depthwise, depthwise_norm, pointwise, pointwise_norm}; head.
func (c ConvMixer) Logits(scope *model.Scope, images *Node, classes int) *Node {
	mustFit(c, images)
	scope = scope.In("convmixer")
	h := func(scope *model.Scope, x *Node) *Node { return batchnorm.Torch(scope, activation.Gelu(x)) }
	embedding := scope.In("embedding")
	x := h(embedding.In("norm"), ssm.Linear(embedding.In("proj"), image.Patches(images, c.Patch), true, c.Width))
	for i := range c.Depth {
		layer := scope.In("layer%d", i)
		mixed := ssm.DepthwiseConv2D(layer.In("depthwise"), x, c.Kernel, ssm.ConvOptions{})
		x = Add(x, h(layer.In("depthwise_norm"), mixed))
		x = h(layer.In("pointwise_norm"), ssm.Linear(layer.In("pointwise"), x, true, c.Width))
	}
	return image.Head(scope.In("head"), x, classes)
}
