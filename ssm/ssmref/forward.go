package ssmref

// Forward runs the scan. It returns y [B, L, D] and the state after the last visited step
// [B, D, N]; with Reverse, the last visited step is t = 0.
//
// It panics with a sentence when a slice does not have the length that its shape needs.
func Forward(in Inputs, opt Options) (y, lastState []float64) {
	in.mustBeConsistent()
	y = make([]float64, in.Batch*in.Length*in.Channels)
	lastState = make([]float64, in.Batch*in.Channels*in.State)
	for b := range in.Batch {
		for d := range in.Channels {
			h := lastState[in.state(b, d):][:in.State]
			copy(h, in.initialState(b, d))
			for i := range in.Length {
				t := opt.timeAt(i, in.Length)
				_, delta := in.stepSize(opt, b, t, d)
				y[in.step(b, t, d)] = in.advance(opt, h, delta, b, t, d) * in.gate(b, t, d)
			}
		}
	}
	return y, lastState
}

// advance moves the state h [N] of channel d over step t and returns the output before the gate.
func (in Inputs) advance(opt Options, h []float64, delta float64, b, t, d int) (readout float64) {
	a, bt, ct := in.rows(b, t, d)
	u := in.U[in.step(b, t, d)]
	for n := range h {
		step := discretize(delta, a[n], opt.ZOH)
		h[n] = step.abar*h[n] + step.bbar*bt[n]*u
		readout += ct[n] * h[n]
	}
	return readout + in.skip(d)*u
}

// rows returns the vectors over n of channel d at step t: A, B_t and C_t, each [N].
func (in Inputs) rows(b, t, d int) (a, bt, ct []float64) {
	row, projection := in.row(d), in.projection(b, t, d)
	return in.A[row:][:in.State], in.B[projection:][:in.State], in.C[projection:][:in.State]
}

// stepSize returns δ_t of channel d, before and after the softplus.
func (in Inputs) stepSize(opt Options, b, t, d int) (biased, delta float64) {
	biased = in.Delta[in.step(b, t, d)]
	if in.DeltaBias != nil {
		biased += in.DeltaBias[d]
	}
	if opt.DeltaSoftplus {
		return biased, softplus(biased)
	}
	return biased, biased
}

// initialState returns the state [N] before the first step.
func (in Inputs) initialState(b, d int) []float64 {
	if in.InitialState == nil {
		return make([]float64, in.State)
	}
	return in.InitialState[in.state(b, d):][:in.State]
}

// skip is D of channel d, 0 where it is left out.
func (in Inputs) skip(d int) float64 {
	if in.D == nil {
		return 0
	}
	return in.D[d]
}

// gate is SiLU(z_t) of channel d, 1 where z is left out.
func (in Inputs) gate(b, t, d int) float64 {
	if in.Z == nil {
		return 1
	}
	value, _ := silu(in.Z[in.step(b, t, d)])
	return value
}
