package mixer_test

import (
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/structure"
	"mambamixer/ssm"
)

// sequence is the shape of the tests' x.
var sequence = structure.Shape{{Name: "B", Size: batch}, {Name: "L", Size: length}, {Name: "D", Size: width}}

// TestStructureIsTheModel builds stacks and holds what their configuration says of them against the variables and the
// tensors that are there.
func TestStructureIsTheModel(t *testing.T) {
	base := mixer.Config{Layers: 2, Token: selective(false), Channel: selective(true), Averaging: mixer.AveragingPaper, Norm: mixer.Norm2D}
	for name, edit := range map[string]func(*mixer.Config){
		"paper":           func(*mixer.Config) {},
		"both ways":       func(c *mixer.Config) { c.Token.Bidirectional = true },
		"raw selection":   func(c *mixer.Config) { c.Token.SSM.RawSelection, c.Token.SSM.DtRank = true, 3 },
		"MLP-Mixer":       func(c *mixer.Config) { c.Token, c.Channel = kind(mixer.MLP), kind(mixer.Gated) },
		"linear time":     func(c *mixer.Config) { c.Token = kind(mixer.Linear) },
		"no channel":      func(c *mixer.Config) { c.Channel = kind(mixer.None) },
		"no token":        func(c *mixer.Config) { c.Token, c.Norm = kind(mixer.None), mixer.NormNone },
		"denseformer":     func(c *mixer.Config) { c.Averaging, c.Norm = mixer.AveragingDenseFormer, mixer.NormFeature },
		"plain":           func(c *mixer.Config) { c.Averaging, c.Layers = mixer.AveragingPlain, 1 },
		"without theta":   func(c *mixer.Config) { c.Without = mixer.Theta },
		"without beta":    func(c *mixer.Config) { c.Without = mixer.Beta },
		"nothing at all":  func(c *mixer.Config) { c.Layers = 0 },
		"dropout, 1 wide": func(c *mixer.Config) { c.Dropout, c.Token.Expand = 0.1, 1 },
	} {
		t.Run(name, func(t *testing.T) {
			c := base
			edit(&c)
			store := model.NewStore()
			graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node {
				return mixer.Block(scope, c, mixer.Sequence, x).Output
			})(graphtest.Normal(1, batch, length, width))
			described := c.Structure(mixer.Sequence, sequence)
			graphtest.SameVariables(t, store, "/", described)
			checkShapes(t, described)
		})
	}
}

// checkShapes looks whether all parts of a stack, and the last of each mixer, keep the shape of x.
func checkShapes(t *testing.T, stack structure.Part) {
	for _, part := range stack.Parts {
		if part.Output.String() != stack.Output.String() {
			t.Errorf("the %s gives %v, the stack %v", part.Name, part.Output, stack.Output)
		}
		if n := len(part.Parts); n > 0 && part.Parts[n-1].Output.String() != stack.Output.String() {
			t.Errorf("the %s ends with %v, the stack with %v", part.Name, part.Parts[n-1].Output, stack.Output)
		}
	}
}

// TestStructureCountsTheAverages: the terms of the paper's averages are L(2L+3), and 2(L+1) of the one that closes the
// stack.
func TestStructureCountsTheAverages(t *testing.T) {
	for layers := 1; layers <= 5; layers++ {
		c := mixer.Config{Layers: layers, Token: selective(false), Channel: selective(true), Averaging: mixer.AveragingPaper, Norm: mixer.Norm2D}
		inside, output := 0, 0
		for _, part := range c.Structure(mixer.Sequence, sequence).Parts {
			if part.Kind == structure.Average {
				output += len(part.Input)
			} else {
				inside += len(part.Input)
			}
		}
		if inside != mixer.AveragingWeights(layers) || output != 2*(layers+1) {
			t.Errorf("%d layers: %d and %d terms, want %d and %d", layers, inside, output, mixer.AveragingWeights(layers), 2*(layers+1))
		}
	}
}

// TestStructureWithoutSizes writes letters where sizes are not known.
func TestStructureWithoutSizes(t *testing.T) {
	m := mixer.Mixer{Kind: mixer.Selective, Expand: 2, SSM: ssm.DefaultConfig()}
	part := m.Structure("token", mixer.Sequence.Channel, structure.Shape{{Name: "B"}, {Name: "L"}, {Name: "D"}})
	if got := part.Parts[0].Output.String() + " " + part.Parts[1].Note; got != "[B, D, L] L → 2 × 2L" {
		t.Errorf("a channel mixer begins with %q", got)
	}
	if part.Weights() != 0 {
		t.Errorf("%d weights of unknown sizes", part.Weights())
	}
}
