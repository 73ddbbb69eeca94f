package vim2_test

import (
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/structure"
	"mambamixer/mixer/vim2"
	"mambamixer/ssm"
)

// TestStructureIsTheModel builds models and holds what their configuration says of them against the variables that are
// there.
func TestStructureIsTheModel(t *testing.T) {
	for name, edit := range map[string]func(*vim2.Config){
		"small":       func(*vim2.Config) {},
		"MLP, plain":  func(c *vim2.Config) { c.ChannelMixer, c.Averaging = vim2.ChannelMLP, mixer.AveragingPlain },
		"transpose":   func(c *vim2.Config) { c.ChannelMixer, c.ImageSize = vim2.ChannelTranspose, 12 },
		"tokens only": func(c *vim2.Config) { c.ChannelMixer, c.DropPath = vim2.ChannelNone, 0.1 },
		"one way, naked": func(c *vim2.Config) {
			c.Routes, c.Conv, c.OutNorm, c.UnidirectionalChannel = ssm.OneWay, 0, false, true
		},
		"raw, two routes": func(c *vim2.Config) { c.SSM.RawSelection, c.Routes = true, ssm.TwoWay },
	} {
		t.Run(name, func(t *testing.T) {
			c := small()
			edit(&c)
			described, err := c.Structure(12, 12, 3, classes)
			if err != nil {
				t.Fatal(err)
			}
			store := model.NewStore()
			var stages [][]int
			graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node {
				out := vim2.Classify(scope, c, x, classes)
				for _, stage := range out.Stages {
					stages = append(stages, stage.Shape().Dimensions[1:])
				}
				return out.Logits
			})(images(1, 12, 12))
			graphtest.SameVariables(t, store, "/vim2/", described)
			if got := described.Weights(); got != c.Size(12, 12, 3, classes).Parameters {
				t.Errorf("%d weights, the formula says %d", got, c.Size(12, 12, 3, classes).Parameters)
			}
			checkStages(t, described, stages)
		})
	}
}

// checkStages compares what each stage gives.
func checkStages(t *testing.T, described structure.Part, want [][]int) {
	for _, part := range described.Parts {
		if part.Kind != structure.Stack {
			continue
		}
		for axis, size := range want[0] {
			if part.Output[axis+1].Size != size {
				t.Errorf("%s gives %v, the model %v", part.Name, part.Output, want[0])
			}
		}
		want = want[1:]
	}
	if len(want) > 0 {
		t.Errorf("there are no stages that give %v", want)
	}
}

func TestStructureRefuses(t *testing.T) {
	c := small()
	c.Patch = 0
	if _, err := c.Structure(12, 12, 3, classes); err == nil {
		t.Error("patches of no pixels pass")
	}
}
