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

// along brings an axis of x that counts the variates into the order.
func (o variateOrder) along(x *Node, axis int) *Node {
	if o == nil {
		return x
	}
	rows := make([][]int32, len(o)) // [M, 1]
	for i, variate := range o {
		rows[i] = []int32{int32(variate)}
	}
	toFront, back := []int{axis}, make([]int, x.Rank())
	for other := range x.Rank() {
		if other != axis {
			toFront = append(toFront, other)
		}
	}
	for to, from := range toFront {
		back[from] = to
	}
	return TransposeAllAxes(Gather(TransposeAllAxes(x, toFront...), Const(x.Graph(), rows)), back...)
}

// known brings what is known into the order.
func (o variateOrder) known(k Known) Known {
	if k.Static != nil {
		k.Static = o.along(k.Static, 1)
	}
	if k.Future != nil {
		k.Future = o.along(k.Future, 1)
	}
	return k
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
	return inverse.along(x, 2)
}
