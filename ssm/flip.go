package ssm

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
)

// flip reverses the order along axis. GoMLX's Reverse has no gradient of its own.
func flip(x *Node, axis int) *Node {
	name := fmt.Sprintf("flip%d", axis)
	registerAdjoint(name, func(_, grad []*Node) []*Node { return []*Node{Reverse(grad[0], axis)} })
	return withAdjoint(name, []*Node{x}, nil, []*Node{Reverse(x, axis)})[0]
}
