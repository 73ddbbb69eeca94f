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
	// AveragingPlain has no weights: a residual stream, x += mixer(x).
	AveragingPlain Averaging = "plain"
)

// Averagings lists the valid kinds of averaging.
func Averagings() []Averaging {
	return []Averaging{AveragingPaper, AveragingDenseFormer, AveragingPlain}
}

// AveragingWeights is the number of weights α, β, θ, γ of equations (19) and (20) for the given
// number of layers: L(2L+3), section 3.3. The average that closes the stack (see Average.Output) is
// not in the paper's count; it has 2(L+1) more.
func AveragingWeights(layers int) int { return layers * (2*layers + 3) }

// Average records the outputs of token and channel mixers and yields the input of the next one.
// Index 0 of either list is the model input x.
type Average struct {
	kind             Averaging
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

// TokenInput is equation (19), the input of a layer's token mixer:
// Σ_{i<ℓ} α_i y_Token^(i) + Σ_{i<ℓ} β_i y_Channel^(i).
func (a *Average) TokenInput(layer string) *Node { return a.mix(layer, "alpha", "beta") }

// ChannelInput is equation (20), the input of a layer's channel mixer:
// Σ_{i≤ℓ} θ_i y_Token^(i) + Σ_{i<ℓ} γ_i y_Channel^(i).
func (a *Average) ChannelInput(layer string) *Node { return a.mix(layer, "theta", "gamma") }

// Output is the result of the stack, one more average of type (19) at ℓ = L+1; the paper's figure 1
// ends in such a box without writing its equation.
func (a *Average) Output() *Node { return a.mix("output", "alpha", "beta") }

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
	if a.kind == AveragingPaper {
		return y
	}
	return Add(a.input, y)
}

func (a *Average) mix(layer, token, channel string) *Node {
	if a.kind == AveragingPlain {
		a.input = a.tokens[len(a.tokens)-1]
		if a.newestIsChannel {
			a.input = a.channels[len(a.channels)-1]
		}
		return a.input
	}
	scope := a.scope.At("%s", layer)
	a.input = Add(
		a.weighted(scope, layer, token, a.tokens, !a.newestIsChannel),
		a.weighted(scope, layer, channel, a.channels, a.newestIsChannel))
	return a.input
}

// weighted is Σ_i w_i y_i with the variable w named name [len(ys)].
func (a *Average) weighted(scope *model.Scope, layer, name string, ys []*Node, hasNewest bool) *Node {
	w := ssm.Param(scope, ys[0].Graph(), name, a.initial(hasNewest), len(ys))
	a.weights[layer+"/"+name] = w
	var sum *Node
	for i, y := range ys {
		term := Mul(Reshape(Slice(w, AxisElem(i))), y)
		if sum == nil {
			sum = term
		} else {
			sum = Add(sum, term)
		}
	}
	return sum
}

// initial is the initial value of one weight vector; hasNewest says whether its list holds the newest output.
func (a *Average) initial(hasNewest bool) ssm.Init {
	return func(_ *rand.Rand, dims []int) []float64 {
		w := make([]float64, dims[0])
		if a.kind == AveragingDenseFormer {
			if hasNewest {
				w[len(w)-1] = 1
			}
			return w
		}
		w[0] = 0.5
		for i := 1; i < len(w); i++ {
			w[i] = 1
		}
		return w
	}
}
