package fused

import (
	"fmt"
	"math"
	"strings"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
)

// call marks a custom call in the graph. The function that stands for it gives NaN: should a program reach XLA without
// having been rewritten, that shows at once.
func call(target string, args []*Node, results []shapes.Shape) []*Node {
	g := args[0].Graph()
	name := fmt.Sprintf("%s%s__%d", callPrefix, target, args[0].Id())
	return NewFunction(g, name, func(g *Graph) []*Node {
		for i, arg := range args {
			Parameter(g, fmt.Sprintf("p%d", i), arg.Shape())
		}
		outputs := make([]*Node, len(results))
		for i, shape := range results {
			outputs[i] = BroadcastToShape(ConstAsDType(g, dtypes.Float32, math.NaN()), shape)
		}
		return outputs
	}).Call(args...)
}

// IsCall says whether a node is a marked custom call. It has no gradient by itself.
func IsCall(node *Node) bool {
	return node.Type() == NodeTypeCall && strings.Contains(node.String(), "Call("+callPrefix)
}
