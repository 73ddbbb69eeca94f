package train

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/distributed"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// devices are one or several that take training steps together. Each has the data and the variables, computes loss and
// gradients of its part of the batch, and averages them with the others, so that the variables stay the same everywhere.
type devices struct {
	problem *Problem
	data    [][]*tensors.Tensor     // of each device; the first has the problem's own
	mesh    *distributed.DeviceMesh // nil for one device
}

// newDevices gives the problem's data to the first devices of a backend.
func newDevices(backend compute.Backend, p *Problem, count int) (*devices, error) {
	if have := backend.NumDevices(); count > have {
		return nil, fmt.Errorf("%d devices are to share a batch, but %s has %d", count, backend.Name(), have)
	}
	if err := p.toDevice(backend); err != nil {
		return nil, err
	}
	d := &devices{problem: p, data: [][]*tensors.Tensor{p.Data}}
	if count == 1 {
		return d, nil
	}
	var err error
	if d.mesh, err = distributed.NewDeviceMesh([]int{count}, []string{"batch"}); err != nil {
		return nil, err
	}
	for device := 1; device < count; device++ {
		var copies []*tensors.Tensor
		for i, t := range p.Data {
			c, err := t.OnDeviceClone(backend, compute.DeviceNum(device))
			if err != nil {
				return nil, fmt.Errorf("the problem's Data[%d] %s cannot be copied to device %d: %w", i, t.Shape(), device, err)
			}
			copies = append(copies, c)
		}
		d.data = append(d.data, copies)
	}
	return d, nil
}

func (d *devices) count() int { return len(d.data) }

// configure makes an executor run on all devices: each runs the same program, with collective operations in it where it has
// to meet the others (GoMLX's SPMD strategy).
//
// GoMLX gives the store of an SPMD executor a default for how its variables are spread, and writes that into the program in
// a form that go-xla refuses in this strategy ("mesh not found"). So another store gets the default, and replicate
// tells the variables once the program is built.
func (d *devices) configure(exec *model.Exec) {
	if d.mesh != nil {
		store := exec.Store()
		exec.SetStore(model.NewStore()).SPMD(d.mesh).SetStore(store)
	}
}

// replicate says of each variable that every device has all of it.
func (d *devices) replicate(store *model.Store) error {
	if d.mesh == nil {
		return nil
	}
	for v := range store.IterVariables() {
		if err := v.SetShardingSpec(distributed.NewReplicatedShardingSpec(d.mesh)); err != nil {
			return err
		}
	}
	return nil
}

// shapes gives those of the arguments of a step, device after device.
func (d *devices) shapes(batch int) []shapes.Shape {
	var all []shapes.Shape
	for _, data := range d.data {
		for _, t := range data {
			all = append(all, t.Shape())
		}
		all = append(all, d.problem.feedShapes(batch/d.count())...)
		all = append(all, shapes.Make(dtypes.Int32, batch/d.count()), shapes.Make(dtypes.Float64, 3))
		if d.count() > 1 {
			all = append(all, shapes.Make(dtypes.Int32))
		}
	}
	return all
}

// call runs a step, or a part of one, on the examples idx and what was fed for them, of which each device gets an equal part.
func (d *devices) call(exec *model.Exec, idx []int32, feed []*tensors.Tensor, hyper []float64) (*tensors.Tensor, error) {
	var args, temporary []*tensors.Tensor
	part := len(idx) / d.count()
	for device, data := range d.data {
		own, err := takePart(feed, device, d.count())
		if err != nil {
			return nil, err
		}
		own = append(slices.Clone(own),
			tensors.FromFlatDataAndDimensions(idx[device*part:(device+1)*part], part),
			tensors.FromFlatDataAndDimensions(hyper, len(hyper)))
		if d.count() > 1 {
			own = append(own, tensors.FromScalar(int32(device)))
		}
		args, temporary = slices.Concat(args, data, own), append(temporary, own...)
	}
	if d.count() > 1 {
		temporary = append(temporary, feed...)
	}
	return callOn(exec, args, temporary)
}

// close frees the copies of the data.
func (d *devices) close() error {
	var errs []error
	for _, data := range d.data[1:] {
		for _, t := range data {
			errs = append(errs, t.FinalizeAll())
		}
	}
	return errors.Join(errs...)
}
