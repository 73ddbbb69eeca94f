package vision

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/image"
	"mambamixer/ssm"
)

// Vim runs Mamba blocks in both directions over patches row by row, with a class token in their middle ("Vision Mamba",
// Zhu et al., ICML 2024): x = x + mamba(LayerNorm(x)). As in the authors' code the directions share projections and gate.
// The norm is LayerNorm, where the authors take RMSNorm.
type Vim struct {
	ImageSize int        `json:"image_size"` // side of the images whose positions are learned; others are interpolated
	Patch     int        `json:"patch"`
	Width     int        `json:"width"` // C; the blocks are twice as wide inside
	Depth     int        `json:"depth"`
	SSM       ssm.Config `json:"ssm"`
	DropPath  float64    `json:"drop_path"`
}

// VimT is Vim-T, ViM-T in the paper's tables.
func VimT() Vim {
	return Vim{ImageSize: 224, Patch: 16, Width: 192, Depth: 24, SSM: ssm.DefaultConfig(), DropPath: 0.1}
}

// Validate reports a field that has no meaning.
func (c Vim) Validate(height, width int) error {
	if err := check("vim", c.DropPath, size{"image height", height}, size{"image width", width}, size{"image_size", c.ImageSize},
		size{"patch", c.Patch}, size{"width", c.Width}, size{"depth", c.Depth}); err != nil {
		return err
	}
	if err := c.SSM.Validate("ssm"); err != nil {
		return fmt.Errorf("vim: %w", err)
	}
	return nil
}

// Logits builds the model: [B, H, W, C] -> [B, classes].
//
// Variables below vim: those of the sequence; layer<i>/{norm, and those of mixer.Mixer}; norm; head.
func (c Vim) Logits(scope *model.Scope, images *Node, classes int) *Node {
	mustFit(c, images)
	scope = scope.In("vim")
	x, class := sequence{patch: c.Patch, width: c.Width, grid: image.Side(c.ImageSize, c.Patch), middle: true}.apply(scope, images)
	block := mixer.Mixer{Kind: mixer.Selective, Bidirectional: true, Expand: 2, SSM: c.SSM}
	for i := range c.Depth {
		layer := scope.In("layer%d", i)
		y := block.Apply(layer, image.LayerNorm(layer.In("norm"), x), mixer.Sequence.Token)
		x = Add(x, image.DropPath(layer, y, image.DropRate(c.DropPath, i, c.Depth)))
	}
	return classify(scope, x, class, classes)
}
