// Package synth generates a multivariate series in the form of the real ones of package ltsf, for tests and for a machine
// that has no data. It is always named "synthetic"; its numbers belong in no table beside those of a real set.
//
// # Generating equations
//
// With t in hours, variate m = 0, 1, ... and every parameter drawn per variate:
//
//	c_m(t) = a1 sin(2π(t/24 + p1)) + a2 sin(2π(t/12 + p2))   daily cycle and its first overtone
//	       + w  sin(2π(t/168 + p3))                          weekly cycle
//	       + d  sin(2π(t/8760 + p4))                         slow trend, one turn a year
//	e_m(t) = r e_m(t-1) + s sqrt(1-r²) ε,   ε ~ N(0, 1)      AR(1) noise of deviation s
//	x_m(t) = c_m(t) + e_m(t) + k x_{m-1}(t - lag_m)          the variate before, lag_m hours late
//	y_m(t) = offset_m + scale_m x_m(t)                       rounded to 4 decimals
//
// Variate 0 has no predecessor. The ranges are a1 in [0.5, 1.5), a2 in [0.1, 0.5), w and d in [0.2, 0.6), phases in
// [0, 1), r in [0.8, 0.95), lag in 1..24, log10 scale in [-1, 2), offset/scale in [-2, 10); s = 0.3 and k = 0.6.
//
// What it asks of a model: the cycles can be continued by a linear model of one variate; the noise of a variate reaches
// the next one hours later, so only a model that mixes variates can foresee it.
//
// Variate m depends on the seed and on m alone, so a set with more variates or rows extends a smaller one. The noise is
// drawn from PCG of math/rand/v2, and rounding the values keeps the last bits of a sine out of them.
//
// # Probes
//
// A [Probe] is a generated set that asks one ability of a model and is known to the last detail: with the best forecast that
// there is, computed from the generating equations, its error shows how much of what can be explained a model explains.
//
// # Noise
//
// [Noise] makes white noise of any number of variates, for measurements of time and memory.
package synth
