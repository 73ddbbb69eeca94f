package train

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/result"
)

// Weights are the values of a model's variables at one moment, on the host: everything in the store but
// what belongs to the training, as the optimiser's moments and the state of the random numbers.
type Weights struct {
	values map[string]*tensors.Tensor // by path
}

// Paths gives the paths of the variables in alphabetical order.
func (w *Weights) Paths() []string { return slices.Sorted(maps.Keys(w.values)) }

// Values copies the values of the variable of that path, row-major. It must hold float32.
func (w *Weights) Values(path string) ([]float32, error) {
	value, found := w.values[path]
	if !found {
		return nil, fmt.Errorf("the weights hold no variable %s", path)
	}
	return tensors.CopyFlatData[float32](value)
}

// NewStore gives a store that holds these weights, for graphs of one's own.
func (w *Weights) NewStore() (*model.Store, error) {
	store := model.NewStore()
	if w == nil {
		return store, nil
	}
	for _, path := range w.Paths() {
		value, err := w.values[path].LocalClone()
		if err != nil {
			return nil, err
		}
		if _, err := store.CreateVariable(path, value); err != nil {
			return nil, err
		}
	}
	return store, nil
}

// snapshot copies the model's variables out of a store.
func snapshot(store *model.Store) (*Weights, error) {
	w := &Weights{values: make(map[string]*tensors.Tensor)}
	for v := range store.IterVariables() {
		if !ofModel(v.Path()) {
			continue
		}
		value, err := v.Value()
		if err != nil {
			return nil, err
		}
		if w.values[v.Path()], err = value.LocalClone(); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// apply sets the variables of a store to these weights.
func (w *Weights) apply(store *model.Store) error {
	return setValues(store, w.values)
}

// setValues copies values into the variables of a store.
func setValues(store *model.Store, values map[string]*tensors.Tensor) error {
	for path, value := range values {
		v := store.GetVariable(path)
		if v == nil {
			return fmt.Errorf("the model has no variable %s", path)
		}
		value, err := value.LocalClone()
		if err != nil {
			return err
		}
		if err := v.SetValue(value); err != nil {
			return err
		}
	}
	return nil
}

// ofModel says whether the variable of this path belongs to the model.
func ofModel(path string) bool {
	return !strings.HasPrefix(path, "/#")
}

// nonFinite finds the first NaN or infinity of a tensor; its value is 0 if there is none.
func nonFinite(t *tensors.Tensor) (value float64, err error) {
	exponent, ok := map[dtypes.DType]uint64{
		dtypes.Float64:  0x7ff0_0000_0000_0000,
		dtypes.Float32:  0x7f80_0000,
		dtypes.BFloat16: 0x7f80,
		dtypes.Float16:  0x7c00,
	}[t.DType()]
	if !ok {
		return 0, nil
	}
	width := t.DType().Size()
	mantissa := exponent&-exponent - 1
	err = t.ConstBytes(func(data []byte) {
		for ; len(data) > 0 && value == 0; data = data[width:] {
			var word [8]byte
			copy(word[:], data[:width])
			bits := binary.LittleEndian.Uint64(word[:])
			switch {
			case bits&exponent != exponent:
			case bits&mantissa != 0:
				value = math.NaN()
			default:
				value = math.Inf(1)
			}
		}
	})
	return value, err
}

// Save writes the weights as a safetensors file, with metadata, which ReadWeights gives back. The file is replaced atomically.
func (w *Weights) Save(path string, metadata map[string]string) error {
	return result.WriteAtomic(path, func(out io.Writer) error { return writeSafetensors(out, metadata, w.values) })
}

// ReadWeights reads what Save wrote. A file that isn't whole is an error that says so.
func ReadWeights(path string) (*Weights, map[string]string, error) {
	metadata, values, err := readSafetensors(path)
	switch {
	case errors.Is(err, errDamaged):
		return nil, nil, fmt.Errorf("the weights in %s can't be used: %w", path, err)
	case err != nil:
		return nil, nil, result.Explain("read", path, err)
	}
	return &Weights{values: values}, metadata, nil
}
