package baseline

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/ssm"
)

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
