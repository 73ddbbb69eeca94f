package fused

import (
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
)

// Inputs of the scan, float32. D, Z, DeltaBias and InitialState are optional (nil).
type Inputs struct {
	U, Delta     *Node // [B, L, D]
	A            *Node // [D, N]
	B, C         *Node // [B, L, G, N]
	D            *Node // [D]
	Z            *Node // [B, L, D]
	DeltaBias    *Node // [D]
	InitialState *Node // [B, D, N]
}

// all lists the inputs in the order of the handlers' arguments.
func (in *Inputs) all() []**Node {
	return []**Node{&in.U, &in.Delta, &in.A, &in.B, &in.C, &in.D, &in.Z, &in.DeltaBias, &in.InitialState}
}

// Present lists the inputs that aren't nil, in a fixed order.
func (in Inputs) Present() []*Node {
	var nodes []*Node
	for _, node := range in.all() {
		if *node != nil {
			nodes = append(nodes, *node)
		}
	}
	return nodes
}

// Absent is a set of optional inputs: bit 0 is D, 1 Z, 2 DeltaBias, 3 InitialState.
type Absent uint

// Absent says which inputs are nil.
func (in Inputs) Absent() (absent Absent) {
	for i, node := range in.all()[required:] {
		if *node == nil {
			absent |= 1 << i
		}
	}
	return absent
}

// required is the number of inputs that are always there.
const required = 5

// Arrange is the inverse of Present: it puts nodes in their places, leaving out the absent ones.
func Arrange(nodes []*Node, absent Absent) (in Inputs) {
	for i, place := range in.all() {
		if i >= required && absent&(1<<(i-required)) != 0 {
			continue
		}
		*place, nodes = nodes[0], nodes[1:]
	}
	return in
}

// Options of the scan.
type Options struct {
	DeltaSoftplus bool
	Reverse       bool
	NoLastState   bool // the last state isn't wanted: Forward gives nil, and Backward takes no gradient for it
}

// encode makes the first argument of a handler: softplus, reverse, no last state, and the absent inputs.
func (o Options) encode(in Inputs) *Node {
	flags := []int32{0, 0, 0, int32(in.Absent())}
	for i, set := range []bool{o.DeltaSoftplus, o.Reverse, o.NoLastState} {
		if set {
			flags[i] = 1
		}
	}
	return Const(in.U.Graph(), flags)
}

// Forward calls the forward kernel: y [B, L, D], the last state [B, D, N] and, if keep is set, the states that Backward
// needs, in the kernel's own order.
func Forward(in Inputs, o Options, keep bool) (y, last, starts *Node) {
	u, a := in.U.Shape(), in.A.Shape()
	results := []shapes.Shape{u}
	if !o.NoLastState {
		results = append(results, shapes.Make(u.DType, u.Dim(0), a.Dim(0), a.Dim(1)))
	}
	if keep {
		results = append(results, shapes.Make(u.DType, startsSize(in)))
	}
	outputs := call("mambamixer_scan_forward", append([]*Node{o.encode(in)}, in.Present()...), results)
	if keep {
		starts = outputs[len(outputs)-1]
	}
	if !o.NoLastState {
		last = outputs[1]
	}
	return outputs[0], last, starts
}

// Backward calls the backward kernel: the gradients of the inputs present, in the order of Present, given those of what
// Forward gave: y and, unless it isn't wanted, the last state.
func Backward(in Inputs, o Options, starts *Node, grads ...*Node) []*Node {
	args := append([]*Node{o.encode(in)}, in.Present()...)
	args = append(append(args, starts), grads...)
	var results []shapes.Shape
	for _, node := range in.Present() {
		results = append(results, node.Shape())
	}
	return call("mambamixer_scan_backward", args, results)
}
