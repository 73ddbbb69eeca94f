package kernel

// The arithmetic of the AVX-512 kernels for each vector of 16 channels' states (one n) and time step, in vector
// instructions. At best a core begins as many of them a second as multiply-adds, so that
//
//	B·L·D·N/16 · instructions / (the machine's multiply-adds of AVX-512 a second)
//
// is a time that a pass cannot go below; see [Limit]. Loads, stores, and what is done once per time step for all N states
// (bias, softplus, skip, gate) are not in the count.
//
// They are counted in the inner loops that compilers make, which `objdump -d` of scan_avx512.o shows: the forward pass's
// is the one in `forward` with 16 vscalefps (one per exponential), the backward pass's is the one in `backward` with 8
// (a chunk's steps) that is the shorter of two (the longer one has a gate). Divide the number of v*ps instructions other
// than vmovups and vbroadcastss by those 16 or 8.
const (
	// ForwardInstructions: product delta·A, exp2 (vreduceps, vrndscaleps, 6 multiply-adds, vscalefps), product u·B, and a
	// multiply-add each for the state and the output.
	ForwardInstructions = 13
	// BackwardInstructions: 12 to recompute the state, 6 multiply-adds (adjoint state, gradients of A, B, C, u and delta)
	// and 2 products.
	BackwardInstructions = 20
)

// Limit is the time in seconds that a pass over a scan takes at least, when it needs so many instructions for a vector
// of states and the machine does multiplyAdds of AVX-512 a second, all its cores together.
func (d Dims) Limit(instructions int, multiplyAdds float64) float64 {
	states := float64(d.Batch) * float64(d.Length) * float64(d.Channels) * float64(d.State)
	return states / 16 * float64(instructions) / multiplyAdds
}
