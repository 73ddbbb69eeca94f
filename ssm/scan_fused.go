package ssm

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"

	"mambamixer/ssm/fused"
)

// fusedScan computes the whole scan, with bias, softplus, skip and gate, in kernels written in C that XLA calls. in is
// float32. With inference set nothing is kept for a gradient, and none can be taken.
func fusedScan(in Inputs, d dims, opts Options) (y, last *Node) {
	inputs := fused.Inputs{
		U: in.U, Delta: in.Delta, A: in.A,
		B: Reshape(in.B, d.B, d.L, d.G, d.N), C: Reshape(in.C, d.B, d.L, d.G, d.N),
		D: in.D, Z: in.Z, DeltaBias: in.DeltaBias, InitialState: in.InitialState,
	}
	options := fused.Options{DeltaSoftplus: opts.DeltaSoftplus, Reverse: opts.Reverse, NoLastState: opts.NoLastState}
	y, last, starts := fused.Forward(inputs, options, !opts.Inference)
	if opts.Inference {
		return y, last
	}
	absent := inputs.Absent()
	name := fmt.Sprintf("fused_%t_%t_%t_without%v", options.DeltaSoftplus, options.Reverse, options.NoLastState, absent)
	registerAdjoint(name, func(nodes, grads []*Node) []*Node {
		present := len(nodes) - 1
		in := fused.Arrange(nodes[:present], absent)
		return fused.Backward(in, options, nodes[present], grads...)
	})
	outputs := []*Node{y}
	if last != nil {
		outputs = append(outputs, last)
	}
	outputs = withAdjoint(name, inputs.Present(), []*Node{starts}, outputs)
	if last == nil {
		return outputs[0], nil
	}
	return outputs[0], outputs[1]
}
