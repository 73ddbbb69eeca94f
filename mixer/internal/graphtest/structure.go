package graphtest

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/structure"
)

// SameVariables fails unless the variables below root are those that a description lists, each once, with the same shape.
func SameVariables(t testing.TB, store *model.Store, root string, described structure.Part) {
	t.Helper()
	built, listed := map[string]string{}, map[string]string{}
	for v := range store.IterVariables() {
		if v.Trainable {
			built[v.Path()] = fmt.Sprint(v.Shape().Dimensions)
		}
	}
	for part := range described.All() {
		for _, param := range part.Params {
			path := root + param.Path
			if _, twice := listed[path]; twice {
				t.Errorf("%s is listed twice", path)
			}
			dims := make([]int, len(param.Dims))
			for i, axis := range param.Dims {
				dims[i] = axis.Size
			}
			listed[path] = fmt.Sprint(dims)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(built)) {
		if built[path] != listed[path] {
			t.Errorf("%s is %s in the model, %q in its description", path, built[path], listed[path])
		}
		delete(listed, path)
	}
	for _, path := range slices.Sorted(maps.Keys(listed)) {
		t.Errorf("%s is described, but not in the model", path)
	}
}
