package ssm

import . "github.com/gomlx/gomlx/core/graph"

// associative computes the recurrence as a parallel prefix scan with the combination
// (a₁, b₁) ∘ (a₂, b₂) = (a₂ a₁, a₂ b₁ + b₂), a = Ā_t and b = B̄_t u_t, unrolled into graph operations.
// The gradient is automatic.
func (r recurrence) associative() (y, last *Node) {
	d := r.dims
	channels := d.D / d.G
	split := func(x *Node) *Node { return Reshape(x, d.B, d.L, d.G, channels, 1) } // [B, L, D] -> [B, L, G, D/G, 1]
	join := func(x *Node) *Node { return Reshape(x, d.B, d.L, d.G, 1, d.N) }       // [B, L, G, N] -> [B, L, G, 1, N]
	a := Reshape(r.a, 1, 1, d.G, channels, d.N)
	delta := split(r.delta)
	gain := r.opts.Discretization.differentiableGain(delta, a)
	decay := Reshape(Exp(Mul(delta, a)), d.B, d.L, d.D, d.N)
	drive := Reshape(Mul(Mul(gain, split(r.u)), join(r.b)), d.B, d.L, d.D, d.N)
	if r.opts.Reverse {
		decay, drive = flip(decay, 1), flip(drive, 1)
	}
	// The initial state enters with the first step: h_1 = Ā_1 h_0 + B̄_1 u_1.
	first := Add(SliceAxis(drive, 1, AxisRange(0, 1)), Mul(SliceAxis(decay, 1, AxisRange(0, 1)), InsertAxes(r.h0, 1)))
	if d.L == 1 {
		drive = first
	} else {
		drive = Concatenate([]*Node{first, SliceAxis(drive, 1, AxisRangeToEnd(1))}, 1)
	}
	_, h := prefixScan(decay, drive) // [B, L, D, N]
	last = Squeeze(SliceAxis(h, 1, AxisElem(-1)), 1)
	if r.opts.Reverse {
		h = flip(h, 1)
	}
	// y_t = C_t h_t: contract the state axis, group by group.
	y = Einsum("blgdn,blgn->blgd", Reshape(h, d.B, d.L, d.G, channels, d.N), r.c)
	return Reshape(y, d.B, d.L, d.D), last
}

// prefixScan is the inclusive scan over axis 1 of [B, L, ...] by odd/even recursion: combine pairs, scan the half-length
// sequence of pairs, then fill in the even positions. It does O(L) work in O(log L) operations.
func prefixScan(a, b *Node) (aScan, bScan *Node) {
	length := a.Shape().Dim(1)
	if length == 1 {
		return a, b
	}
	strided := func(x *Node, from, to int) *Node { return SliceAxis(x, 1, AxisRange(from, to).Stride(2)) }
	pairs := length / 2
	aEven, bEven := strided(a, 0, 2*pairs), strided(b, 0, 2*pairs)
	aOdd, bOdd := strided(a, 1, 2*pairs), strided(b, 1, 2*pairs)
	aPairs, bPairs := prefixScan(Mul(aOdd, aEven), Add(Mul(aOdd, bEven), bOdd)) // positions 1, 3, 5, ...

	firstA, firstB := SliceAxis(a, 1, AxisRange(0, 1)), SliceAxis(b, 1, AxisRange(0, 1))
	if length == 2 {
		return Concatenate([]*Node{firstA, aPairs}, 1), Concatenate([]*Node{firstB, bPairs}, 1)
	}
	// Positions 2, 4, ...: the scan up to the position before, combined with the element itself.
	evens := (length+1)/2 - 1
	before := func(x *Node) *Node { return SliceAxis(x, 1, AxisRange(0, evens)) }
	aRest, bRest := strided(a, 2, length), strided(b, 2, length)
	aEvens := Concatenate([]*Node{firstA, Mul(aRest, before(aPairs))}, 1)
	bEvens := Concatenate([]*Node{firstB, Add(Mul(aRest, before(bPairs)), bRest)}, 1)
	return interleave(aEvens, aPairs), interleave(bEvens, bPairs)
}

// interleave returns even_0, odd_0, even_1, odd_1, ... on axis 1; there may be one more even than odd.
func interleave(even, odd *Node) *Node {
	n := odd.Shape().Dim(1)
	shape := append([]int{}, odd.Shape().Dimensions...)
	shape[1] = 2 * n
	woven := Reshape(Stack([]*Node{SliceAxis(even, 1, AxisRange(0, n)), odd}, 2), shape...)
	if even.Shape().Dim(1) == n {
		return woven
	}
	return Concatenate([]*Node{woven, SliceAxis(even, 1, AxisRangeToEnd(n))}, 1)
}
