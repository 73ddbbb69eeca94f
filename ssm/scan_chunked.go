package ssm

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
)

// chunkLength is the number of time steps that one iteration of the Chunked method takes, and so the factor by which
// it keeps fewer states than the Sequential method. Longer chunks cost more time than they save memory.
const chunkLength = 4

// chunked computes the recurrence with a While loop over chunks of T time steps, and in a chunk with a parallel scan.
// The backward pass is a second loop, over the chunks in the opposite order, written by hand: it recomputes the states
// of a chunk from the state at the chunk's start, which is all that the forward pass keeps.
// With T = 1 it is the sequential method.
func (r recurrence) chunked(T int) (y, last *Node) {
	d := r.dims
	loop := chunkLoop{T: T, reverse: r.opts.Reverse, discretization: r.opts.Discretization}
	channels := d.D / d.G
	// To time-major, padded to whole chunks. A padded step has delta = 0, so Ā = 1 and B̄u = 0: it changes nothing.
	u := loop.pad(TransposeAllAxes(Reshape(r.u, d.B, d.L, 1, d.G, channels), 1, 0, 2, 3, 4))         // [L', B, 1, G, D/G]
	delta := loop.pad(TransposeAllAxes(Reshape(r.delta, d.B, d.L, 1, d.G, channels), 1, 0, 2, 3, 4)) // [L', B, 1, G, D/G]
	b := loop.pad(Reshape(TransposeAllAxes(r.b, 1, 0, 3, 2), d.L, d.B, d.N, d.G, 1))                 // [L', B, N, G, 1]
	c := loop.pad(Reshape(TransposeAllAxes(r.c, 1, 0, 3, 2), d.L, d.B, d.N, d.G, 1))                 // [L', B, N, G, 1]
	a := Reshape(TransposeAllAxes(r.a, 1, 0), 1, 1, d.N, d.G, channels)                              // [1, 1, N, G, D/G]
	h0 := Reshape(TransposeAllAxes(r.h0, 0, 2, 1), 1, d.B, d.N, d.G, channels)                       // [1, B, N, G, D/G]

	yPadded, hLast := loop.run(u, delta, a, b, c, h0)
	y = SliceAxis(yPadded, 0, AxisRange(0, d.L)) // [L, B, 1, G, D/G]
	y = Reshape(TransposeAllAxes(y, 1, 0, 2, 3, 4), d.B, d.L, d.D)
	last = TransposeAllAxes(Reshape(hLast, d.B, d.N, d.D), 0, 2, 1)
	return y, last
}

// chunkLoop is the pair of loops, forward and backward, with its static options.
//
// Shapes: u, delta, y [L, B, 1, G, D/G]; b, c [L, B, N, G, 1]; a [1, 1, N, G, D/G]; states [1, B, N, G, D/G]; L a multiple of T.
type chunkLoop struct {
	T              int
	reverse        bool
	discretization Discretization
}

// pad appends zeros on axis 0 up to a multiple of T.
func (l chunkLoop) pad(x *Node) *Node {
	shape := x.Shape().Clone()
	missing := (l.T - shape.Dim(0)%l.T) % l.T
	if missing == 0 {
		return x
	}
	shape.Dimensions[0] = missing
	return Concatenate([]*Node{x, Zeros(x.Graph(), shape)}, 0)
}

// run returns y and the state after the last chunk, differentiable with respect to all six arguments.
func (l chunkLoop) run(u, delta, a, b, c, h0 *Node) (y, last *Node) {
	name := fmt.Sprintf("chunked_T%d_reverse%t_%s", l.T, l.reverse, l.discretization)
	registerAdjoint(name, l.backward)
	y, last, starts := l.forward(u, delta, a, b, c, h0)
	outputs := withAdjoint(name, []*Node{u, delta, a, b, c, h0}, []*Node{starts}, []*Node{y, last})
	return outputs[0], outputs[1]
}

// forward is the loop over chunks in the direction of the recurrence. starts [L/T, B, N, G, D/G] are the states
// before each chunk.
func (l chunkLoop) forward(u, delta, a, b, c, h0 *Node) (y, last, starts *Node) {
	g := u.Graph()
	chunks := u.Shape().Dim(0) / l.T
	startsShape := h0.Shape().Clone()
	startsShape.Dimensions[0] = chunks
	results := l.overChunks(g, chunks, l.reverse,
		[]*Node{u, delta, b, c}, []*Node{a},
		[]*Node{h0}, []*Node{Zeros(g, u.Shape()), Zeros(g, startsShape)}, []int{l.T, 1},
		func(sliced, whole, carried []*Node) (newCarried, written []*Node) {
			u, delta, b, c := sliced[0], sliced[1], sliced[2], sliced[3]
			h := l.states(u, delta, whole[0], b, carried[0]) // [T, B, N, G, D/G]
			y := sumOverState(Mul(c, h))                     // [T, B, 1, G, D/G]
			return []*Node{l.lastOf(h)}, []*Node{y, carried[0]}
		})
	return results[1], results[0], results[2]
}

