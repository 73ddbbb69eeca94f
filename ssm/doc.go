// Package ssm implements the selective state-space layer (S6) as GoMLX graph functions.
//
// # The mathematics
//
// A continuous linear system h'(t) = A h(t) + B x(t), y(t) = C h(t) is sampled with a step Δ and becomes
// the recurrence (equation 2 of the MambaMixer paper)
//
//	h_t = Ā_t h_{t-1} + B̄_t u_t        y_t = C_t h_t
//
// Selection (equation 5) makes B_t, C_t and Δ_t functions of the input, so that each time step decides
// what it writes into the state, what it reads, and how much of the past it forgets. A stays a parameter:
// diagonal, negative, one row of N entries per channel.
//
//	Ā_t = exp(Δ_t A)                               both discretisations
//	B̄_t = Δ_t B_t                                  Euler, what Mamba's code uses and what is default here
//	B̄_t = (Δ_t A)⁻¹ (exp(Δ_t A) − 1) · Δ_t B_t     ZOH, equation 3 (printed with the identity inside exp)
//
// # Symbols
//
//	B   batch size                 u_t  input of the recurrence      [B, L, D]
//	L   sequence length            Δ_t  step size ("delta")          [B, L, D]
//	D   channels                   A    diagonal state matrix        [D, N]
//	N   state size per channel     B_t  input projection             [B, L, N] or [B, L, G, N]
//	G   groups of channels         C_t  output projection            [B, L, N] or [B, L, G, N]
//	R   dt_rank                    h_t  state                        [B, D, N]
//
// Tensors keep the channels last: [B, L, D].
//
// # Where each piece is
//
//	equation (2)        Scan (several methods, one signature), Step (one time step)
//	equation (3)        Discretization and its gain
//	equation (5)        S6: the projections that make B, C and Δ from the input
//	equation (6)        DepthwiseConv1D, the causal convolution in front of the scan; DepthwiseConv2D for images
//	equations (14)-(18) Directional: forward and backward branch, summed
//	equation (11)       CrossScan: an image along several routes, summed; Route and Routes are the orders of its places
//
// # Methods
//
// Every method computes the same numbers up to rounding, forward and backward; they differ in speed and memory.
// Package ssmref holds the float64 reference that all of them are tested against.
//
//	Fused        kernels in C that XLA calls on the CPU, with bias, softplus, skip and gate inside. Keeps the states at
//	             chunk starts only. Euler, states in float32.
//	Sequential   a While loop, one time step per iteration, hand-written adjoint. Keeps the B·L·N·D states for backward.
//	Chunked      the same loop over chunks of time steps with a parallel scan inside. Keeps the states at chunk starts only.
//	Associative  an unrolled parallel scan of log depth, differentiated automatically. Needs no While, so it also runs on
//	             the pure-Go backend; memory grows with log L.
//
// Auto, the default, is the first of Fused, Sequential and Associative that the backend, the dtype and the options allow.
// The environment variable MAMBAMIXER_SCAN names a method to take in place of Auto.
//
// The convolutions have kernels, too, and a form in the graph. Auto takes the kernels where they can be had, Fused insists
// on them, and any other method means the graph: so MAMBAMIXER_SCAN=sequential runs without any kernel in C.
package ssm
