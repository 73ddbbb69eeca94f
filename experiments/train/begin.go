package train

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/gomlx/gomlx/core/tensors"
)

// begin sets the model's variables that w has too, by path and shape, to w's values, and says how many these are.
func (t *trainer) begin(w *Weights) (set, all int, err error) {
	values := map[string]*tensors.Tensor{}
	for v := range t.store.IterVariables() {
		if !ofModel(v.Path()) {
			continue
		}
		all++
		if value, found := w.values[v.Path()]; found && value.Shape().Equal(v.Shape()) {
			values[v.Path()] = value
		}
	}
	if len(values) == 0 {
		return 0, all, fmt.Errorf("the model has no variable of the path and shape of one of the weights that it is to begin with, such as %s", w.Paths()[0])
	}
	if err := setValues(t.store, values); err != nil {
		return 0, all, err
	}
	return len(values), all, t.beginAverages()
}

// SHA256 is the checksum of the weights: of paths, shapes and values.
func (w *Weights) SHA256() (string, error) {
	h := sha256.New()
	for _, path := range w.Paths() {
		fmt.Fprintln(h, path, w.values[path].Shape())
		if err := w.values[path].ConstBytes(func(data []byte) { h.Write(data) }); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
