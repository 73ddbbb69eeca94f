package kernel

// #cgo CFLAGS: -O3 -std=gnu11 -Wall -Wextra
// #cgo LDFLAGS: -lpthread
// #include <stdlib.h>
// #include "scan.h"
import "C"

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"
)

// Chunk is how many time steps lie between two kept states.
const Chunk = C.MM_SCAN_CHUNK

// Dims are the sizes and options of a scan.
type Dims struct {
	Batch    int // B
	Length   int // L
	Channels int // D
	State    int // N
	Groups   int // G, divides Channels

	Softplus bool // delta = softplus(delta + bias)
	Reverse  bool // run from the last time step to the first
}

// Inputs of a scan, flat and row-major; nil leaves an optional input out.
type Inputs struct {
	U, Delta     []float32 // [B, L, D]
	A            []float32 // [D, N]
	B, C         []float32 // [B, L, G, N]
	D            []float32 // [D] or nil: y += D*u
	Z            []float32 // [B, L, D] or nil: y *= SiLU(z)
	DeltaBias    []float32 // [D] or nil: delta += bias
	InitialState []float32 // [B, D, N] or nil (zeros)
}

// Gradients of a loss with respect to each input, in the input's shape. What is nil is not computed.
type Gradients struct {
	U, Delta, A, B, C, D, Z, DeltaBias, InitialState []float32
}

// Result of a forward pass.
type Result struct {
	Y      []float32 // [B, L, D]
	Last   []float32 // [B, D, N]: the state after the last step; nil: not wanted
	Starts []float32 // StartsSize values, which Backward needs; nil: inference
}

// StartsSize is how many values a forward pass keeps for the backward pass: the state before each chunk of Chunk steps
// but the first. The layout belongs to the kernel that wrote it.
func (d Dims) StartsSize() int {
	c := d.c()
	return int(C.mm_scan_starts_size(&c))
}

