// Package graphtest runs small model graphs in tests.
package graphtest

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/internal/backend"
)

// Normal draws a float32 tensor of standard normal values.
func Normal(seed uint64, dims ...int) *tensors.Tensor {
	rng := rand.New(rand.NewPCG(seed, 0))
	size := 1
	for _, d := range dims {
		size *= d
	}
	values := make([]float32, size)
	for i := range values {
		values[i] = float32(rng.NormFloat64())
	}
	return tensors.FromFlatDataAndDimensions(values, dims...)
}

// Compile returns fn as a function of x that runs with the variables of store, creating those that
// are missing, and returns the flattened outputs.
func Compile(t testing.TB, store *model.Store, fn func(scope *model.Scope, x *Node) []*Node) func(x *tensors.Tensor) [][]float32 {
	t.Helper()
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	exec, err := model.NewExec(b, store, fn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(exec.Finalize)
	return func(x *tensors.Tensor) [][]float32 {
		t.Helper()
		outputs, err := exec.Call(x)
		if err != nil {
			t.Fatal(err)
		}
		flat := make([][]float32, len(outputs))
		for i, o := range outputs {
			flat[i] = tensors.MustCopyFlatData[float32](o)
		}
		return flat
	}
}

// Compile1 is Compile for a function with one output.
func Compile1(t testing.TB, store *model.Store, fn func(scope *model.Scope, x *Node) *Node) func(x *tensors.Tensor) []float32 {
	t.Helper()
	run := Compile(t, store, func(scope *model.Scope, x *Node) []*Node { return []*Node{fn(scope, x)} })
	return func(x *tensors.Tensor) []float32 { return run(x)[0] }
}

// Near fails unless got and want agree to tolerance, relative to the largest value of want.
func Near(t testing.TB, got, want []float32, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d values, want %d", len(got), len(want))
	}
	var scale, worst float64
	at := 0
	for i, w := range want {
		scale = max(scale, math.Abs(float64(w)))
		if diff := math.Abs(float64(got[i] - w)); !(diff <= worst) {
			worst, at = diff, i
		}
	}
	if !(worst <= tolerance*scale) {
		t.Errorf("value %d is %g, want %g: off by %g, more than %g of the largest value %g", at, got[at], want[at], worst, tolerance, scale)
	}
}

// Parameters lists the trainable variables of store by path with their sizes.
func Parameters(store *model.Store) map[string]int {
	sizes := map[string]int{}
	for v := range store.IterVariables() {
		if v.Trainable {
			sizes[v.Path()] = v.Shape().Size()
		}
	}
	return sizes
}

// Gradients checks that the gradient of each variable, by path, is finite, and not zero everywhere but for the paths with one
// of some endings.
func Gradients(t testing.TB, paths []string, gradients [][]float32, zero ...string) {
	t.Helper()
	for i, path := range paths {
		var largest float64
		for _, v := range gradients[i] {
			if largest = max(largest, math.Abs(float64(v))); math.IsNaN(largest) || math.IsInf(largest, 0) {
				t.Fatalf("the gradient of %s has the value %g", path, v)
			}
		}
		if largest == 0 && !slices.ContainsFunc(zero, func(end string) bool { return strings.HasSuffix(path, end) }) {
			t.Errorf("the gradient of %s is zero everywhere", path)
		}
	}
}
