// Package dropout drops values at random, cheaply on a CPU.
package dropout

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/parallel"
)

// Apply sets each value of x to zero with probability rate, independently, and divides the others by 1 - rate. It does
// so in training only, and nothing at rate 0.
//
// Two random numbers are drawn from the store's generator; a value is dropped by a hash of them and of its position.
// XLA fuses the hash with what is done to the value, whereas a random number for each value, as of
// layers.DropoutStatic, is computed apart and takes most of the time of a training step on a CPU.
//
// Where devices share a batch, the position is that in the whole batch, if the batch is the first axis of x: what is
// dropped is the same for any number of devices.
func Apply(scope *model.Scope, x *Node, rate float64) *Node {
	g := x.Graph()
	if rate <= 0 || !scope.IsTraining(g) {
		return x
	}
	size := x.Shape().Size()
	seeds := ConvertDType(MulScalar(scope.RandomUniform(g, shapes.Make(dtypes.Float64, 2)), 1<<32), dtypes.Uint32)
	seed := func(i int) *Node { return BroadcastToDims(Reshape(Slice(seeds, AxisElem(i))), size) }

	position := Iota(g, shapes.Make(dtypes.Uint32, size), 0)
	if part := parallel.Part(g); part != nil {
		position = Add(position, MulScalar(ConvertDType(part, dtypes.Uint32), size))
	}
	hashed := mix(BitwiseXor(mix(BitwiseXor(position, seed(0))), seed(1))) // uniform on 0 .. 2³²-1
	kept := GreaterOrEqual(hashed, ConstAs(hashed, uint32(rate*(1<<32))))
	return Where(Reshape(kept, x.Shape().Dimensions...), MulScalar(x, 1/(1-rate)), ZerosLike(x))
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
