package ssm

import (
	"fmt"
	"strings"
	"sync"

	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/support/exceptions"

	"mambamixer/ssm/fused"
)

// GoMLX has no gradient for While, and its custom gradients are for one input. An operation of ours with many inputs
// and outputs gets its adjoint like this:
//
//	outputs are computed by any graph code, gradient or not;
//	a call of an identity function takes (inputs..., residuals..., outputs...) and returns the outputs;
//	the gradient of that call, found by the function's name, is the hand-written adjoint.
//
// XLA inlines the identity, so that it costs nothing. All that the adjoint needs are inputs of the call, so gradient
// checkpointing, which recomputes inputs, works too.

// adjoint computes the gradients of an operation's differentiable inputs. inputs holds the inputs and the residuals
// given to withAdjoint; gradOutputs has one gradient per output, never nil.
type adjoint func(inputs, gradOutputs []*Node) (gradInputs []*Node)

const adjointPrefix = "ssm_adjoint_"

var (
	adjointsMutex sync.RWMutex
	adjoints      = map[string]adjoint{}
)

// registerAdjoint names an adjoint; the name states all its static options. Registering a name again changes nothing.
func registerAdjoint(name string, fn adjoint) {
	adjointsMutex.Lock()
	defer adjointsMutex.Unlock()
	if _, found := adjoints[name]; !found {
		adjoints[name] = fn
	}
}

// withAdjoint returns outputs, with the gradient that flows into them carried on to inputs by the registered adjoint.
// residuals are handed to the adjoint and get no gradient.
func withAdjoint(name string, inputs, residuals, outputs []*Node) []*Node {
	g := outputs[0].Graph()
	args := append(append(append([]*Node{}, inputs...), residuals...), outputs...)
	identity := NewFunction(g, fmt.Sprintf("%s%s_%d", adjointPrefix, name, args[len(args)-1].Id()), func(g *Graph) []*Node {
		params := make([]*Node, len(args))
		for i, arg := range args {
			params[i] = Parameter(g, fmt.Sprintf("p%d", i), arg.Shape())
		}
		results := params[len(args)-len(outputs):]
		for i, result := range results {
			results[i] = Identity(result)
		}
		return results
	})
	return identity.Call(args...)
}

// adjointOfCall is the gradient of function calls: ours by name, an error for all others, as GoMLX has none for them.
func adjointOfCall(node *Node, gradOutputs []*Node, _ shapes.Shape) []*Node {
	if fused.IsCall(node) {
		exceptions.Panicf("a scan was built with Options.Inference set, so it has no gradient; in a model, mark the graph as training: store.SetTraining(g, true)")
	}
	name, found := calledAdjoint(node)
	if !found {
		exceptions.Panicf("graph has node %s, a function call, for which no gradient is defined", node)
	}
	adjointsMutex.RLock()
	fn := adjoints[name]
	adjointsMutex.RUnlock()
	args := node.Inputs()
	numOutputs := node.NumOutputs()
	complete := make([]*Node, numOutputs)
	for i, grad := range gradOutputs {
		complete[i] = grad
		if grad == nil {
			complete[i] = ZerosLike(args[len(args)-numOutputs+i])
		}
	}
	grads := make([]*Node, len(args))
	copy(grads, fn(args[:len(args)-numOutputs], complete))
	return grads
}

// calledAdjoint is the registered name inside the called function's name, which the node's description shows.
func calledAdjoint(node *Node) (name string, found bool) {
	_, rest, found := strings.Cut(node.String(), "Call("+adjointPrefix)
	if !found {
		return "", false
	}
	call, _, _ := strings.Cut(rest, ",")
	return call[:strings.LastIndexByte(call, '_')], true
}

func init() {
	VJPRegistration[NodeTypeCall] = adjointOfCall
}
