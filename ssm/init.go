package ssm

import (
	"hash/fnv"
	"math"
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/mat"
)

// Init makes the initial values of a parameter, row-major.
type Init func(rng *rand.Rand, dims []int) []float64

// Param returns the parameter name of scope in graph g, a trainable float32 variable. Its initial value depends on the
// store's seed (model.ParamInitialSeed), its path and its shape alone: not on the backend, nor on what else the model has.
func Param(scope *model.Scope, g *Graph, name string, init Init, dims ...int) *Node {
	v := scope.GetVariable(name)
	if v == nil {
		path := fnv.New64a()
		path.Write([]byte(model.JoinPath(scope.Scope(), name)))
		seed := model.GetRootParamOr(scope.Store(), model.ParamInitialSeed, int64(0))
		values := init(rand.New(rand.NewPCG(uint64(seed), path.Sum64())), dims)
		single := make([]float32, len(values))
		for i, value := range values {
			single[i] = float32(value)
		}
		v = scope.VariableWithValue(name, tensors.FromFlatDataAndDimensions(single, dims...))
	}
	return v.NodeValue(g)
}

// ParamLike is Param in the dtype of x: parameters stay float32 where a model computes in 16 bits.
func ParamLike(scope *model.Scope, x *Node, name string, init Init, dims ...int) *Node {
	return ConvertDType(Param(scope, x.Graph(), name, init, dims...), x.DType())
}

// Constant fills with one value.
func Constant(value float64) Init {
	return func(_ *rand.Rand, dims []int) []float64 {
		return fill(dims, func() float64 { return value })
	}
}

// Uniform draws from [low, high).
func Uniform(low, high float64) Init {
	return func(rng *rand.Rand, dims []int) []float64 {
		return fill(dims, func() float64 { return low + (high-low)*rng.Float64() })
	}
}

// Normal draws from a normal distribution of mean 0.
func Normal(deviation float64) Init {
	return func(rng *rand.Rand, dims []int) []float64 {
		return fill(dims, func() float64 { return deviation * rng.NormFloat64() })
	}
}

// FanIn draws uniformly from ±1/√fanIn: PyTorch's default for linear and convolution layers, weights and biases.
func FanIn(fanIn int) Init {
	bound := 1 / math.Sqrt(float64(fanIn))
	return Uniform(-bound, bound)
}

// Orthogonal makes a matrix [rows, cols] with orthonormal columns (rows ≥ cols) or rows: the Q of the QR decomposition
// of a Gaussian matrix, with signs that make it uniformly distributed.
func Orthogonal() Init {
	return func(rng *rand.Rand, dims []int) []float64 {
		rows, cols := dims[0], dims[1]
		long, short := max(rows, cols), min(rows, cols)
		gaussian := mat.NewDense(long, short, fill([]int{long, short}, rng.NormFloat64))
		var qr mat.QR
		qr.Factorize(gaussian)
		var q, r mat.Dense
		qr.QTo(&q)
		qr.RTo(&r)
		values := make([]float64, 0, rows*cols)
		for i := range rows {
			for j := range cols {
				l, s := i, j
				if rows < cols {
					l, s = j, i
				}
				values = append(values, math.Copysign(1, r.At(s, s))*q.At(l, s))
			}
		}
		return values
	}
}

// ALog is log(1..N) in each row of [D, N]: the S4D-real initialisation of Mamba, for A = −exp(A_log).
func ALog() Init {
	return func(_ *rand.Rand, dims []int) []float64 {
		n := 0
		return fill(dims, func() float64 {
			n++
			return math.Log(float64((n-1)%dims[1] + 1))
		})
	}
}

// DtBias is the inverse softplus of step sizes drawn log-uniformly from [low, high], none below floor: Mamba's
// initialisation of the bias of Δ.
func DtBias(low, high, floor float64) Init {
	return func(rng *rand.Rand, dims []int) []float64 {
		return fill(dims, func() float64 {
			dt := max(floor, math.Exp(math.Log(low)+rng.Float64()*(math.Log(high)-math.Log(low))))
			return dt + math.Log(-math.Expm1(-dt))
		})
	}
}

func fill(dims []int, next func() float64) []float64 {
	size := 1
	for _, d := range dims {
		size *= d
	}
	values := make([]float64, size)
	for i := range values {
		values[i] = next()
	}
	return values
}
