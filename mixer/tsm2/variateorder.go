package tsm2

import (
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"
)

// variateOrder is the order in which the model sees the variates: place i holds variate order[i]. nil is the order of
// the data. The variate mixer is a scan, so the order can matter, though no order means anything.
type variateOrder []int

// variateOrder draws the order that ShuffleVariates asks for.
func (c Config) variateOrder(variates int) variateOrder {
	if c.ShuffleVariates == 0 {
		return nil
	}
	return rand.New(rand.NewPCG(uint64(c.ShuffleVariates), 0)).Perm(variates)
}

// apply brings x [B, L, M] into the order.
func (o variateOrder) apply(x *Node) *Node {
	if o == nil {
		return x
	}
	rows := make([][]int32, len(o)) // [M, 1]
	for i, variate := range o {
		rows[i] = []int32{int32(variate)}
	}
	first := TransposeAllAxes(x, 2, 0, 1) // [M, B, L]
	return TransposeAllAxes(Gather(first, Const(x.Graph(), rows)), 1, 2, 0)
}

// undo brings x [B, L, M] back into the order of the data.
func (o variateOrder) undo(x *Node) *Node {
	if o == nil {
		return x
	}
	inverse := make(variateOrder, len(o))
	for i, variate := range o {
		inverse[variate] = i
	}
	return inverse.apply(x)
}
