// Package flops counts the floating-point operations of a graph.
//
//	g := graph.NewGraph(backend, "step")
//	loss := ...
//	count, err := flops.Count(loss)
//
// # What is counted
//
// Every node that the outputs depend on, once, as the graph is written: XLA may later drop what is computed twice.
//
//	matrix products      2 · (values of the result) · (terms of each sum): a multiply-add is two operations
//	convolutions         the same, padding as if it were values; zeros between the values of a gradient cost nothing
//	pooling              1 for each value of each window
//	elementwise          1 for each value: arithmetic, comparisons, roots, exponentials and logarithms alike; a logistic
//	                     function is 3, the exponential, the sum and the quotient that it is made of
//	reductions           1 for each value that goes in; batch norm 8, its gradient 10
//	scatter              1 for each value that is added
//	kernels in C         what they compute for each value, see fused.FLOPs
//	loops                their body times the number of turns, with every node of the body, wanted or not
//
// Only floating-point numbers count: the hashes of dropout, positions, indices and masks are integers and cost nothing
// here, and neither does what only moves values or makes them up: slices, gathers, transposes, conversions, constants,
// selections, random bits, sums over devices.
package flops

import (
	"fmt"

	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"

	"mambamixer/ssm/fused"
)

// Count gives the number of floating-point operations that computing the outputs takes.
//
// Errors: an operation without a rule; a loop whose number of turns isn't a constant.
func Count(outputs ...*Node) (int64, error) {
	c := counter{seen: map[*Node]bool{}}
	for _, node := range outputs {
		if err := c.visit(node); err != nil {
			return 0, err
		}
	}
	return c.total, nil
}

type counter struct {
	seen  map[*Node]bool
	total int64
}

// visit adds a node and what it depends on.
func (c *counter) visit(node *Node) error {
	if c.seen[node] {
		return nil
	}
	c.seen[node] = true
	for _, input := range node.Inputs() {
		if err := c.visit(input); err != nil {
			return err
		}
	}
	count, err := c.of(node)
	c.total += count
	return err
}

// of gives the operations of one node.
func (c *counter) of(node *Node) (int64, error) {
	kind := node.Type()
	switch {
	case free[kind]:
		return 0, nil
	case fused.IsCall(node):
		return fused.FLOPs(node)
	case kind == NodeTypeCall:
		return c.within(node, "f")
	case kind == NodeTypeWhile:
		return c.loop(node)
	}
	dtype := node.Inputs()[0].DType()
	if !dtype.IsFloat() && !dtype.IsComplex() {
		return 0, nil
	}
	switch {
	case dtype.IsComplex():
	case elementwise[kind] > 0:
		return elementwise[kind] * values(node.Shape()), nil
	case reduction[kind] > 0:
		return reduction[kind] * values(node.Inputs()[0].Shape()), nil
	case kind == NodeTypeDotGeneral:
		return product(node)
	case kind == NodeTypeConvGeneral:
		return convolution(node)
	case kind == NodeTypeReduceWindow:
		return windows(node, node)
	case kind == NodeTypeSelectAndScatterMax:
		return windows(node, node.Inputs()[1])
	case kind == NodeTypeScatterSum:
		return values(node.Inputs()[2].Shape()), nil
	}
	return 0, fmt.Errorf("there is no rule for the floating-point operations of %s", node)
}

func values(s shapes.Shape) int64 { return int64(s.Size()) }

// product is a matrix product: each value of the result is a sum over the contracted axes.
func product(node *Node) (int64, error) {
	axes, err := field(node, "lhsContractingAxes")
	if err != nil {
		return 0, err
	}
	count := 2 * values(node.Shape())
	for i := range axes.Len() {
		count *= int64(node.Inputs()[0].Shape().Dim(int(axes.Index(i).Int())))
	}
	return count, nil
}

// convolution is a matrix product for each place of the result: over the places and the channels of the kernel.
func convolution(node *Node) (int64, error) {
	axes, err := field(node, "axes")
	if err != nil {
		return 0, err
	}
	dilations, err := multiplied(node, "inputDilations")
	if err != nil {
		return 0, err
	}
	kernel := node.Inputs()[1].Shape()
	terms := values(kernel) / int64(kernel.Dim(int(axes.FieldByName("KernelOutputChannels").Int())))
	return 2 * values(node.Shape()) * terms / dilations, nil
}

// windows is a reduction of a window for each value of pooled, or the search in it.
func windows(node, pooled *Node) (int64, error) {
	window, err := multiplied(node, "windowDimensions")
	return values(pooled.Shape()) * window, err
}

// multiplied multiplies the numbers that an operation keeps in a field; 1 for none.
func multiplied(node *Node, name string) (int64, error) {
	numbers, err := field(node, name)
	if err != nil {
		return 0, err
	}
	product := int64(1)
	for i := range numbers.Len() {
		product *= numbers.Index(i).Int()
	}
	return product, nil
}
