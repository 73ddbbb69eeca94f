// Package ssmref is the reference of the selective scan: plain Go, float64, one loop per
// equation, forward and backward. It is slow and it is the contract: every faster scan of the
// project is tested against it. It imports nothing but the standard library.
//
// # Symbols
//
//	B  batch: independent sequences
//	L  length of the sequence, the scanned axis
//	D  channels; each channel has its own state
//	N  state size per channel
//	G  groups of D/G consecutive channels that share B_t and C_t (usually 1)
//
// # The layer
//
// Each sequence b and channel d is a linear system whose coefficients depend on the time step t.
// With u_t, δ_t, z_t scalars, and A, B_t, C_t, h_t vectors over n = 1..N:
//
//	δ_t  = delta_t + bias                        optional bias
//	δ_t  = softplus(δ_t) = log(1 + exp(δ_t))     optional, MambaMixer eq. (5)
//	Ā_t  = exp(δ_t A)                            MambaMixer eq. (3)
//	B̄_t  = δ_t B_t                               [Euler], or
//	B̄_t  = (exp(δ_t A) - 1)/A · B_t              [ZOH], MambaMixer eq. (3)
//	h_t  = Ā_t h_{t-1} + B̄_t u_t                 MambaMixer eq. (2)
//	y_t  = Σ_n C_t h_t + D u_t                   MambaMixer eq. (2), plus the optional skip D
//	y_t  = y_t · SiLU(z_t)                       optional gate, SiLU(z) = z/(1 + exp(-z))
//
// The equation numbers are those of "MambaMixer: Efficient Selective State Space Models with Dual
// Token and Channel Selection" (arXiv 2403.19888). Its eq. (3) prints exp(ΔA - I) where the
// zero-order hold needs exp(ΔA) - I; the correct form is used here.
//
// The options, their order and the default discretisation (Euler for B, exact for A) are those of
// selective_scan_fn of the Mamba project.
//
// [Conv] is the reference of the depthwise convolution in front of the scan.
package ssmref
