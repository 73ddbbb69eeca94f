package baseline

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/dropout"
	"mambamixer/ssm"
)

// selfAttention lets the tokens x [B, S, D] look at each other: scaled dot-product attention with several heads
// (Vaswani et al., NeurIPS 2017).
type selfAttention struct {
	heads   int
	width   int     // of queries, keys and values, all heads together
	dropout float64 // of the attention weights, in training
	inputs  linear  // the projections to queries, keys and values
	output  linear  // the projection of what was attended
}

// linear is a dense layer on the last axis of x, with its own initial values.
type linear func(scope *model.Scope, x *Node, out int) *Node

// apply returns the attended tokens [B, S, D] and the scores before the softmax [B, heads, S, S]. previous, if not
// nil, holds scores that are added to these: residual attention (He et al., 2020).
//
// Variables: query, key, value, out, each with weights and bias.
func (a selfAttention) apply(scope *model.Scope, x, previous *Node) (y, scores *Node) {
	batch, tokens := x.Shape().Dim(0), x.Shape().Dim(1)
	heads := func(name string) *Node { // [B, S, heads, width/heads]
		return Reshape(a.inputs(scope.In("%s", name), x, a.width), batch, tokens, a.heads, a.width/a.heads)
	}
	scale := 1 / math.Sqrt(float64(a.width/a.heads))
	query, key, value := MulScalar(heads("query"), scale), heads("key"), heads("value")
	scores = Einsum("bqhd,bkhd->bhqk", query, key) // [B, heads, S, S]
	if previous != nil {
		scores = Add(scores, previous)
	}
	weights := dropout.Apply(scope, Softmax(scores, -1), a.dropout)
	y = Einsum("bhqk,bkhd->bqhd", weights, value) // [B, S, heads, width/heads]
	return a.output(scope.In("out"), Reshape(y, batch, tokens, a.width), x.Shape().Dim(2)), scores
}

// torchLinear is a linear layer with the initial values of torch's Linear: weights and bias uniform in ±1/sqrt(in).
func torchLinear(scope *model.Scope, x *Node, out int) *Node { return ssm.Linear(scope, x, true, out) }

// kerasDense is a linear layer with the initial values of Keras' Dense: weights uniform in ±sqrt(6/(in+out)), which
// is Glorot's choice, and bias zero.
func kerasDense(scope *model.Scope, x *Node, out int) *Node {
	return glorot(scope, x, out, x.Shape().Dim(-1)+out)
}

// kerasHead is a linear layer with the initial values of the projections to the queries, keys and values of one head
// in Keras' MultiHeadAttention. Its Glorot counts the weights [in, 1, out] as those of a convolution over in places
// with 1 input and out outputs each, so that they start smaller, uniform in ±sqrt(6/(in+in·out)).
func kerasHead(scope *model.Scope, x *Node, out int) *Node {
	in := x.Shape().Dim(-1)
	return glorot(scope, x, out, in+in*out)
}

// glorot is a linear layer whose weights start uniform in ±sqrt(6/fans), and whose bias starts at zero.
func glorot(scope *model.Scope, x *Node, out, fans int) *Node {
	bound := math.Sqrt(6 / float64(fans))
	return ssm.Affine(x,
		ssm.Param(scope, x.Graph(), "weights", ssm.Uniform(-bound, bound), x.Shape().Dim(-1), out),
		ssm.Param(scope, x.Graph(), "bias", ssm.Constant(0), out))
}