// Forward runs the scan into out.
func Forward(d Dims, in Inputs, out Result) error {
	if err := d.check(append(in.fields(d), out.fields(d)...)); err != nil {
		return err
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	dims, inputs := d.c(), in.c(&pin)
	return status(C.mm_scan_forward(&dims, &inputs, pinned(&pin, out.Y), pinned(&pin, out.Last), pinned(&pin, out.Starts)))
}

// Backward writes the gradients of a loss whose gradients with respect to Forward's Y and Last are gy [B, L, D] and
// gLast [B, D, N] (nil: zeros). starts is what Forward kept for the same inputs.
func Backward(d Dims, in Inputs, starts, gy, gLast []float32, grad Gradients) error {
	fields := append(in.fields(d), grad.fields(in)...)
	fields = append(fields,
		field{"starts", starts, d.StartsSize(), false},
		field{"gy", gy, d.steps(), false},
		field{"gLast", gLast, d.states(), true})
	if err := d.check(fields); err != nil {
		return err
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	dims, inputs, gradients := d.c(), in.c(&pin), grad.c(&pin)
	return status(C.mm_scan_backward(&dims, &inputs, pinned(&pin, starts), pinned(&pin, gy), pinned(&pin, gLast), &gradients))
}

// ISA is the instruction set in use: "avx512", "avx2" or "portable". It is an error where MAMBAMIXER_SCAN_ISA asks for
// one that there is not.
func ISA() (string, error) {
	if name := C.mm_scan_isa(); name != nil {
		return C.GoString(name), nil
	}
	return "", errors.New(C.GoString(C.mm_scan_error()))
}

// SetISA chooses the instruction set from now on. No scan may be running.
func SetISA(name string) error {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	if C.mm_scan_set_isa(text) != C.MM_SCAN_OK {
		return fmt.Errorf("there is no scan kernel for the instruction set %q, or this processor does not run it; there are avx512, avx2 and portable", name)
	}
	return nil
}

// Threads is how many threads a scan uses at most.
func Threads() int { return int(C.mm_scan_threads()) }

// SetThreads changes that. The results don't depend on it, to the last bit.
func SetThreads(threads int) { C.mm_scan_set_threads(C.int(threads)) }

// Math is an elementary function of the kernels.
type Math int

const (
	Exp2     Math = C.MM_SCAN_EXP2
	Exp      Math = C.MM_SCAN_EXP
	Softplus Math = C.MM_SCAN_SOFTPLUS
	Sigmoid  Math = C.MM_SCAN_SIGMOID
	SiLU     Math = C.MM_SCAN_SILU
)

// Apply returns f of each value, computed as the kernels do; for tests of their accuracy.
func Apply(f Math, x []float32) []float32 {
	y := make([]float32, len(x))
	if len(x) > 0 {
		C.mm_scan_math(C.int(f), (*C.float)(&x[0]), (*C.float)(&y[0]), C.int64_t(len(x)))
	}
	return y
}

func (d Dims) steps() int       { return d.Batch * d.Length * d.Channels }
func (d Dims) states() int      { return d.Batch * d.Channels * d.State }
func (d Dims) projections() int { return d.Batch * d.Length * d.Groups * d.State }

func (d Dims) c() C.mm_scan_dims {
	flag := map[bool]C.int{true: 1}
	return C.mm_scan_dims{
		batch: C.int64_t(d.Batch), length: C.int64_t(d.Length), channels: C.int64_t(d.Channels),
		state: C.int64_t(d.State), groups: C.int64_t(d.Groups),
		softplus: flag[d.Softplus], reverse: flag[d.Reverse],
	}
}

func (in Inputs) c(pin *runtime.Pinner) C.mm_scan_inputs {
	return C.mm_scan_inputs{
		u: pinned(pin, in.U), delta: pinned(pin, in.Delta), a: pinned(pin, in.A), b: pinned(pin, in.B), c: pinned(pin, in.C),
		d: pinned(pin, in.D), z: pinned(pin, in.Z), delta_bias: pinned(pin, in.DeltaBias), h0: pinned(pin, in.InitialState),
	}
}

func (g Gradients) c(pin *runtime.Pinner) C.mm_scan_gradients {
	return C.mm_scan_gradients{
		u: pinned(pin, g.U), delta: pinned(pin, g.Delta), a: pinned(pin, g.A), b: pinned(pin, g.B), c: pinned(pin, g.C),
		d: pinned(pin, g.D), z: pinned(pin, g.Z), delta_bias: pinned(pin, g.DeltaBias), h0: pinned(pin, g.InitialState),
	}
}

// pinned is the address of a slice's values; it stays in place until pin.Unpin. It is nil only for a nil slice.
func pinned(pin *runtime.Pinner, values []float32) *C.float {
	if values == nil {
		return nil
	}
	if len(values) == 0 {
		values = make([]float32, 1)
	}
	pin.Pin(&values[0])
	return (*C.float)(&values[0])
}

// field is one array of a call.
type field struct {
	name     string
	values   []float32
	want     int
	optional bool
}

func (in Inputs) fields(d Dims) []field {
	return []field{
		{"U", in.U, d.steps(), false}, {"Delta", in.Delta, d.steps(), false},
		{"A", in.A, d.Channels * d.State, false},
		{"B", in.B, d.projections(), false}, {"C", in.C, d.projections(), false},
		{"D", in.D, d.Channels, true}, {"Z", in.Z, d.steps(), true},
		{"DeltaBias", in.DeltaBias, d.Channels, true}, {"InitialState", in.InitialState, d.states(), true},
	}
}

func (out Result) fields(d Dims) []field {
	return []field{
		{"Y", out.Y, d.steps(), false}, {"Last", out.Last, d.states(), true}, {"Starts", out.Starts, d.StartsSize(), true},
	}
}

// fields of gradients are as long as the inputs; there is none for an input that is left out.
func (g Gradients) fields(in Inputs) []field {
	like := func(name string, grad, input []float32) field {
		want := len(input)
		if input == nil {
			want = -1
		}
		return field{"gradient of " + name, grad, want, true}
	}
	return []field{
		like("U", g.U, in.U), like("Delta", g.Delta, in.Delta), like("A", g.A, in.A), like("B", g.B, in.B), like("C", g.C, in.C),
		like("D", g.D, in.D), like("Z", g.Z, in.Z), like("DeltaBias", g.DeltaBias, in.DeltaBias),
		like("InitialState", g.InitialState, in.InitialState),
	}
}

func (d Dims) check(fields []field) error {
	if min(d.Batch, d.Length) < 0 || min(d.Channels, d.State, d.Groups) < 1 || d.Channels%d.Groups != 0 {
		return fmt.Errorf("a scan needs Batch and Length of at least 0, Channels, State and Groups of at least 1, and Groups must divide Channels; got %+v", d)
	}
	return fit("scan", d, fields)
}

// fit says which array has another size than the dims of an operation ask for.
func fit(operation string, dims any, fields []field) error {
	for _, f := range fields {
		if f.want < 0 && f.values != nil {
			return fmt.Errorf("the %s was asked for, but that input was left out", f.name)
		}
		if len(f.values) != f.want && !(f.optional && f.values == nil) {
			return fmt.Errorf("%s of a %s has %d values, but %+v needs %d", f.name, operation, len(f.values), dims, f.want)
		}
	}
	return nil
}

func status(code C.int) error {
	switch code {
	case C.MM_SCAN_OK:
		return nil
	case C.MM_SCAN_NO_MEMORY:
		return errors.New("there is not enough memory for the sums of the gradients")
	case C.MM_SCAN_NO_ISA:
		return errors.New(C.GoString(C.mm_scan_error()))
	}
	return fmt.Errorf("the kernel refused the call with code %d", int(code))
}
