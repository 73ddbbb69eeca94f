package tsm2_test

import (
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/tsm2"
)

// Step sizes are positive, one for each layer, patch and variate; those of the first layer depend on a variate's own
// history alone, whatever the order in which the model sees the variates.
func TestStepSizes(t *testing.T) {
	const patches = history / 8
	c := small()
	c.Layers, c.Norm = 2, mixer.NormFeature
	store := model.NewStore()
	sizes := func(c tsm2.Config) [][]float32 {
		return graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
			return tsm2.StepSizes(scope, c, x, horizon)
		})(input(1))
	}
	inOrder := sizes(c)
	if len(inOrder) != 2 || len(inOrder[0]) != batch*patches*variates {
		t.Fatalf("%d layers of %d step sizes, want 2 of %d", len(inOrder), len(inOrder[0]), batch*patches*variates)
	}
	distinct := map[float32]bool{}
	for _, layer := range inOrder {
		for _, delta := range layer {
			distinct[delta] = true
			if !(delta > 0) {
				t.Fatalf("a step size is %v", delta)
			}
		}
	}
	if len(distinct) < batch*patches*variates {
		t.Errorf("only %d of the step sizes differ: nothing is selected", len(distinct))
	}
	c.ShuffleVariates = 4
	graphtest.Near(t, sizes(c)[0], inOrder[0], 1e-5)

	changed := mapped(input(1), func(time, variate int, value float32) float32 {
		if variate == 1 {
			return -value * value
		}
		return value
	})
	got := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
		return tsm2.StepSizes(scope, c, x, horizon)[:1]
	})(changed)[0]
	for i, want := range inOrder[0] {
		if same := abs(got[i]-want) < 1e-6; same != (i%variates != 1) {
			t.Errorf("step size %d, of variate %d, is %v, was %v before variate 1 changed", i, i%variates, got[i], want)
		}
	}
}

func abs(x float32) float32 { return max(x, -x) }
