package dropout_test

import (
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/dropout"
	"mambamixer/mixer/internal/graphtest"
)

// trained runs Apply twice on ones [rows, columns] in a graph marked as training, and gives both masks.
func trained(t *testing.T, rate float64, seed int64) (first, second []float32) {
	t.Helper()
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(seed); err != nil {
		t.Fatal(err)
	}
	outputs := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
		store.SetTraining(x.Graph(), true)
		ones := OnesLike(x)
		return []*Node{dropout.Apply(scope, ones, rate), dropout.Apply(scope, ones, rate)}
	})(graphtest.Normal(1, rows, columns))
	return outputs[0], outputs[1]
}

const rows, columns = 300, 500

// TestApply checks the share that is dropped, the scale of what stays, and that neighbours, rows and two masks drop
// independently: each count must be within 5 standard deviations of its mean.
func TestApply(t *testing.T) {
	for _, rate := range []float64{0.1, 0.5, 0.9} {
		first, second := trained(t, rate, 7)
		scale := float32(1 / (1 - rate))
		dropped := func(mask []float32, i int) bool { return mask[i] == 0 }
		for name, test := range map[string]struct {
			probability float64
			event       func(i int) bool
		}{
			"dropped":               {rate, func(i int) bool { return dropped(first, i) }},
			"dropped with the next": {rate * rate, func(i int) bool { return dropped(first, i) && dropped(first, (i+1)%len(first)) }},
			"dropped with the row's": {rate * rate, func(i int) bool {
				return dropped(first, i) && dropped(first, (i+columns)%len(first))
			}},
			"dropped in both": {rate * rate, func(i int) bool { return dropped(first, i) && dropped(second, i) }},
		} {
			count := 0.0
			for i, v := range first {
				if v != 0 && math.Abs(float64(v-scale)) > 1e-6 {
					t.Fatalf("rate %v: a value of 1 became %v, want 0 or %v", rate, v, scale)
				}
				if test.event(i) {
					count++
				}
			}
			n, p := float64(len(first)), test.probability
			if deviation := math.Abs(count-n*p) / math.Sqrt(n*p*(1-p)); deviation > 5 {
				t.Errorf("rate %v, %s: %v of %v, %v deviations from the mean", rate, name, count, n, deviation)
			}
		}
	}
}

func TestSeedDecides(t *testing.T) {
	one, _ := trained(t, 0.5, 3)
	same, _ := trained(t, 0.5, 3)
	other, _ := trained(t, 0.5, 4)
	differ := 0
	for i := range one {
		if one[i] != same[i] {
			t.Fatal("one seed gave two masks")
		}
		if one[i] != other[i] {
			differ++
		}
	}
	if differ < len(one)/3 {
		t.Errorf("two seeds differ in %d of %d values", differ, len(one))
	}
}

func TestOffWithoutTraining(t *testing.T) {
	x := graphtest.Normal(2, 4, 5)
	outputs := graphtest.Compile(t, model.NewStore(), func(scope *model.Scope, x *Node) []*Node {
		return []*Node{dropout.Apply(scope, x, 0.5), x}
	})(x)
	graphtest.Near(t, outputs[0], outputs[1], 0)
}
