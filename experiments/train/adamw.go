package train

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// optimizerScope holds the moments, in a scope of the store that no model uses.
const optimizerScope = "/#adamw"

// adamW is the optimiser of Loshchilov and Hutter (2019), with PyTorch's conventions: bias correction of
// both moments, epsilon outside the root, decay by lr*weightDecay, global-norm clipping with 1e-6 in the
// denominator. GoMLX's own optimiser has neither parameter groups nor clipping by norm.
type adamW struct{ config Config }

// hyper gives the numbers that change with the step, counted from 0: the learning rate and the two bias
// corrections 1/(1-beta^(step+1)).
func (o adamW) hyper(step int) []float64 {
	t := float64(step + 1)
	return []float64{
		o.config.learningRate(step),
		1 / (1 - math.Pow(o.config.Beta1, t)),
		1 / (1 - math.Pow(o.config.Beta2, t)),
	}
}

// update builds one step on all trainable variables, down their gradients, and gives the loss followed by the sum of
// squares of each variable's gradient (with L2, before clipping), as one float64 vector.
func (o adamW) update(store *model.Store, variables []*model.Variable, gradients []*Node, loss, hyper *Node) *Node {
	g := loss.Graph()
	values := make([]*Node, len(variables))
	paths := make([]string, len(variables))
	ranks := make([]int, len(variables))
	for i, v := range variables {
		values[i], paths[i], ranks[i] = v.NodeValue(g), v.Path(), v.Shape().Rank()
	}
	rules, err := o.config.rules(paths, ranks)
	if err != nil {
		panic(err)
	}
	report := []*Node{ConvertDType(loss, dtypes.Float64)}
	for i, gradient := range gradients {
		dtype := computeDType(values[i])
		gradient = ConvertDType(gradient, dtype)
		if rules[i].l2 > 0 {
			gradient = Add(gradient, scale(ConvertDType(values[i], dtype), 2*rules[i].l2))
		}
		gradients[i] = gradient
		report = append(report, ConvertDType(ReduceAllSum(Mul(gradient, gradient)), dtypes.Float64))
	}
	clip := o.clip(report[1:])
	for i, v := range variables {
		o.step(store, v, rules[i], gradients[i], clip, hyper)
	}
	return Stack(report, 0)
}

// clip gives the factor, at most 1, that bounds the global norm; nil if there is no bound.
func (o adamW) clip(squares []*Node) *Node {
	if o.config.ClipNorm == 0 {
		return nil
	}
	norm := Sqrt(ReduceAllSum(Stack(squares, 0)))
	g := norm.Graph()
	bound := Div(Const(g, o.config.ClipNorm), Add(norm, Const(g, 1e-6)))
	return Min(bound, Const(g, 1.0))
}

// step updates one variable and its moments.
func (o adamW) step(store *model.Store, v *model.Variable, r rule, gradient, clip, hyper *Node) {
	g, dtype := gradient.Graph(), gradient.DType()
	if clip != nil {
		gradient = Mul(gradient, ConvertDType(clip, dtype))
	}
	number := func(i int) *Node { return ConvertDType(Reshape(Slice(hyper, AxisElem(i))), dtype) }
	meanCorrection, squareCorrection := number(1), number(2)
	lr := scale(number(0), r.lrScale)

	moment := func(kind string) *model.Variable {
		shape := shapes.Make(dtype, v.Shape().Dimensions...)
		return store.VariableWithShape(model.JoinPath(optimizerScope, kind, v.Path()), shape, Zeros).SetTrainable(false)
	}
	meanVar, squareVar := moment("mean"), moment("square")
	mean := Add(scale(meanVar.NodeValue(g), o.config.Beta1), scale(gradient, 1-o.config.Beta1))
	square := Add(scale(squareVar.NodeValue(g), o.config.Beta2), scale(Mul(gradient, gradient), 1-o.config.Beta2))
	meanVar.SetNodeValue(mean)
	squareVar.SetNodeValue(square)

	value := ConvertDType(v.NodeValue(g), dtype)
	if r.weightDecay > 0 {
		value = Sub(value, Mul(value, scale(lr, r.weightDecay)))
	}
	root := Add(Sqrt(Mul(square, squareCorrection)), constant(g, dtype, o.config.Epsilon))
	value = Sub(value, Div(Mul(lr, Mul(mean, meanCorrection)), root))
	v.SetNodeValue(ConvertDType(value, v.DType()))
	if o.config.EMA > 0 {
		o.average(store, v, value)
	}
}

// computeDType is the precision of the optimiser: float64 for float64 variables, else float32.
func computeDType(value *Node) dtypes.DType {
	if value.DType() == dtypes.Float64 {
		return dtypes.Float64
	}
	return dtypes.Float32
}

// constant makes a scalar that GoMLX does not share between scopes of the graph.
func constant(g *Graph, dtype dtypes.DType, value float64) *Node {
	return Const(g, shapes.CastAsDType(value, dtype))
}

// scale multiplies x by a number.
func scale(x *Node, factor float64) *Node {
	return Mul(x, constant(x.Graph(), x.DType(), factor))
}
