package ssm

import . "github.com/gomlx/gomlx/core/graph"

// Step advances the recurrence by one time step, for inference that produces one output at a time. Inputs are those of
// Scan without the length axis: U, Delta and Z [B, D]; B and C [B, N] or [B, G, N]; A, D, DeltaBias and InitialState as
// in Scan. InitialState is the state before the step. It returns y [B, D] and the state after the step [B, D, N]: the
// same numbers that Scan gives step by step. Messages about shapes show them with a length axis of 1.
func Step(in Inputs, opts Options) (y, state *Node) {
	at := func(x *Node) *Node {
		if x == nil {
			return nil
		}
		return InsertAxes(x, 1)
	}
	in.U, in.Delta, in.B, in.C, in.Z = at(in.U), at(in.Delta), at(in.B), at(in.C), at(in.Z)
	opts.Method = Associative // of one step: no loop, no combination
	y, state = Scan(in, opts)
	return Squeeze(y, 1), state
}