// backward is the adjoint of forward. With g_t = ∂loss/∂h_t, flowing against the direction of the recurrence:
//
//	g_t = C_t ∂y_t + Ā_{t+1} g_{t+1}
//
// and each gradient of an argument is local in g_t, h_t and h_{t-1}.
func (l chunkLoop) backward(inputs, grads []*Node) []*Node {
	u, delta, a, b, c, starts := inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], inputs[6]
	gradY, gradLast := grads[0], grads[1]
	g := u.Graph()
	chunks := u.Shape().Dim(0) / l.T
	results := l.overChunks(g, chunks, !l.reverse,
		[]*Node{u, delta, b, c, gradY, starts}, []*Node{a},
		// Carried: the adjoint of the state, and the sum over time of the gradient of A.
		[]*Node{gradLast, ZerosLike(gradLast)},
		[]*Node{Zeros(g, u.Shape()), Zeros(g, delta.Shape()), Zeros(g, b.Shape()), Zeros(g, c.Shape())}, []int{l.T, l.T, l.T, l.T},
		func(sliced, whole, carried []*Node) (newCarried, written []*Node) {
			u, delta, b, c, gradY, start := sliced[0], sliced[1], sliced[2], sliced[3], sliced[4], sliced[5]
			a := whole[0]
			h := l.states(u, delta, a, b, start)
			before := l.shiftIn(h, start) // h_{t-1}
			decay := Exp(Mul(delta, a))
			gradH := l.adjointStates(decay, Mul(c, gradY), carried[0])

			gradGain := Mul(gradH, l.discretization.gain(delta, a)) // ∂loss/∂(uB)
			gradDrive := Mul(gradH, Mul(u, b))                      // ∂loss/∂gain
			throughDecay := Mul(Mul(gradH, before), decay)          // ∂loss/∂(ΔA) by way of Ā

			gradU := sumOverState(Mul(gradGain, b))
			gradB := sumOverChannels(gradGain, u)
			gradC := sumOverChannels(h, gradY)
			gradA := Mul(throughDecay, delta)
			byDelta, byA := l.discretization.gainGradients(delta, a)
			if byA != nil {
				gradA = Add(gradA, Mul(gradDrive, byA))
				gradDrive = Mul(gradDrive, byDelta)
			}
			gradDelta := sumOverState(Add(Mul(throughDecay, a), gradDrive))
			sumA := carried[1]
			for t := range l.T {
				sumA = Add(sumA, SliceAxis(gradA, 0, AxisRange(t, t+1)))
			}
			return []*Node{l.firstOf(Mul(decay, gradH)), sumA}, []*Node{gradU, gradDelta, gradB, gradC}
		})
	gradH0, sumA := results[0], results[1]
	gradA := Reshape(ReduceSum(sumA, 0, 1), a.Shape().Dimensions...)
	return []*Node{results[2], results[3], gradA, results[4], results[5], gradH0}
}

// states are the states at all T steps of a chunk, from the state before it.
func (l chunkLoop) states(u, delta, a, b, before *Node) *Node {
	drive := Mul(Mul(l.discretization.gain(delta, a), u), b)
	return l.scanFrom(Exp(Mul(delta, a)), drive, before, l.reverse)
}

// adjointStates are the adjoints of the states of a chunk: g_t = source_t + Ā_{t+1} g_{t+1}; carried is what flows in
// from the next chunk, already multiplied by its Ā.
func (l chunkLoop) adjointStates(decay, source, carried *Node) *Node {
	if l.T == 1 {
		return Add(source, carried)
	}
	one := l.lastOf(decay)
	one = BroadcastToShape(number(one, 1), one.Shape())
	shifted := Concatenate([]*Node{SliceAxis(decay, 0, AxisRangeToEnd(1)), one}, 0)
	if l.reverse {
		shifted = Concatenate([]*Node{one, SliceAxis(decay, 0, AxisRange(0, l.T-1))}, 0)
	}
	return l.scanFrom(shifted, source, carried, !l.reverse)
}

// scanFrom returns h_t = a_t h_{t-1} + b_t over axis 0 of length T by doubling: after the k-th round each position holds
// the combination of the 2^k steps up to it.
func (l chunkLoop) scanFrom(a, b, before *Node, reverse bool) *Node {
	for span := 1; span < l.T; span *= 2 {
		ownA, ownB, pastA, pastB := AxisRangeToEnd(span), AxisRangeToEnd(span), AxisRange(0, l.T-span), AxisRange(0, l.T-span)
		if reverse {
			ownA, ownB, pastA, pastB = pastA, pastB, ownA, ownB
		}
		settled := AxisRange(0, span)
		if reverse {
			settled = AxisRangeToEnd(l.T - span)
		}
		newA := Mul(SliceAxis(a, 0, ownA), SliceAxis(a, 0, pastA))
		newB := Add(SliceAxis(b, 0, ownB), Mul(SliceAxis(a, 0, ownA), SliceAxis(b, 0, pastB)))
		a = joinInOrder(SliceAxis(a, 0, settled), newA, reverse)
		b = joinInOrder(SliceAxis(b, 0, settled), newB, reverse)
	}
	return Add(Mul(a, before), b)
}

