// Package kernel is the selective scan for CPUs, in C, and the depthwise convolution in front of it: forward and backward
// in one pass over the data each, with everything around fused in (bias, softplus, skip, gate, direction), in float32.
//
//	delta_t = softplus(delta_t + bias)                   both parts optional
//	h_t     = exp(delta_t A) h_{t-1} + delta_t u_t B_t   MambaMixer eq. (2), with B̄ = delta B as in Mamba's code
//	y_t     = (C_t h_t + D u_t) · SiLU(z_t)              skip and gate optional
//
// The option set is that of selective_scan_fn of the Mamba project; arrays keep the channels last. Symbols and shapes
// are those of package ssm, and package ssmref is the reference that the tests hold the kernels against.
//
// # How it works
//
// The lanes of a vector are consecutive channels, each with its own N states. Time runs in chunks of [Chunk] steps. The
// forward pass keeps N state vectors in registers and goes through a chunk of u, delta and y while their cache lines are
// near. For training it keeps only the state before each chunk; the backward pass goes through the chunks from last to
// first, recomputes a chunk's states, one of the N at a time, in registers, and runs the adjoint recurrence back over
// them. The gradients of B and C are collected in vectors over all channels and summed across lanes once per chunk.
//
// exp(delta A) is 2^(delta A log2 e), by a polynomial of degree 6 and an exact power of two.
//
// # The convolution
//
//	y_ij = act(bias + Σ_pq taps_pq x_{i-top+p, j-left+q})   per channel; x is zero outside; act is SiLU or nothing
//
// A causal convolution along a sequence has one row of taps; images have more. A window slides along a row, its vectors and
// the taps in registers, so that each value is read once for each row of taps. The backward pass computes again what SiLU
// was applied to, turns the gradient of y into that of it, and convolves this with the taps in opposite order while it is
// near: the gradient of x lags behind by as many rows or columns as the window reaches.
//
// # Files
//
//	scan.h, conv.h   the C interface
//	scan.c, conv.c   split the work into tasks and find memory for it; scan.c chooses the instruction set
//	arena.c, pool.c  the memory and the threads
//	scan_impl.h      the kernels, in terms of vectors (scan_math.h, scan_task.h, scan_forward.h, scan_backward.h;
//	                 conv_sweep.h, conv_task.h)
//	scan_avx512.c    vectors of 16 channels, scan_avx2.c of 8, scan_portable.c of 4 for every other processor;
//	                 scan_avx512_narrow.c vectors of 8 for groups of no more channels
//
// # Determinism
//
// How the work is split depends on the shape alone, and what is summed across tasks is summed in their order:
// the results are the same to the last bit for any number of threads. They differ between instruction sets by rounding.
//
// # Checks
//
//	go test -fuzz FuzzScan .   shapes and options against the reference; FuzzConv
//	./sanitize.sh              the C code under the address, undefined-behaviour and thread sanitizers
//	go test -bench .           each pass over some shapes
//
// # Environment
//
//	MAMBAMIXER_SCAN_ISA      avx512, avx2 or portable, instead of the best that the processor runs
//	MAMBAMIXER_SCAN_THREADS  how many threads, instead of one for each processor that the process may run on
package kernel
