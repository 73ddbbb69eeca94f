package tsm2_test

import (
	"fmt"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/structure"
	"mambamixer/mixer/tsm2"
)

// TestStructureIsTheModel builds models and holds what their configuration says of them against the variables and the
// shapes that are there.
func TestStructureIsTheModel(t *testing.T) {
	for name, edit := range map[string]func(*tsm2.Config){
		"small":          func(*tsm2.Config) {},
		"linear control": func(c *tsm2.Config) { c.Layers = 0 },
		"biases":         func(c *tsm2.Config) { c.FinalNorm, c.HeadBias, c.Embedding = true, true, tsm2.EmbeddingLinear },
		"overlapping patches, odd width": func(c *tsm2.Config) {
			c.PatchStride, c.DModel, c.InstanceNorm = 3, 5, tsm2.LastValue
		},
		"MLP, plain":      func(c *tsm2.Config) { c.ChannelMixer, c.Averaging = mixer.MLP, mixer.AveragingPlain },
		"linear time":     func(c *tsm2.Config) { c.TokenMixer, c.UnidirectionalChannel = mixer.Linear, true },
		"shuffled, naked": func(c *tsm2.Config) { c.ShuffleVariates, c.InstanceNorm, c.HeadDropout = 1, tsm2.NoNorm, 0 },
	} {
		t.Run(name, func(t *testing.T) {
			c := small()
			edit(&c)
			described, err := c.Structure(history, horizon, variates)
			if err != nil {
				t.Fatal(err)
			}
			store := model.NewStore()
			var shapes [3]string
			graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node {
				out := tsm2.Forecast(scope, c, x, horizon)
				for i, node := range []*Node{out.Patches, out.Embedding, out.Prediction} {
					shapes[i] = fmt.Sprint(node.Shape().Dimensions[1:])
				}
				return out.Prediction
			})(graphtest.Normal(1, batch, history, variates))
			graphtest.SameVariables(t, store, "/tsm2/", described)
			for i, name := range []string{"Patches", "Embedding", "Forecast"} {
				if got := shapeOf(described, name); got != shapes[i] {
					t.Errorf("%s is %s in the model, %s in its description", name, shapes[i], got)
				}
			}
		})
	}
}

// shapeOf is the shape of what a part of that name gives, without the batch.
func shapeOf(model structure.Part, name string) string {
	for part := range model.All() {
		if part.Name == name {
			var dims []int
			for _, axis := range part.Output[1:] {
				dims = append(dims, axis.Size)
			}
			return fmt.Sprint(dims)
		}
	}
	return "not there"
}

func TestStructureRefuses(t *testing.T) {
	c := small()
	c.PatchLength = history + 1
	if _, err := c.Structure(history, horizon, variates); err == nil {
		t.Error("patches longer than the history pass")
	}
}
