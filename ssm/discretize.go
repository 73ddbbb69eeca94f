package ssm

import . "github.com/gomlx/gomlx/core/graph"

// discretize returns Ā = exp(ΔA) and B̄u for broadcastable delta, a, u and b: equation (3) of the paper for a
// diagonal A, or its Euler simplification.
func discretize(method Discretization, delta, a, u, b *Node) (decay, drive *Node) {
	deltaA := Mul(delta, a)
	decay = Exp(deltaA)
	if method != ZOH {
		return decay, Mul(Mul(delta, u), b)
	}
	return decay, Mul(Mul(Div(expm1(deltaA, decay), a), u), b)
}

// expm1 returns exp(x) − 1 with full precision for small x, given exp(x): tanh(x/2) (exp(x) + 1).
// GoMLX's Expm1 has no gradient.
func expm1(x, expX *Node) *Node {
	return Mul(Tanh(MulScalar(x, 0.5)), OnePlus(expX))
}
