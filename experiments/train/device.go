package train

import (
	"errors"
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"
)

// toDevice moves the data to the device, unless it is there.
func (p *Problem) toDevice(backend compute.Backend) error {
	for i, t := range p.Data {
		if err := t.ToDevice(backend, 0); err != nil {
			return fmt.Errorf("the problem's Data[%d] %s cannot be moved to the device: %w", i, t.Shape(), err)
		}
	}
	return nil
}

// shapes gives the shapes of the arguments of a call: the data and what follows it.
func (p *Problem) shapes(more ...shapes.Shape) []shapes.Shape {
	var all []shapes.Shape
	for _, t := range p.Data {
		all = append(all, t.Shape())
	}
	return append(all, more...)
}

// args gives the arguments of a call: the data and what follows it.
func (p *Problem) args(more ...*tensors.Tensor) []any {
	var all []any
	for _, t := range p.Data {
		all = append(all, t)
	}
	for _, t := range more {
		all = append(all, t)
	}
	return all
}

// call runs a graph of one output.
func call(exec *model.Exec, args []any) (output *tensors.Tensor, err error) {
	var outputs []*tensors.Tensor
	if caught := exceptions.TryCatch[error](func() { outputs, err = exec.Call(args...) }); caught != nil {
		return nil, caught
	}
	if err != nil {
		return nil, err
	}
	return outputs[0], nil
}

// root gives the innermost error: what a graph builder said, without the layers it came through.
func root(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}
