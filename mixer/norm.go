package mixer

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/ssm"
)

// Norm says over which axes a layer normalization takes its mean and variance.
type Norm string

const (
	// Norm2D normalizes jointly over the token axis and the feature axis of each example: the "2D
	// normalization" of the paper's section 5.1, read as TSMixer's. Through its mean and variance a
	// token sees later tokens, even before a causal mixer.
	Norm2D Norm = "2d"
	// NormFeature normalizes each position over its features: the usual LayerNorm.
	NormFeature Norm = "feature"
	// NormNone leaves the tensor as it is.
	NormNone Norm = "none"
)

// Norms lists the valid norms.
func Norms() []Norm { return []Norm{Norm2D, NormFeature, NormNone} }

const normEpsilon = 1e-5 // torch's LayerNorm default

// Apply normalizes x, whose tokens lie on axes.Sequence and features on axes.Feature, then scales and
// shifts each feature: (x - mean)/sqrt(var + 1e-5) · scale + bias. Shape and dtype unchanged; 16-bit values are normalized
// in float32.
//
// Variables: scale (ones) and bias (zeros), one value per feature.
func (n Norm) Apply(scope *model.Scope, x *Node, axes Axes) *Node {
	if n == NormNone {
		return x
	}
	over := []int{axes.Feature}
	if n == Norm2D {
		over = append(over, axes.Sequence)
	}
	dtype := x.DType()
	if dtype.IsFloat16() {
		x = ConvertDType(x, dtypes.Float32)
	}
	centred := Sub(x, ReduceAndKeep(x, ReduceMean, over...))
	variance := ReduceAndKeep(Square(centred), ReduceMean, over...)
	normalized := Div(centred, Sqrt(AddScalar(variance, normEpsilon)))

	affine := make([]int, x.Rank())
	for axis := range affine {
		affine[axis] = 1
	}
	features := x.Shape().Dim(axes.Feature)
	affine[axes.Feature] = features
	scale := ssm.ParamLike(scope, x, "scale", ssm.Constant(1), features)
	bias := ssm.ParamLike(scope, x, "bias", ssm.Constant(0), features)
	return ConvertDType(Add(Mul(normalized, Reshape(scale, affine...)), Reshape(bias, affine...)), dtype)
}
