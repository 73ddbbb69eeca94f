package ssm

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
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

// EnvMethod is the environment variable that takes the place of Auto: the name of a method.
const EnvMethod = "MAMBAMIXER_SCAN"

// method says how to compute: Options.Method, or what the environment says in place of Auto, or the first of Fused,
// Sequential and Associative that can be had. Where there is a loop, Sequential was the fastest graph method in every
// shape measured, from 7 time steps to 3136. It panics when a method asked for can't be had.
func (o Options) method(backend compute.Backend, dtype dtypes.DType) Method {
	asked, by := o.Method, "Options.Method"
	if asked == "" || asked == Auto {
		asked, by = Method(os.Getenv(EnvMethod)), "$"+EnvMethod
	}
	if asked == "" || asked == Auto {
		for _, o.Method = range []Method{Fused, Sequential} {
			if o.Unfit(backend, dtype) == nil {
				return o.Method
			}
		}
		return Associative
	}
	if err := nearest.Check("ssm.Scan: the method of "+by, asked, append([]Method{Auto}, Methods...)...); err != nil {
		exceptions.Panicf("%v", err)
	}
	o.Method = asked
	if err := o.Unfit(backend, dtype); err != nil {
		exceptions.Panicf("ssm.Scan: the method %q of %s can't be had: %v", asked, by, err)
	}
	return asked
}

// Unfit says why Options.Method can't compute a scan of this dtype on a backend; nil if it can, and for Auto.
func (o Options) Unfit(backend compute.Backend, dtype dtypes.DType) error {
	switch o.Method {
	case Fused:
		if o.Discretization == ZOH {
			return errors.New("the kernels discretise by Euler only")
		}
		if state := stateDType(dtype); state != dtypes.Float32 {
			return fmt.Errorf("the kernels carry their state in float32, not %s", state)
		}
		return fused.Available(backend)
	case Sequential, Chunked:
		if !backend.Capabilities().Operations[compute.OpTypeDynamicSlice] {
			return fmt.Errorf("it needs a loop with dynamic slices, which the backend %q doesn't have; use %q, or install XLA with `make setup`",
				backend.Name(), Associative)
		}
	}
	return nil
}

// Usable lists the concrete methods that float32 scans can use on a backend.
func Usable(backend compute.Backend) []Method {
	return slices.DeleteFunc(slices.Clone(Methods), func(m Method) bool {
		return Options{Method: m}.Unfit(backend, dtypes.Float32) != nil
	})
}