func joinInOrder(first, second *Node, reverse bool) *Node {
	if reverse {
		first, second = second, first
	}
	return Concatenate([]*Node{first, second}, 0)
}

// lastOf is the element of a chunk that the recurrence reaches last; firstOf the one it reaches first.
func (l chunkLoop) lastOf(x *Node) *Node  { return l.element(x, !l.reverse) }
func (l chunkLoop) firstOf(x *Node) *Node { return l.element(x, l.reverse) }

func (l chunkLoop) element(x *Node, highest bool) *Node {
	if highest {
		return SliceAxis(x, 0, AxisRange(l.T-1, l.T))
	}
	return SliceAxis(x, 0, AxisRange(0, 1))
}

// shiftIn is h one step earlier, with the state before the chunk at its start.
func (l chunkLoop) shiftIn(h, before *Node) *Node {
	switch {
	case l.T == 1:
		return before
	case l.reverse:
		return Concatenate([]*Node{SliceAxis(h, 0, AxisRangeToEnd(1)), before}, 0)
	default:
		return Concatenate([]*Node{before, SliceAxis(h, 0, AxisRange(0, l.T-1))}, 0)
	}
}

// overChunks runs body once per chunk, from the last chunk to the first if descending.
//
//	sliced    are cut on axis 0 into one equal part per chunk
//	whole     are given to body as they are
//	carried   go from one iteration to the next
//	written   are filled by body, size[i] elements of axis 0 at a time
//
// It returns the final carried values and the written ones.
func (l chunkLoop) overChunks(g *Graph, chunks int, descending bool, sliced, whole, carried, written []*Node, size []int,
	body func(sliced, whole, carried []*Node) (newCarried, written []*Node)) []*Node {
	state := []*Node{Const(g, int32(0))}
	for _, group := range [][]*Node{carried, written, sliced, whole} {
		state = append(state, group...)
	}
	params := func(g *Graph) []*Node {
		nodes := make([]*Node, len(state))
		for i, s := range state {
			nodes[i] = Parameter(g, fmt.Sprintf("s%d", i), s.Shape())
		}
		return nodes
	}
	cond := NewClosure(g, func(g *Graph) []*Node {
		return []*Node{LessThan(params(g)[0], Const(g, int32(chunks)))}
	})
	step := NewClosure(g, func(g *Graph) []*Node {
		p := params(g)
		iteration, rest := p[0], p[1:]
		take := func(n int) (group []*Node) {
			group, rest = rest[:n:n], rest[n:]
			return group
		}
		carriedNow, writtenNow, slicedNow, wholeNow := take(len(carried)), take(len(written)), take(len(sliced)), take(len(whole))
		chunk := iteration
		if descending {
			chunk = Sub(Const(g, int32(chunks-1)), iteration)
		}
		start := func(x *Node, size int) []*Node {
			at := make([]*Node, x.Rank())
			for i := range at {
				at[i] = Const(g, int32(0))
			}
			at[0] = Mul(chunk, Const(g, int32(size)))
			return at
		}
		parts := make([]*Node, len(slicedNow))
		for i, x := range slicedNow {
			shape := x.Shape().Clone()
			shape.Dimensions[0] /= chunks
			parts[i] = DynamicSlice(x, start(x, shape.Dimensions[0]), shape.Dimensions)
		}
		newCarried, values := body(parts, wholeNow, carriedNow)
		next := append([]*Node{Add(iteration, Const(g, int32(1)))}, newCarried...)
		for i, value := range values {
			next = append(next, DynamicUpdateSlice(writtenNow[i], value, start(value, size[i])))
		}
		return append(append(next, slicedNow...), wholeNow...)
	})
	results := While(cond, step, state...)
	return results[1 : 1+len(carried)+len(written)]
}

// sumOverState sums [T, B, N, G, D/G] over N, keeping the axis, by halving: inside a loop body this fuses with its
// producers, and GoMLX can't use one reduction in two functions.
func sumOverState(x *Node) *Node {
	var odd *Node
	for n := x.Shape().Dim(2); n > 1; n = x.Shape().Dim(2) {
		if n%2 == 1 {
			tail := SliceAxis(x, 2, AxisRange(n-1, n))
			if odd == nil {
				odd = tail
			} else {
				odd = Add(odd, tail)
			}
		}
		x = Add(SliceAxis(x, 2, AxisRange(0, n/2)), SliceAxis(x, 2, AxisRange(n/2, n/2*2)))
	}
	if odd != nil {
		x = Add(x, odd)
	}
	return x
}

// sumOverChannels contracts [T, B, N, G, D/G] with [T, B, 1, G, D/G] over D/G, to [T, B, N, G, 1].
func sumOverChannels(x, weights *Node) *Node {
	return InsertAxes(Einsum("tbngd,tbgd->tbng", x, Squeeze(weights, 2)), -1)
}
