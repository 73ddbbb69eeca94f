package vision

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/vim2"
	"mambamixer/ssm"
)

// Model is an image classifier: what ViM2 and its rivals have in common.
type Model interface {
	// Validate checks images of height x width pixels; its error is a sentence.
	Validate(height, width int) error
	// Logits builds the graph: images [B, H, W, C] -> [B, classes]. It panics with Validate's sentence.
	Logits(scope *model.Scope, images *Node, classes int) *Node
}

// Rival is a model in a size that can be compared.
type Rival struct {
	Name  string
	Model Model
}

// Nano lists rivals with as many parameters as vim2.Nano, for images of 32 x 32 pixels.
func Nano() []Rival {
	return []Rival{
		{"resnet", ResNet{Blocks: []int{2, 2, 2, 2}, Width: 14}},
		{"convmixer", ConvMixer{Patch: 4, Width: 216, Depth: 10, Kernel: 5}},
		{"mlpmixer", MLPMixer{ImageSize: 32, Patch: 4, Width: 112, Depth: 5, TokenHidden: 56, ChannelHidden: 448}},
		{"vit", ViT{ImageSize: 32, Patch: 4, Width: 80, Depth: 7, Heads: 5}},
		{"vim", Vim{ImageSize: 32, Patch: 4, Width: 80, Depth: 9, SSM: ssm.DefaultConfig()}},
		{"vmamba", vmamba(vim2.Nano(), 2, 2, 4, 2)},
	}
}

// Micro lists rivals with as many parameters as vim2.Micro, for images of 32 x 32 pixels.
func Micro() []Rival {
	const drop = 0.05 // that of vim2.Micro
	return []Rival{
		{"resnet", ResNet{Blocks: []int{2, 2, 2, 2}, Width: 29, DropPath: drop}},
		{"convmixer", ConvMixer{Patch: 4, Width: 392, Depth: 14, Kernel: 5}},
		{"mlpmixer", MLPMixer{ImageSize: 32, Patch: 4, Width: 216, Depth: 6, TokenHidden: 108, ChannelHidden: 864, DropPath: drop}},
		{"vit", ViT{ImageSize: 32, Patch: 4, Width: 128, Depth: 12, Heads: 4, DropPath: drop}},
		{"vim", Vim{ImageSize: 32, Patch: 4, Width: 144, Depth: 14, SSM: ssm.DefaultConfig(), DropPath: drop}},
		{"vmamba", vmamba(vim2.Micro(), 3, 3, 3, 3)},
	}
}

// VMambaT is VMamba-T (Liu et al., NeurIPS 2024, first version): ViM2-T's widths with 2, 2, 9 and 2 token mixers.
func VMambaT() vim2.Config { return vmamba(vim2.Tiny(), 2, 2, 9, 2) }

// vmamba is c with so many token mixers in each stage and no channel mixers.
func vmamba(c vim2.Config, tokens ...int) vim2.Config {
	c = c.TokensOnly()
	for i := range c.Stages {
		c.Stages[i].Tokens = tokens[i]
	}
	return c
}
