package image_test

import (
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/internal/image"
)

// TestResize holds the interpolation against values worked out by hand from torch's rule.
func TestResize(t *testing.T) {
	row := tensors.FromFlatDataAndDimensions([]float32{0, 4, 8}, 1, 1, 3, 1)
	for _, test := range []struct {
		width int
		want  []float32
	}{
		{6, []float32{0, 1, 3, 5, 7, 8}},  // places -0.25 (held at 0), 0.25, 0.75, ... in units of old pixels
		{2, []float32{1, 7}},              // 0.25 and 1.75
		{3, []float32{0, 4, 8}},           // nothing to do
		{1, []float32{4}},                 // 1
		{5, []float32{0, 1.6, 4, 6.4, 8}}, // -0.2, 0.4, 1, 1.6, 2.2
	} {
		got := graphtest.Compile1(t, model.NewStore(), func(_ *model.Scope, x *Node) *Node { return image.Resize(x, 2, test.width) })(row)
		graphtest.Near(t, got, append(append([]float32{}, test.want...), test.want...), 1e-6)
	}
}

// TestPool: regions of torch's adaptive pooling, from floor(i·n/k) to ceil((i+1)·n/k).
func TestPool(t *testing.T) {
	x := tensors.FromFlatDataAndDimensions([]float32{
		0, 1, 2, 3, 4,
		5, 6, 7, 8, 9,
		10, 11, 12, 13, 14,
	}, 1, 3, 5, 1)
	for size, want := range map[int][]float32{
		1: {7},
		2: {3.5, 5.5, 8.5, 10.5},                      // rows 0-1 and 1-2, columns 0-2 and 2-4
		3: {0.5, 2, 3.5, 5.5, 7, 8.5, 10.5, 12, 13.5}, // columns 0-1, 1-3, 3-4
	} {
		got := graphtest.Compile1(t, model.NewStore(), func(_ *model.Scope, x *Node) *Node { return image.Pool(x, size) })(x)
		graphtest.Near(t, got, want, 1e-6)
	}
}
