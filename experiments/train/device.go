package train

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

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

// call runs a graph of one output on the data and the small tensors that follow it, and frees these.
func (p *Problem) call(exec *model.Exec, more ...*tensors.Tensor) (output *tensors.Tensor, err error) {
	return callOn(exec, slices.Concat(p.Data, more), more)
}

// callOn runs a graph of one output, on one device or several, and gives what the first of them puts out. Temporary
// arguments are freed.
func callOn(exec *model.Exec, args, temporary []*tensors.Tensor) (output *tensors.Tensor, err error) {
	given := make([]any, len(args))
	for i, t := range args {
		given[i] = t
	}
	var outputs []*tensors.Tensor
	caught := exceptions.TryCatch[error](func() { outputs, err = exec.Call(given...) })
	for _, t := range temporary {
		err = cmp.Or(err, t.FinalizeAll())
	}
	if err := cmp.Or(caught, err); err != nil {
		return nil, err
	}
	for _, other := range outputs[1:] {
		err = cmp.Or(err, other.FinalizeAll())
	}
	return outputs[0], err
}

// root gives the innermost error: what a graph builder said, without the layers it came through.
func root(err error) error {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err
}
