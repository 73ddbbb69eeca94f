package ssm

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/pjrt"
	"github.com/gomlx/gomlx/support/exceptions"

	"mambamixer/internal/nearest"
	"mambamixer/ssm/fused"
)

// Method is a way to compute the scan. All give the same numbers up to rounding.
type Method string

const (
	Auto        Method = "auto"        // the fastest that the backend, dtype and options allow; the zero value means the same
	Fused       Method = "fused"       // kernels in C, called by XLA on the CPU; Euler, states in float32
	Sequential  Method = "sequential"  // While, one step per iteration, hand-written adjoint
	Chunked     Method = "chunked"     // While over chunks, parallel scan inside, states kept at chunk starts only
	Associative Method = "associative" // unrolled parallel scan, automatic differentiation
)

// Methods lists the concrete methods.
var Methods = []Method{Fused, Sequential, Associative, Chunked}

// EnvMethod is the environment variable that takes the place of Auto: the name of a method. It is about all kernels:
// convolutions use theirs for Fused, and multiply-adds in the graph for every other method.
const EnvMethod = "MAMBAMIXER_SCAN"

// asked is the method that options ask for, or the environment in place of Auto, and which of them it was. Auto leaves
// the choice.
func asked(method Method) (asked Method, by string) {
	asked, by = method, "the options"
	if asked == "" || asked == Auto {
		asked, by = Method(os.Getenv(EnvMethod)), "$"+EnvMethod
	}
	if asked == "" {
		asked = Auto
	}
	if err := nearest.Check("ssm: the method by "+by, asked, append([]Method{Auto}, Methods...)...); err != nil {
		exceptions.Panicf("%v", err)
	}
	return asked, by
}

// mostStates is the number of states, B·L·D·N, up to which Auto takes the associative scan on a GPU. It keeps some 16
// arrays of them, 9 GB at this number.
const mostStates = 1 << 27

// method says how to compute a scan of so many states: Options.Method, or what the environment says in place of Auto. It
// panics when a method asked for can't be had.
//
// Auto takes the kernels where they can be had. On a CPU without them the sequential graph was the fastest in every shape
// measured, from 7 time steps to 3136. On a GPU, where each iteration of a loop costs a start of several programs, it
// was the slowest, and the associative one the fastest by far (docs/gpu.md).
func (o Options) method(backend compute.Backend, dtype dtypes.DType, states int) Method {
	method, by := asked(o.Method)
	if method == Auto {
		order := []Method{Fused, Sequential}
		if onGPU(backend) && states <= mostStates {
			order = []Method{Associative}
		} else if onGPU(backend) {
			order = []Method{Chunked}
		}
		for _, o.Method = range order {
			if o.Unfit(backend, dtype) == nil {
				return o.Method
			}
		}
		return Associative
	}
	o.Method = method
	if err := o.Unfit(backend, dtype); err != nil {
		exceptions.Panicf("ssm.Scan: the method %q by %s can't be had: %v", method, by, err)
	}
	return method
}

// onGPU tells a plugin for NVIDIA GPUs as go-xla does, by its name.
func onGPU(backend compute.Backend) bool {
	b, ok := backend.(*xla.Backend)
	return ok && pjrt.IsCUDAName(b.PluginName())
}

// Unfit says why Options.Method can't compute a scan of this dtype on a backend; nil if it can, and for Auto.
func (o Options) Unfit(backend compute.Backend, dtype dtypes.DType) error {
	switch o.Method {
	case Fused:
		if o.Discretization == ZOH {
			return errors.New("the kernels discretise by Euler only")
		}
		return unfitKernels(backend, dtype)
	case Sequential, Chunked:
		if !backend.Capabilities().Operations[compute.OpTypeDynamicSlice] {
			return fmt.Errorf("it needs a loop with dynamic slices, which the backend %q doesn't have; use %q, or install XLA with `make setup`",
				backend.Name(), Associative)
		}
	}
	return nil
}

// unfitKernels says why the kernels can't compute on inputs of this dtype; nil if they can.
func unfitKernels(backend compute.Backend, dtype dtypes.DType) error {
	if state := stateDType(dtype); state != dtypes.Float32 {
		return fmt.Errorf("the kernels compute in float32, not %s", state)
	}
	return fused.Available(backend)
}

// Usable lists the concrete methods that float32 scans can use on a backend.
func Usable(backend compute.Backend) []Method {
	return slices.DeleteFunc(slices.Clone(Methods), func(m Method) bool {
		return Options{Method: m}.Unfit(backend, dtypes.Float32) != nil
	})
}
