package bench

import (
	"fmt"
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/ssm"
)

// dims is the shape of a scan.
type dims struct{ batch, length, channels, state int }

func (d dims) String() string {
	return fmt.Sprintf("B=%d L=%d D=%d N=%d", d.batch, d.length, d.channels, d.state)
}

// sequence is the number of values of u.
func (d dims) sequence() int { return d.batch * d.length * d.channels }

// inputs are u, delta, A, B, C of ordinary sizes: delta from 0.001 to 0.1 and A = -1, -2, ... as in a fresh Mamba block.
func (d dims) inputs() []*tensors.Tensor {
	negative := make([]float32, d.channels*d.state)
	for i := range negative {
		negative[i] = -float32(i%d.state + 1)
	}
	return []*tensors.Tensor{
		normal(d.batch, d.length, d.channels),
		random(func(rng *rand.Rand) float64 { return 0.001 + 0.099*rng.Float64() }, d.batch, d.length, d.channels),
		tensors.FromFlatDataAndDimensions(negative, d.channels, d.state),
		normal(d.batch, d.length, d.state),
		normal(d.batch, d.length, d.state),
	}
}

// extras are z and the bias of delta.
func (d dims) extras() []*tensors.Tensor {
	return []*tensors.Tensor{normal(d.batch, d.length, d.channels), normal(d.channels)}
}

// scanOf is the scan as a function of dims.inputs, or of these and dims.extras.
func scanOf(opts ssm.Options) builder {
	return func(_ *model.Scope, in []*Node) *Node {
		inputs := ssm.Inputs{U: in[0], Delta: in[1], A: in[2], B: in[3], C: in[4]}
		if len(in) > 5 {
			inputs.Z, inputs.DeltaBias = in[5], in[6]
		}
		opts.NoLastState = true
		y, _ := ssm.Scan(inputs, opts)
		return y
	}
}

// normal is a tensor of standard normal numbers.
func normal(dims ...int) *tensors.Tensor {
	return random(func(rng *rand.Rand) float64 { return rng.NormFloat64() }, dims...)
}

// random is a tensor of random numbers, the same on every call.
func random(draw func(rng *rand.Rand) float64, dims ...int) *tensors.Tensor {
	rng := rand.New(rand.NewPCG(1, 2))
	size := 1
	for _, d := range dims {
		size *= d
	}
	values := make([]float32, size)
	for i := range values {
		values[i] = float32(draw(rng))
	}
	return tensors.FromFlatDataAndDimensions(values, dims...)
}
