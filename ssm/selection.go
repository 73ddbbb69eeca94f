package ssm

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Selection is what an S6 layer selects by. A small Δ passes over the input and keeps the state, a large one takes the input
// in; B says what of the state it goes to, and C what of the state is read.
type Selection struct {
	U       *Node // input of the scan, [B, L, E]
	Delta   *Node // step size Δ after bias and softplus, [B, L, E]
	A       *Node // [E, N]
	B, C    *Node // [B, L, N]
	options Options
}

// Selections holds what S6 layers select by, by the layers' scopes.
type Selections map[string]Selection

// selectionsParam is the graph parameter in which S6 looks for Selections to fill.
const selectionsParam = "ssm_selections"

// CollectSelections has every S6 layer that is built in g from now on, in this scope or below, add what it selects by to
// what it returns.
func CollectSelections(scope *model.Scope, g *Graph) Selections {
	collected := Selections{}
	scope.SetGraphParam(g, selectionsParam, collected)
	return collected
}

// collect adds the selection of a layer, if somebody collects them.
func collect(scope *model.Scope, in Inputs, opts Options) {
	if collected, found := scope.GetGraphParam(in.U.Graph(), selectionsParam); found {
		delta := stepSize(in.Delta, in.DeltaBias, opts.DeltaSoftplus)
		opts.DeltaSoftplus = false
		collected.(Selections)[scope.Scope()] = Selection{U: in.U, Delta: delta, A: in.A, B: in.B, C: in.C, options: opts}
	}
}

// States gives the hidden state h after every time step, [B, L, E, N], which no scan keeps. It builds the steps one by one:
// it is for a look into few, short sequences.
func (s Selection) States() *Node {
	opts := s.options
	opts.NoLastState = false
	length := s.U.Shape().Dim(1)
	states := make([]*Node, length)
	var state *Node
	for i := range length {
		t := i
		if opts.Reverse {
			t = length - 1 - i
		}
		at := func(x *Node) *Node { return Squeeze(SliceAxis(x, 1, AxisElem(t)), 1) }
		_, state = Step(Inputs{U: at(s.U), Delta: at(s.Delta), A: s.A, B: at(s.B), C: at(s.C), InitialState: state}, opts)
		states[t] = state
	}
	return Stack(states, 1)
}
