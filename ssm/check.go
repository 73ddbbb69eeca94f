package ssm

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/support/exceptions"
)

// dims are the sizes of a scan: batch, length, channels, state size, groups.
type dims struct{ B, L, D, N, G int }

// check panics with a sentence when the inputs don't fit together and returns their sizes.
func (in Inputs) check(opts Options) dims {
	for _, required := range []struct {
		name string
		node *Node
	}{{"U", in.U}, {"Delta", in.Delta}, {"A", in.A}, {"B", in.B}, {"C", in.C}} {
		if required.node == nil {
			exceptions.Panicf("ssm.Scan: %s is missing (nil)", required.name)
		}
	}
	if in.U.Rank() != 3 {
		exceptions.Panicf("ssm.Scan: U must be [batch, length, channels], got shape %s", in.U.Shape())
	}
	if in.A.Rank() != 2 {
		exceptions.Panicf("ssm.Scan: A must be [channels, state], got shape %s", in.A.Shape())
	}
	if r := in.B.Rank(); r != 3 && r != 4 {
		exceptions.Panicf("ssm.Scan: B must be [batch, length, state] or [batch, length, groups, state], got shape %s", in.B.Shape())
	}
	u := in.U.Shape().Dimensions
	d := dims{B: u[0], L: u[1], D: u[2], N: in.A.Shape().Dim(1), G: 1}
	bShape := []int{d.B, d.L, d.N}
	if in.B.Rank() == 4 {
		d.G = in.B.Shape().Dim(2)
		bShape = []int{d.B, d.L, d.G, d.N}
	}
	if d.B <= 0 || d.L <= 0 || d.D <= 0 || d.N <= 0 || d.G <= 0 {
		exceptions.Panicf("ssm.Scan: no axis may be empty, got U %s, A %s, B %s", in.U.Shape(), in.A.Shape(), in.B.Shape())
	}
	if d.D%d.G != 0 {
		exceptions.Panicf("ssm.Scan: the %d channels of U %s can't be divided into the %d groups of B %s", d.D, in.U.Shape(), d.G, in.B.Shape())
	}
	in.fits("Delta", in.Delta, d.B, d.L, d.D)
	in.fits("A", in.A, d.D, d.N)
	in.fits("B", in.B, bShape...)
	in.fits("C", in.C, bShape...)
	in.fits("D", in.D, d.D)
	in.fits("Z", in.Z, d.B, d.L, d.D)
	in.fits("DeltaBias", in.DeltaBias, d.D)
	in.fits("InitialState", in.InitialState, d.B, d.D, d.N)
	if m := opts.Discretization; m != "" && m != Euler && m != ZOH {
		exceptions.Panicf("ssm.Scan: unknown discretization %q; use %q or %q", m, Euler, ZOH)
	}
	return d
}

// fits panics unless node (nil is fine) has the wanted dimensions and the dtype of U.
func (in Inputs) fits(name string, node *Node, want ...int) {
	if node == nil {
		return
	}
	if err := node.Shape().CheckDims(want...); err != nil {
		exceptions.Panicf("ssm.Scan: %s has shape %s, but U %s, A %s and B %s ask for %v",
			name, node.Shape(), in.U.Shape(), in.A.Shape(), in.B.Shape(), want)
	}
	if node.DType() != in.U.DType() {
		exceptions.Panicf("ssm.Scan: %s has dtype %s, but U has %s; convert one of them", name, node.DType(), in.U.DType())
	}
}

func shapeOf(dtype dtypes.DType, dimensions ...int) shapes.Shape {
	return shapes.Make(dtype, dimensions...)
}
