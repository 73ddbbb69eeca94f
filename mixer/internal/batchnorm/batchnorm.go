// Package batchnorm is batch normalization that also works where devices share a batch.
package batchnorm

import (
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/layers/norm"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/model/initializer"

	"mambamixer/mixer/parallel"
)

// Torch is Apply with torch's constants.
func Torch(scope *model.Scope, x *Node) *Node { return Apply(scope, x, 0.9, 1e-5) }

// Apply is batch normalization of all axes of x but the last. Where devices share a batch, its moments are those of
// the whole batch, which GoMLX's layer has no way to take.
func Apply(scope *model.Scope, x *Node, momentum, epsilon float64) *Node {
	g := x.Graph()
	if !scope.IsTraining(g) || parallel.Part(g) == nil {
		return norm.BatchNorm(scope, x, -1).Momentum(momentum).Epsilon(epsilon).CurrentScope().Done()
	}
	flat := Reshape(x, -1, x.Shape().Dim(-1)) // [tokens, features]
	mean := parallel.Mean(ReduceMean(flat, 0))[0]
	centered := Sub(flat, InsertAxes(mean, 0))
	variance := parallel.Mean(ReduceMean(Square(centered), 0))[0]

	// The variables of GoMLX's layer, in its order.
	variable := func(name string, initial model.VariableInitializer) *model.Variable {
		return scope.WithInitializer(initial).VariableWithShape(name, shapes.Make(x.DType(), x.Shape().Dim(-1)))
	}
	scale, offset := variable("scale", initializer.One), variable("offset", initializer.Zero)
	meanAverage, varianceAverage := variable("mean", initializer.Zero), variable("variance", initializer.One)
	count := variable("avg_weight", initializer.Zero)
	count.SetTrainable(false).SetNodeValue(OnePlus(count.NodeValue(g)))
	keep := Min(Scalar(g, x.DType(), momentum), OneMinus(Reciprocal(count.NodeValue(g))))
	for _, average := range []struct {
		variable *model.Variable
		now      *Node
	}{{meanAverage, mean}, {varianceAverage, variance}} {
		before := average.variable.SetTrainable(false).NodeValue(g)
		average.variable.SetNodeValue(Add(Mul(keep, before), Mul(OneMinus(keep), StopGradient(average.now))))
	}
	normalized := Div(centered, InsertAxes(Sqrt(AddScalar(variance, epsilon)), 0))
	normalized = Add(Mul(normalized, InsertAxes(scale.NodeValue(g), 0)), InsertAxes(offset.NodeValue(g), 0))
	return Reshape(normalized, x.Shape().Dimensions...)
}
