package ssmref

// Gradients of a scalar loss with respect to each input, in the input's own shape.
// The gradient of an input that was left out is nil.
type Gradients struct {
	U, Delta, A, B, C, D, Z, DeltaBias, InitialState []float64
}

// Slices lists the gradients in the order of Inputs.Fields.
func (g Gradients) Slices() [][]float64 {
	return [][]float64{g.U, g.Delta, g.A, g.B, g.C, g.D, g.Z, g.DeltaBias, g.InitialState}
}

// Backward returns the gradients of a loss whose gradients with respect to Forward's results are
// gy [B, L, D] and gLast [B, D, N] (nil: the loss does not use the last state).
//
// Writing ∂x for the gradient of x, and r_t for the output before the gate, the adjoint runs
// through the steps in the opposite order, starting from ∂h_L = gLast:
//
//	∂r_t      = gy_t SiLU(z_t)              ∂z_t   = gy_t r_t SiLU'(z_t)
//	∂h_t     += C_t ∂r_t                    ∂C_t   = Σ_d h_t ∂r_t
//	∂Ā_t      = h_{t-1} ∂h_t                ∂B̄B_t  = u_t ∂h_t       (B̄B is the product B̄_t)
//	∂u_t      = D ∂r_t + Σ_n B̄_t ∂h_t       ∂D     = Σ_t u_t ∂r_t
//	∂h_{t-1}  = Ā_t ∂h_t
//
// and ∂δ_t, ∂A, ∂B_t follow from ∂Ā_t and ∂B̄_t by the chain rule through the discretisation.
//
// It panics with a sentence when a slice does not have the length that its shape needs.
func Backward(in Inputs, opt Options, gy, gLast []float64) Gradients {
	in.mustBeConsistent()
	Field{Name: "gy", Dims: []int{in.Batch, in.Length, in.Channels}, Values: gy}.mustFit()
	Field{Name: "gLast", Dims: in.stateDims(), Values: gLast, Optional: true}.mustFit()
	grad := newGradients(in)
	for b := range in.Batch {
		for d := range in.Channels {
			in.backwardChannel(opt, b, d, gy, gLast, grad)
		}
	}
	return grad
}

// backwardChannel adds the gradients of channel d of sequence b to grad.
func (in Inputs) backwardChannel(opt Options, b, d int, gy, gLast []float64, grad Gradients) {
	h, readout := in.trajectory(opt, b, d)
	gh := make([]float64, in.State) // ∂h_t [N]
	if gLast != nil {
		copy(gh, gLast[in.state(b, d):])
	}
	gA := grad.A[in.row(d):]
	for i := in.Length - 1; i >= 0; i-- {
		t := opt.timeAt(i, in.Length)
		at, projection := in.step(b, t, d), in.projection(b, t, d)
		a, bt, ct := in.rows(b, t, d)
		gB, gC := grad.B[projection:], grad.C[projection:]
		biased, delta := in.stepSize(opt, b, t, d)
		u := in.U[at]

		gReadout := gy[at] * in.gate(b, t, d)
		gU := gReadout * in.skip(d)
		gDelta := 0.0
		for n := range gh {
			gh[n] += gReadout * ct[n]
			gC[n] += gReadout * h[i+1][n]

			step := discretize(delta, a[n], opt.ZOH)
			gAbar, gBbar := gh[n]*h[i][n], gh[n]*bt[n]*u
			gU += gh[n] * step.bbar * bt[n]
			gB[n] += gh[n] * step.bbar * u
			gA[n] += gAbar*step.dAbarA + gBbar*step.dBbarA
			gDelta += gAbar*step.dAbarDelta + gBbar*step.dBbarDelta

			gh[n] *= step.abar
		}
		if opt.DeltaSoftplus {
			gDelta *= sigmoid(biased)
		}
		grad.U[at] = gU
		grad.Delta[at] = gDelta
		if in.DeltaBias != nil {
			grad.DeltaBias[d] += gDelta
		}
		if in.D != nil {
			grad.D[d] += gReadout * u
		}
		if in.Z != nil {
			_, dGate := silu(in.Z[at])
			grad.Z[at] = gy[at] * readout[i] * dGate
		}
	}
	if in.InitialState != nil {
		copy(grad.InitialState[in.state(b, d):], gh)
	}
}

// trajectory runs channel d of sequence b forward. In the order of the scan, states[i] [N] is the
// state before step i and states[i+1] the one after it; readout[i] is the output before the gate.
func (in Inputs) trajectory(opt Options, b, d int) (states [][]float64, readout []float64) {
	h := append([]float64(nil), in.initialState(b, d)...)
	states = append(states, h)
	for i := range in.Length {
		t := opt.timeAt(i, in.Length)
		h = append([]float64(nil), h...)
		_, delta := in.stepSize(opt, b, t, d)
		readout = append(readout, in.advance(opt, h, delta, b, t, d))
		states = append(states, h)
	}
	return states, readout
}

// newGradients allocates zeros in the shape of each input that is there.
func newGradients(in Inputs) Gradients {
	like := func(values []float64) []float64 {
		if values == nil {
			return nil
		}
		return make([]float64, len(values))
	}
	return Gradients{
		U: like(in.U), Delta: like(in.Delta), A: like(in.A), B: like(in.B), C: like(in.C), D: like(in.D),
		Z: like(in.Z), DeltaBias: like(in.DeltaBias), InitialState: like(in.InitialState),
	}
}
