// Package attention is the self-attention that the models share.
package attention

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/dropout"
	"mambamixer/ssm"
)

// Self lets the tokens x [B, S, D] look at each other: scaled dot-product attention with several heads
// (Vaswani et al., NeurIPS 2017).
type Self struct {
	Heads   int
	Width   int     // of queries, keys and values, all heads together
	Dropout float64 // of the attention weights, in training
	Inputs  Linear  // the projections to queries, keys and values; nil is torch's Linear
	Output  Linear  // the projection of what was attended; nil is torch's Linear
}

// Linear is a dense layer on the last axis of x, with its own initial values.
type Linear func(scope *model.Scope, x *Node, out int) *Node

func (l Linear) apply(scope *model.Scope, x *Node, out int) *Node {
	if l == nil {
		return ssm.Linear(scope, x, true, out)
	}
	return l(scope, x, out)
}

// Apply returns the attended tokens [B, S, D] and the scores before the softmax [B, heads, S, S]. previous, if not
// nil, holds scores that are added to these: residual attention (He et al., 2020).
//
// Variables: query, key, value, out, each with weights and bias.
func (a Self) Apply(scope *model.Scope, x, previous *Node) (y, scores *Node) {
	batch, tokens := x.Shape().Dim(0), x.Shape().Dim(1)
	heads := func(name string) *Node { // [B, S, heads, width/heads]
		return Reshape(a.Inputs.apply(scope.In("%s", name), x, a.Width), batch, tokens, a.Heads, a.Width/a.Heads)
	}
	scale := 1 / math.Sqrt(float64(a.Width/a.Heads))
	query, key, value := MulScalar(heads("query"), scale), heads("key"), heads("value")
	scores = Einsum("bqhd,bkhd->bhqk", query, key) // [B, heads, S, S]
	if previous != nil {
		scores = Add(scores, previous)
	}
	weights := dropout.Apply(scope, Softmax(scores, -1), a.Dropout)
	y = Einsum("bhqk,bkhd->bqhd", weights, value) // [B, S, heads, width/heads]
	return a.Output.apply(scope.In("out"), Reshape(y, batch, tokens, a.Width), x.Shape().Dim(2)), scores
}
