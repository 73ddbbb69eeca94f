package ssmref

import "fmt"

// Dims are the sizes of a scan, in the symbols of the package comment.
type Dims struct {
	Batch    int // B
	Length   int // L
	Channels int // D
	State    int // N
	Groups   int // G, divides Channels
}

// Inputs of a scan. Every slice is flat and row-major; nil leaves an optional input out.
type Inputs struct {
	Dims
	U, Delta     []float64 // [B, L, D]
	A            []float64 // [D, N], negative for a stable system
	B, C         []float64 // [B, L, G, N]
	D            []float64 // [D] or nil: y += D*u
	Z            []float64 // [B, L, D] or nil: y *= SiLU(z)
	DeltaBias    []float64 // [D] or nil: delta += bias
	InitialState []float64 // [B, D, N] or nil (zeros): the state before the first step
}

// Options of a scan.
type Options struct {
	DeltaSoftplus bool // delta = softplus(delta + bias)
	Reverse       bool // run from the last time step to the first
	ZOH           bool // zero-order hold for B instead of Euler
}

// step is the flat index of (b, t, d) in a [B, L, D] array.
func (s Dims) step(b, t, d int) int { return (b*s.Length+t)*s.Channels + d }

// row is the flat index of (d, 0) in a [D, N] array.
func (s Dims) row(d int) int { return d * s.State }

// state is the flat index of (b, d, 0) in a [B, D, N] array.
func (s Dims) state(b, d int) int { return (b*s.Channels + d) * s.State }

// projection is the flat index of (b, t, group of d, 0) in a [B, L, G, N] array.
func (s Dims) projection(b, t, d int) int {
	group := d / (s.Channels / s.Groups)
	return ((b*s.Length+t)*s.Groups + group) * s.State
}

// timeAt is the time step that the scan visits at place i.
func (o Options) timeAt(i, length int) int {
	if o.Reverse {
		return length - 1 - i
	}
	return i
}

// Field is one input of a scan: its name, its shape, and its values in row-major order.
type Field struct {
	Name     string
	Dims     []int
	Values   []float64 // nil: left out
	Optional bool
}

// Fields lists the inputs in the order of the struct.
func (in Inputs) Fields() []Field {
	steps := []int{in.Batch, in.Length, in.Channels}
	projections := []int{in.Batch, in.Length, in.Groups, in.State}
	channels := []int{in.Channels}
	return []Field{
		{Name: "U", Dims: steps, Values: in.U},
		{Name: "Delta", Dims: steps, Values: in.Delta},
		{Name: "A", Dims: []int{in.Channels, in.State}, Values: in.A},
		{Name: "B", Dims: projections, Values: in.B},
		{Name: "C", Dims: projections, Values: in.C},
		{Name: "D", Dims: channels, Values: in.D, Optional: true},
		{Name: "Z", Dims: steps, Values: in.Z, Optional: true},
		{Name: "DeltaBias", Dims: channels, Values: in.DeltaBias, Optional: true},
		{Name: "InitialState", Dims: in.stateDims(), Values: in.InitialState, Optional: true},
	}
}

func (s Dims) stateDims() []int { return []int{s.Batch, s.Channels, s.State} }

// mustBeConsistent panics with a sentence when a size is not positive or a slice has the wrong length.
func (in Inputs) mustBeConsistent() {
	if min(in.Batch, in.Length, in.Channels, in.State, in.Groups) < 1 {
		panic(fmt.Sprintf("ssmref: every size must be at least 1, got %+v", in.Dims))
	}
	if in.Channels%in.Groups != 0 {
		panic(fmt.Sprintf("ssmref: %d channels cannot be divided into %d equal groups", in.Channels, in.Groups))
	}
	for _, field := range in.Fields() {
		field.mustFit()
	}
}

// mustFit panics with a sentence when the values do not fill the shape.
func (f Field) mustFit() {
	if f.Optional && f.Values == nil {
		return
	}
	want := 1
	for _, dim := range f.Dims {
		want *= dim
	}
	if len(f.Values) != want {
		panic(fmt.Sprintf("ssmref: %s has %d values, but its shape %v needs %d", f.Name, len(f.Values), f.Dims, want))
	}
}
