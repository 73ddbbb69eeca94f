package ssmref

import "math/rand/v2"

// Optional says which optional inputs of a scan are there.
type Optional struct{ D, Z, DeltaBias, InitialState bool }

// Random draws inputs that keep the scan stable at any length: A in [-2, -0.1], delta in [0.05, 1],
// bias in [0, 0.5], all else standard normal. What is drawn for one input does not depend on which
// optional inputs are there.
func Random(rng *rand.Rand, dims Dims, parts Optional) Inputs {
	in := Inputs{Dims: dims}
	steps := dims.Batch * dims.Length * dims.Channels
	projections := dims.Batch * dims.Length * dims.Groups * dims.State
	in.U = Normal(rng, steps)
	in.Delta = uniform(rng, steps, 0.05, 1)
	in.A = uniform(rng, dims.Channels*dims.State, -2, -0.1)
	in.B = Normal(rng, projections)
	in.C = Normal(rng, projections)
	keep := func(wanted bool, values []float64) []float64 {
		if !wanted {
			return nil
		}
		return values
	}
	in.D = keep(parts.D, Normal(rng, dims.Channels))
	in.Z = keep(parts.Z, Normal(rng, steps))
	in.DeltaBias = keep(parts.DeltaBias, uniform(rng, dims.Channels, 0, 0.5))
	in.InitialState = keep(parts.InitialState, Normal(rng, dims.Batch*dims.Channels*dims.State))
	return in
}

// Normal draws n standard normal values.
func Normal(rng *rand.Rand, n int) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = rng.NormFloat64()
	}
	return values
}

func uniform(rng *rand.Rand, n int, lo, hi float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = lo + (hi-lo)*rng.Float64()
	}
	return values
}
