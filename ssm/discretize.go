package ssm

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
)

// The discretised recurrence is h_t = Ā_t h_{t-1} + gain_t u_t B_t with Ā_t = exp(Δ_t A) and
//
//	gain = Δ                                        Euler
//	gain = (exp(ΔA) − 1) / A = Δ φ(ΔA)              ZOH, equation (3) of the paper for a diagonal A
//
// where φ(x) = (exp(x) − 1) / x, φ(0) = 1.

// gain builds the gain for delta and a that broadcast to each other. The one of ZOH is not differentiable by GoMLX:
// it may be used in a loop body, where gradients are written by hand; see differentiableGain.
func (m Discretization) gain(delta, a *Node) *Node {
	if m != ZOH {
		return delta
	}
	x := Mul(delta, a)
	zero := Equal(x, number(x, 0))
	one := number(x, 1)
	return Mul(delta, Where(zero, one, Div(Expm1(x), Where(zero, one, x))))
}

// gainGradients are ∂gain/∂Δ and ∂gain/∂A, nil for those that are 1 and 0 (Euler).
func (m Discretization) gainGradients(delta, a *Node) (byDelta, byA *Node) {
	if m != ZOH {
		return nil, nil
	}
	x := Mul(delta, a)
	return Exp(x), Mul(Square(delta), phiSlope(x))
}

// differentiableGain is gain with its gradients. It can't be used in a loop body.
func (m Discretization) differentiableGain(delta, a *Node) *Node {
	if m != ZOH {
		return delta
	}
	registerAdjoint("zoh_gain", func(inputs, grads []*Node) []*Node {
		byDelta, byA := ZOH.gainGradients(inputs[0], inputs[1])
		return []*Node{sumLike(Mul(grads[0], byDelta), inputs[0]), sumLike(Mul(grads[0], byA), inputs[1])}
	})
	return withAdjoint("zoh_gain", []*Node{delta, a}, nil, []*Node{m.gain(delta, a)})[0]
}

// Below phiSeriesRadius the slope of φ is summed as a series of phiSeriesTerms terms, which then is exact in float64;
// above it the closed form has lost less than two bits to cancellation.
const (
	phiSeriesRadius = 0.5
	phiSeriesTerms  = 14
)

// phiSlope is φ'(x) = (x exp(x) − (exp(x) − 1)) / x² = Σ_k (k+1) x^k / (k+2)!.
func phiSlope(x *Node) *Node {
	coefficients := make([]float64, phiSeriesTerms)
	factorial := 1.0 // (k+2)!
	for k := range coefficients {
		factorial *= float64(k + 2)
		coefficients[k] = float64(k+1) / factorial
	}
	small := LessThan(Abs(x), number(x, phiSeriesRadius))
	nearX := Where(small, x, number(x, 0))
	series := number(x, coefficients[phiSeriesTerms-1])
	for k := phiSeriesTerms - 2; k >= 0; k-- {
		series = Add(Mul(series, nearX), number(x, coefficients[k]))
	}
	farX := Where(small, number(x, 1), x)
	closed := Div(Sub(Mul(farX, Exp(farX)), Expm1(farX)), Square(farX))
	return Where(small, series, closed)
}

// number is a constant of x's dtype. GoMLX's own scalars are shared by all functions of a graph, which fails when a loop
// body is the first to use one.
func number(x *Node, value float64) *Node {
	return ConstAsDType(x.Graph(), x.DType(), value)
}

// sumLike sums x over the axes along which like was broadcast to it.
func sumLike(x, like *Node) *Node {
	if x.Rank() != like.Rank() {
		panic(fmt.Sprintf("sumLike: ranks of %s and %s differ", x.Shape(), like.Shape()))
	}
	var axes []int
	for axis, size := range like.Shape().Dimensions {
		if size == 1 && x.Shape().Dim(axis) != 1 {
			axes = append(axes, axis)
		}
	}
	if len(axes) == 0 {
		return x
	}
	return Reshape(ReduceSum(x, axes...), like.Shape().Dimensions...)
}
