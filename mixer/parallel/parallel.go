// Package parallel is what a graph has to know where several devices share a batch.
//
// Each device runs the same graph on its part of the batch: device i of n has examples i·B/n to (i+1)·B/n - 1 of the B in
// the batch. What is computed for each example is the same as on one device. What is computed from the whole batch, as
// a loss or the moments of batch normalization, has to be averaged over the devices, by [Mean]; and what depends on an
// example's place in the batch, as dropout does, finds it by [Part].
//
// A graph that was not given to [Share] has the whole batch, and neither does anything there.
package parallel

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
)

// key is that of the graph's state.
type key struct{}

// Share says that each of the graph's devices has its part of the batch: part, a scalar int32, is the number of the device,
// from 0. The graph must be one of GoMLX's SPMD strategy.
func Share(g *Graph, part *Node) { g.AttachState(key{}, part) }

// Part gives the number of the device in the graph, or nil where there is one device with the whole batch.
func Part(g *Graph) *Node {
	part, _ := g.State(key{}).(*Node)
	return part
}

// Mean averages each of xs over the devices. Its gradient is that of the sum of all devices' losses.
func Mean(xs ...*Node) []*Node {
	if len(xs) == 0 || Part(xs[0].Graph()) == nil {
		return xs
	}
	g := xs[0].Graph()
	means := g.Distributed().AllReduce(xs, compute.ReduceOpSum)
	for i, sum := range means {
		means[i] = DivScalar(sum, float64(g.NumDevices()))
	}
	return means
}

// GoMLX has no gradient for sums over devices. A device's term is in the sum of every device, so its gradient is the sum
// over the devices of theirs.
func gradientOfSum(node *Node, gradients []*Node, _ shapes.Shape) []*Node {
	terms := make([]*Node, len(node.Inputs()))
	for i, gradient := range gradients {
		if gradient != nil {
			terms[i] = node.Graph().Distributed().AllReduceOne(gradient, compute.ReduceOpSum)
		}
	}
	return terms
}

func init() { VJPRegistration[NodeTypeAllReduce] = gradientOfSum }
