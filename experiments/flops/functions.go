package flops

import (
	"fmt"
	"reflect"

	. "github.com/gomlx/gomlx/core/graph"
)

// within gives the operations of the function that a node holds in a field: all of its nodes. What the function takes
// from outside is visited.
func (c *counter) within(node *Node, name string) (int64, error) {
	nodes, err := nodesOf(node, name)
	if err != nil {
		return 0, err
	}
	for _, inner := range nodes {
		c.seen[inner] = true
	}
	total := int64(0)
	for _, inner := range nodes {
		for _, input := range inner.Inputs() {
			if err := c.visit(input); err != nil {
				return 0, err
			}
		}
		count, err := c.of(inner)
		if err != nil {
			return 0, err
		}
		total += count
	}
	return total, nil
}

// loop gives the operations of all turns of a While.
func (c *counter) loop(node *Node) (int64, error) {
	turns, err := turnsOf(node)
	if err != nil {
		return 0, err
	}
	body, err := c.within(node, "body")
	return turns * body, err
}

// turnsOf reads off how often a loop turns: its condition is i < n with a constant n and an i that starts at a constant, and
// that the body raises by one.
func turnsOf(node *Node) (int64, error) {
	condition, err := nodesOf(node, "cond")
	if err != nil {
		return 0, err
	}
	for _, inner := range condition {
		if inner.Type() != NodeTypeLessThan || inner.Inputs()[0].Type() != NodeTypeParameter {
			continue
		}
		start, found := constant(node.Inputs()[inner.Inputs()[0].GetParameterHandle()])
		end, foundEnd := constant(inner.Inputs()[1])
		if found && foundEnd {
			return max(0, end-start), nil
		}
	}
	return 0, fmt.Errorf("how often the loop of %s turns can't be read from its condition, which must be i < n for constants", node)
}

func constant(node *Node) (value int64, found bool) {
	if node.ConstantValue() == nil {
		return 0, false
	}
	v := reflect.ValueOf(node.ConstantValue().Value())
	if !v.CanInt() {
		return 0, false
	}
	return v.Int(), true
}

// nodesOf lists the nodes of the function that a node holds in a field.
func nodesOf(node *Node, name string) ([]*Node, error) {
	function, err := field(node, name)
	if err != nil {
		return nil, err
	}
	var nodes []*Node
	for _, n := range node.Graph().Nodes() {
		if reflect.ValueOf(n.Function()).Pointer() == function.Pointer() {
			nodes = append(nodes, n)
		}
	}
	return nodes, nil
}

// field reads what GoMLX keeps of an operation beside its inputs and doesn't give out: the axes of a product, the
// functions of a loop.
func field(node *Node, name string) (reflect.Value, error) {
	value := reflect.ValueOf(node).Elem().FieldByName("inputs")
	for value.IsValid() && (value.Kind() == reflect.Interface || value.Kind() == reflect.Pointer) {
		value = value.Elem()
	}
	if value.Kind() == reflect.Struct {
		if found := value.FieldByName(name); found.IsValid() {
			return found, nil
		}
	}
	return value, fmt.Errorf("this version of GoMLX keeps no %s in %s", name, node)
}
