package mixer

import (
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/ssm"
)

// Averaging says how a mixer's input is made of earlier outputs.
type Averaging string

const (
	// AveragingPaper is equations (19) and (20) taken literally: a mixer's input is a learned
	// weighted sum of the model input x and every earlier output, and an output has no residual of
	// its own. The paper gives no initial values; these start as a residual stream: x counts 1 (it
	// is in both sums, 0.5 each), every output counts 1.
	AveragingPaper Averaging = "paper"
	// AveragingDenseFormer starts the same sums with the newest output at 1 and the rest at 0, and
	// each mixer adds its input to its output, as DenseFormer does. At the start it is the same
	// function as AveragingPaper.
	AveragingDenseFormer Averaging = "denseformer"
	// AveragingUniform starts the sums of AveragingPaper as means: every term counts the same.
	AveragingUniform Averaging = "uniform"
	// AveragingPlain has no weights: a residual stream, x += mixer(x).
	AveragingPlain Averaging = "plain"
)

// Averagings lists the valid kinds of averaging.
func Averagings() []Averaging {
	return []Averaging{AveragingPaper, AveragingDenseFormer, AveragingUniform, AveragingPlain}
}

// Weight names one of the four sets of weights in equations (19) and (20). "" is none of them.
type Weight string

const (
	Alpha Weight = "alpha" // token outputs in the token mixers' inputs, and in the stack's output
	Beta  Weight = "beta"  // channel outputs in the token mixers' inputs, and in the stack's output
	Theta Weight = "theta" // token outputs in the channel mixers' inputs
	Gamma Weight = "gamma" // channel outputs in the channel mixers' inputs
)

// Weights lists the four.
func Weights() []Weight { return []Weight{Alpha, Beta, Theta, Gamma} }

// AveragingWeights is the number of weights α, β, θ, γ of equations (19) and (20) for the given
// number of layers: L(2L+3), section 3.3. The average that closes the stack (see Average.Output) is
// not in the paper's count; it has 2(L+1) more.
func AveragingWeights(layers int) int { return layers * (2*layers + 3) }

// Average records the outputs of token and channel mixers and yields the input of the next one.
// Index 0 of either list is the model input x.
type Average struct {
	kind             Averaging
	without          Weight
	scope            *model.Scope
	tokens, channels []*Node // y_Token^(0..), y_Channel^(0..)
	newestIsChannel  bool    // which list holds the newest output
	input            *Node   // what the last call of mix returned
	weights          map[string]*Node
}

// NewAverage starts with the model input x. Its variables are created below scope.
func NewAverage(scope *model.Scope, kind Averaging, x *Node) *Average {
	return &Average{
		kind: kind, scope: scope, tokens: []*Node{x}, channels: []*Node{x}, input: x,
		weights: map[string]*Node{},
	}
}

// Without leaves one sum out of every average: the outputs that its weights would add are not added. The other sum of
// the same average then starts as if it were the whole.
func (a *Average) Without(w Weight) *Average {
	a.without = w
	return a
}

// TokenInput is equation (19), the input of a layer's token mixer:
// Σ_{i<ℓ} α_i y_Token^(i) + Σ_{i<ℓ} β_i y_Channel^(i).
func (a *Average) TokenInput(layer string) *Node { return a.mix(layer, Alpha, Beta) }

// ChannelInput is equation (20), the input of a layer's channel mixer:
// Σ_{i≤ℓ} θ_i y_Token^(i) + Σ_{i<ℓ} γ_i y_Channel^(i).
func (a *Average) ChannelInput(layer string) *Node { return a.mix(layer, Theta, Gamma) }

// Output is the result of the stack, one more average of type (19) at ℓ = L+1; the paper's figure 1
// ends in such a box without writing its equation.
func (a *Average) Output() *Node { return a.mix("output", Alpha, Beta) }

// AddToken records the output of a token mixer that was given the last input.
func (a *Average) AddToken(y *Node) {
	a.tokens = append(a.tokens, a.residual(y))
	a.newestIsChannel = false
}

// AddChannel records the output of a channel mixer that was given the last input.
func (a *Average) AddChannel(y *Node) {
	a.channels = append(a.channels, a.residual(y))
	a.newestIsChannel = true
}

// Weights returns the weights used so far, by variable path below the scope of NewAverage, such as
// "layer0/alpha" [1].
func (a *Average) Weights() map[string]*Node { return a.weights }

func (a *Average) residual(y *Node) *Node {
	if a.kind == AveragingDenseFormer || a.kind == AveragingPlain {
		return Add(a.input, y)
	}
	return y
}

func (a *Average) mix(layer string, token, channel Weight) *Node {
	scope := a.scope.At("%s", layer)
	switch {
	case a.kind == AveragingPlain && a.newestIsChannel:
		a.input = a.channels[len(a.channels)-1]
	case a.kind == AveragingPlain:
		a.input = a.tokens[len(a.tokens)-1]
	case a.without == token:
		a.input = a.weighted(scope, layer, channel, a.channels, true, true)
	case a.without == channel:
		a.input = a.weighted(scope, layer, token, a.tokens, true, true)
	default:
		a.input = Add(
			a.weighted(scope, layer, token, a.tokens, !a.newestIsChannel, false),
			a.weighted(scope, layer, channel, a.channels, a.newestIsChannel, false))
	}
	return a.input
}

// weighted is Σ_i w_i y_i with the variable w named name [len(ys)]. See initial for hasNewest and alone.
func (a *Average) weighted(scope *model.Scope, layer string, name Weight, ys []*Node, hasNewest, alone bool) *Node {
	w := ssm.Param(scope, ys[0].Graph(), string(name), a.initial(hasNewest, alone), len(ys))
	a.weights[layer+"/"+string(name)] = w
	var sum *Node
	for i, y := range ys {
		term := Mul(ConvertDType(Reshape(Slice(w, AxisElem(i))), y.DType()), y)
		if sum == nil {
			sum = term
		} else {
			sum = Add(sum, term)
		}
	}
	return sum
}

// initial is the initial value of one weight vector; hasNewest says whether its list holds the newest output that is
// added, alone whether the average is this one sum.
func (a *Average) initial(hasNewest, alone bool) ssm.Init {
	terms := len(a.tokens) + len(a.channels)
	return func(_ *rand.Rand, dims []int) []float64 {
		w := make([]float64, dims[0])
		switch a.kind {
		case AveragingDenseFormer:
			if hasNewest {
				w[len(w)-1] = 1
			}
			return w
		case AveragingUniform:
			if alone {
				terms = len(w)
			}
			for i := range w {
				w[i] = 1 / float64(terms)
			}
			return w
		}
		for i := range w {
			w[i] = 1
		}
		if !alone {
			w[0] = 0.5 // x is in both sums
		}
		return w
	}
}
