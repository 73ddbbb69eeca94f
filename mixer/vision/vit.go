package vision

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/attention"
	"mambamixer/mixer/internal/image"
)

// ViT is the Transformer on patches and a class token ("An Image is Worth 16x16 Words", Dosovitskiy et al., ICLR 2021), in
// the form of DeiT (Touvron et al., ICML 2021), without its distillation token:
//
//	x = x + attention(LayerNorm(x))
//	x = x + perceptron(LayerNorm(x))    hidden width 4C
//
// Linear layers start as torch's do, where DeiT draws from a normal distribution of deviation 0.02.
type ViT struct {
	ImageSize int     `json:"image_size"` // side of the images whose positions are learned; others are interpolated
	Patch     int     `json:"patch"`
	Width     int     `json:"width"` // C
	Depth     int     `json:"depth"`
	Heads     int     `json:"heads"`
	DropPath  float64 `json:"drop_path"`
}

// DeiTS is DeiT-S of the paper's tables.
func DeiTS() ViT {
	return ViT{ImageSize: 224, Patch: 16, Width: 384, Depth: 12, Heads: 6, DropPath: 0.1}
}

// Validate reports a size that is not positive, and heads that don't divide the width.
func (c ViT) Validate(height, width int) error {
	if c.Heads < 1 || c.Width%c.Heads != 0 {
		return fmt.Errorf("vit: heads is %d with width %d: use a number of heads that divides the width", c.Heads, c.Width)
	}
	return check("vit", c.DropPath, size{"image height", height}, size{"image width", width}, size{"image_size", c.ImageSize},
		size{"patch", c.Patch}, size{"width", c.Width}, size{"depth", c.Depth})
}

// Logits builds the model: [B, H, W, C] -> [B, classes].
//
// Variables below vit: those of the sequence; layer<i>/{attention, perceptron}/..., each with a norm; norm; head.
func (c ViT) Logits(scope *model.Scope, images *Node, classes int) *Node {
	mustFit(c, images)
	scope = scope.In("vit")
	x, class := sequence{patch: c.Patch, width: c.Width, grid: image.Side(c.ImageSize, c.Patch)}.apply(scope, images)
	attend := attention.Self{Heads: c.Heads, Width: c.Width}
	for i := range c.Depth {
		layer, drop := scope.In("layer%d", i), image.DropRate(c.DropPath, i, c.Depth)
		mixing, hidden := layer.In("attention"), layer.In("perceptron")
		y, _ := attend.Apply(mixing, image.LayerNorm(mixing.In("norm"), x), nil)
		x = Add(x, image.DropPath(mixing, y, drop))
		x = Add(x, image.DropPath(hidden, perceptron(hidden, image.LayerNorm(hidden.In("norm"), x), 4*c.Width, c.Width), drop))
	}
	return classify(scope, x, class, classes)
}
