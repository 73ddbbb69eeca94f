package ssmref

import "math"

// discrete is one step's discretisation of one state: h = abar*h + bbar*B*u.
// The fields dX_dY are the partial derivatives that the backward pass needs.
type discrete struct {
	abar, bbar         float64
	dAbarDelta, dAbarA float64
	dBbarDelta, dBbarA float64
}

// discretize applies MambaMixer eq. (3) to the diagonal entry a with step size delta.
func discretize(delta, a float64, zoh bool) discrete {
	abar := math.Exp(delta * a)
	step := discrete{abar: abar, dAbarDelta: a * abar, dAbarA: delta * abar}
	if zoh {
		// (exp(δa) - 1)/a = δ φ(δa) with φ(x) = (exp(x) - 1)/x, which stays finite at a = 0.
		phi, dPhi := relativeExpm1(delta * a)
		step.bbar, step.dBbarDelta, step.dBbarA = delta*phi, abar, delta*delta*dPhi
	} else {
		step.bbar, step.dBbarDelta = delta, 1
	}
	return step
}

// relativeExpm1 returns φ(x) = (exp(x) - 1)/x and its derivative, φ(0) = 1, φ'(0) = 1/2.
func relativeExpm1(x float64) (phi, derivative float64) {
	if x == 0 {
		return 1, 0.5
	}
	phi = math.Expm1(x) / x
	if math.Abs(x) > 0.5 {
		return phi, (math.Exp(x) - phi) / x
	}
	// The difference above cancels near 0; there, φ' = Σ_k k x^(k-1)/(k+1)! converges in a few terms.
	term := 1.0 // x^(k-1)/(k+1)!
	for k := 1; k <= 16; k++ {
		term /= float64(k + 1)
		derivative += float64(k) * term
		term *= x
	}
	return phi, derivative
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// softplus is log(1 + exp(x)), without overflow. Its derivative is sigmoid(x).
func softplus(x float64) float64 { return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }

// silu returns SiLU(z) = z*sigmoid(z) and its derivative.
func silu(z float64) (value, derivative float64) {
	s := sigmoid(z)
	return z * s, s * (1 + z*(1-s))
}
