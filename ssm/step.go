package ssm

import . "github.com/gomlx/gomlx/core/graph"

// Step advances the recurrence by one time step, for inference that produces one output at a time. Inputs are those of
// Scan without the length axis: U, Delta and Z [B, D]; B and C [B, N] or [B, G, N]; A, D and DeltaBias as in Scan.
// state is [B, D, N]; in.InitialState must be nil. It returns y [B, D] and the new state [B, D, N]: the same numbers
// that Scan gives step by step.
func Step(in Inputs, state *Node, opts Options) (y, newState *Node) {
	at := func(x *Node) *Node {
		if x == nil {
			return nil
		}
		return InsertAxes(x, 1)
	}
	in.U, in.Delta, in.B, in.C, in.Z = at(in.U), at(in.Delta), at(in.B), at(in.C), at(in.Z)
	in.InitialState = state
	opts.Method = Associative // of one step: no loop, no combination
	y, newState = Scan(in, opts)
	return Squeeze(y, 1), newState
}
