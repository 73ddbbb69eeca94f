package image_test

import (
	"math"
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/internal/image"
)

// TestPatches cuts 3 x 5 numbered places into squares of 2 x 2.
func TestPatches(t *testing.T) {
	values := make([]float32, 15)
	for i := range values {
		values[i] = float32(i + 1)
	}
	got := graphtest.Compile1(t, model.NewStore(), func(_ *model.Scope, x *Node) *Node { return image.Patches(x, 2) })(
		tensors.FromFlatDataAndDimensions(values, 1, 3, 5, 1))
	want := []float32{1, 2, 6, 7, 3, 4, 8, 9, 5, 0, 10, 0, 11, 12, 0, 0, 13, 14, 0, 0, 15, 0, 0, 0}
	if !slices.Equal(got, want) {
		t.Errorf("the patches are %v, want %v", got, want)
	}
	if got := []int{image.Side(3, 2), image.Side(5, 2), image.Side(4, 2)}; !slices.Equal(got, []int{2, 3, 2}) {
		t.Errorf("sides of %v patches", got)
	}
}

// TestDropPath: in training an example is kept whole, and divided by 1 - rate, or dropped whole; by chance as often as the
// rate says.
func TestDropPath(t *testing.T) {
	const examples, rate = 4000, 0.25
	store := model.NewStore()
	if err := store.SetRNGStateFromSeed(1); err != nil {
		t.Fatal(err)
	}
	ones := make([]float32, examples*2*3)
	for i := range ones {
		ones[i] = 1
	}
	got := graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node {
		store.SetTraining(x.Graph(), true)
		return image.DropPath(scope, x, rate)
	})(tensors.FromFlatDataAndDimensions(ones, examples, 2, 3))
	dropped := 0
	for example := range slices.Chunk(got, 6) {
		switch {
		case slices.Equal(example, make([]float32, 6)):
			dropped++
		case slices.Min(example) != slices.Max(example) || math.Abs(float64(example[0])-1/(1-rate)) > 1e-6:
			t.Fatalf("an example became %v", example)
		}
	}
	if deviation := math.Sqrt(examples * rate * (1 - rate)); math.Abs(float64(dropped)-examples*rate) > 5*deviation {
		t.Errorf("%d of %d examples were dropped at rate %g", dropped, examples, rate)
	}
}

func TestDropRate(t *testing.T) {
	if got := []float64{image.DropRate(0.2, 0, 5), image.DropRate(0.2, 2, 5), image.DropRate(0.2, 4, 5), image.DropRate(0.2, 0, 1)}; !slices.Equal(got, []float64{0, 0.1, 0.2, 0.2}) {
		t.Errorf("the rates are %v", got)
	}
}
