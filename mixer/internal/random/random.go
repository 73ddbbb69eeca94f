// Package random makes random numbers cheaply on a CPU.
package random

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/parallel"
)

// Words gives size random numbers, uniform on 0 .. 2³²-1: a hash of each one's position and of two numbers drawn from the store's
// generator. Outside of training, where nothing may be drawn, the two are the same in every run.
//
// XLA fuses the hash with what uses it, whereas a random number for each value, as of layers.DropoutStatic, is computed
// apart and takes most of the time of a training step on a CPU.
//
// Where devices share a batch, the position is that in the whole batch, if the batch is the first axis of what the numbers are for:
// they are the same for any number of devices.
func Words(scope *model.Scope, g *Graph, size int) *Node {
	seeds := Const(g, []uint32{0x9e3779b9, 0x7f4a7c15})
	if scope.IsTraining(g) {
		seeds = ConvertDType(MulScalar(scope.RandomUniform(g, shapes.Make(dtypes.Float64, 2)), 1<<32), dtypes.Uint32)
	}
	seed := func(i int) *Node { return BroadcastToDims(Reshape(Slice(seeds, AxisElem(i))), size) }

	position := Iota(g, shapes.Make(dtypes.Uint32, size), 0)
	if part := parallel.Part(g); part != nil {
		position = Add(position, MulScalar(ConvertDType(part, dtypes.Uint32), size))
	}
	return mix(BitwiseXor(mix(BitwiseXor(position, seed(0))), seed(1)))
}

// Uniform gives numbers from 0 to 1, without 1, of the shape dims, with 24 random bits each.
func Uniform(scope *model.Scope, g *Graph, dims ...int) *Node {
	size := 1
	for _, n := range dims {
		size *= n
	}
	words := BitwiseShiftRightLogicalScalar(Words(scope, g, size), uint32(8))
	return Reshape(DivScalar(ConvertDType(words, dtypes.Float32), 1<<24), dims...)
}

// mix is a bijection of 32-bit words in which every bit of the result depends on every bit of x: the integer hash
// "lowbias32" of Chris Wellons.
func mix(x *Node) *Node {
	x = BitwiseXor(x, BitwiseShiftRightLogicalScalar(x, uint32(16)))
	x = Mul(x, ConstAs(x, uint32(0x7feb352d)))
	x = BitwiseXor(x, BitwiseShiftRightLogicalScalar(x, uint32(15)))
	x = Mul(x, ConstAs(x, uint32(0x846ca68b)))
	return BitwiseXor(x, BitwiseShiftRightLogicalScalar(x, uint32(16)))
}
