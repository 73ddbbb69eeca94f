package random_test

import (
	"math"
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/internal/random"
)

const rows, columns = 200, 300

// TestUniform: numbers in training differ from call to call, outside of it they are always the same; their mean, their variance and the
// correlation of neighbours are those of independent uniform numbers, within 5 standard deviations.
func TestUniform(t *testing.T) {
	draw := func(training bool) [][]float32 {
		store := model.NewStore()
		if err := store.SetRNGStateFromSeed(3); err != nil {
			t.Fatal(err)
		}
		return graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
			store.SetTraining(x.Graph(), training)
			return []*Node{random.Uniform(scope, x.Graph(), rows, columns), random.Uniform(scope, x.Graph(), rows, columns)}
		})(graphtest.Normal(1, 1))
	}
	trained, fixed := draw(true), draw(false)
	if slices.Equal(trained[0], trained[1]) || !slices.Equal(fixed[0], fixed[1]) || !slices.Equal(fixed[0], draw(false)[0]) {
		t.Error("the numbers of two calls are equal in training, or differ outside of it")
	}
	for _, list := range [][]float32{trained[0], trained[1], fixed[0]} {
		n := float64(len(list))
		var mean, square, neighbours float64
		for i, v := range list {
			if v < 0 || v >= 1 {
				t.Fatalf("drew %v", v)
			}
			d := float64(v) - 0.5
			mean, square = mean+d/n, square+d*d/n
			if i > 0 {
				neighbours += d * (float64(list[i-1]) - 0.5) / n
			}
		}
		if math.Abs(mean) > 5*math.Sqrt(1./12/n) || math.Abs(square-1./12) > 5*math.Sqrt(1./180/n) || math.Abs(neighbours) > 5./12/math.Sqrt(n) {
			t.Errorf("mean %g, variance %g, covariance of neighbours %g", mean, square, neighbours)
		}
	}
}
