package structure

import "iter"

// Kind says what a part does.
type Kind string

const (
	Tensor     Kind = "tensor"     // what goes in or comes out
	Linear     Kind = "linear"     // linear map of one axis
	Conv       Kind = "conv"       // convolution
	Scan       Kind = "scan"       // selective state space
	Activation Kind = "activation" // a function of each element
	Norm       Kind = "norm"       // normalization, and its undoing
	Move       Kind = "move"       // values change their places: flip, transpose, patches
	Dropout    Kind = "dropout"    // acts in training only

	Series  Kind = "series"  // Parts one after the other
	Sum     Kind = "sum"     // Parts side by side, added
	Product Kind = "product" // Parts side by side, multiplied

	Token   Kind = "token"   // a token mixer: its Parts one after the other
	Channel Kind = "channel" // a channel mixer, likewise
	Stack   Kind = "stack"   // Parts are Token and Channel mixers and, at the end, an Average
	Average Kind = "average" // the weighted average that closes a stack
)

// Part is a piece of a model.
type Part struct {
	Kind   Kind
	Name   string  // as a figure writes it: "Linear"
	Note   string  // what else there is to say, in a few letters: "16 → 64"
	Output Shape   // what it hands on
	Params []Param // its own variables, without those of Parts
	Parts  []Part

	// For the parts of a Stack.
	Group    string // the layer it belongs to
	Input    []Term // what is added up to be its input; empty: the output of the part before
	Residual bool   // its input is added to its output
}

// Term is an earlier output in a weighted average, with the learned scalar that it is multiplied by.
type Term struct {
	Source int    // 0 = the stack's input, i = the output of the stack's i-th mixer
	Weight string // "alpha", "beta", "theta" or "gamma"
}

// Param is a variable.
type Param struct {
	Path string // below the model's scope: "layer0/token/in_proj/weights"
	Dims []Axis
}

// All goes through the part and all that it is made of, outer before inner.
func (p Part) All() iter.Seq[Part] {
	return func(yield func(Part) bool) { p.walk(yield) }
}

func (p Part) walk(yield func(Part) bool) bool {
	if !yield(p) {
		return false
	}
	for _, inner := range p.Parts {
		if !inner.walk(yield) {
			return false
		}
	}
	return true
}

// Weights is the number of values that the part learns, all its parts included; 0 also where a size is not known.
func (p Part) Weights() int {
	total := 0
	for part := range p.All() {
		for _, param := range part.Params {
			n := 1
			for _, axis := range param.Dims {
				if axis.Size == 0 {
					return 0
				}
				n *= axis.Size
			}
			total += n
		}
	}
	return total
}
