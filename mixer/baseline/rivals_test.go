package baseline_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/baseline"
	"mambamixer/mixer/internal/graphtest"
	"mambamixer/ssm"
)

// The deep models in sizes that compile and run fast, on the task of baseline_test.go with more variates.
const many = 4 // variates

// behaviour is what the laws below say of a model.
type behaviour struct {
	model       forecaster
	equivariant bool // permuted variates give the same forecasts, permuted
	independent bool // a variate's forecast depends on its own history alone
	follows     bool // level and scale of a variate's history are those of its forecast
	parameters  int
}

func rivals() map[string]behaviour {
	const (
		l, h, m      = history, horizon, many
		d, f, layers = 8, 12, 2
		p, patches   = 8, (history-8)/4 + 2
	)
	linear := func(in, out int) int { return in*out + out }
	attention := 4 * linear(d, d)
	encoder := linear(d, f) + linear(f, d) + 4*d // feed-forward part and two norms
	scan := ssm.DefaultConfig()
	scan.StateSize, scan.ConvWidth = 2, 2
	const n, rank = 2, 1
	mamba := d*2*d + (2*d + d) + (d*(rank+2*n) + rank*d + d + d*n + d) + d*d // in, conv, S6, out
	return map[string]behaviour{
		"tsmixer": {baseline.TSMixer{Blocks: 2, Hidden: f, Dropout: 0.5}, false, false, true,
			2*m + 2*(4*l*m+linear(l, l)+linear(m, f)+linear(f, m)) + linear(l, h)},
		"transformer": {baseline.Transformer{DModel: d}, true, false, false,
			3*linear(l, d) + linear(d, l) + linear(l, h)},
		"samformer": {baseline.Transformer{DModel: d, RevIN: true}, true, false, true,
			2*m + 3*linear(l, d) + linear(d, l) + linear(l, h)},
		"patchtst": {baseline.PatchTST{PatchLength: p, PatchStride: 4, Layers: layers, DModel: d, Heads: 2, Hidden: f, Dropout: 0.3}, true, true, true,
			linear(p, d) + patches*d + layers*(attention+encoder) + linear(patches*d, h)},
		"itransformer": {baseline.ITransformer{Layers: layers, DModel: d, Heads: 2, Hidden: f, Dropout: 0.1}, true, false, true,
			linear(l, d) + layers*(attention+encoder) + 2*d + linear(d, h)},
		"smamba": {baseline.SMamba{Layers: layers, DModel: d, Hidden: f, Dropout: 0.1, SSM: scan}, false, false, true,
			linear(l, d) + layers*(2*mamba+encoder) + 2*d + linear(d, h)},
	}
}

// TestRivalsForecast checks shapes, numbers of parameters, and what permuting, changing and rescaling variates does.
func TestRivalsForecast(t *testing.T) {
	x := graphtest.Normal(11, batch, history, many)
	values := tensors.MustCopyFlatData[float32](x)
	changed := func(f func(b, time, variate int) float32) *tensors.Tensor {
		out := make([]float32, len(values))
		for i := range out {
			out[i] = f(i/(history*many), i/many%history, i%many)
		}
		return tensors.FromFlatDataAndDimensions(out, batch, history, many)
	}
	at := func(b, time, variate int) float32 { return values[(b*history+time)*many+variate] }
	permutation := []int{2, 0, 3, 1}

	for name, test := range rivals() {
		t.Run(name, func(t *testing.T) {
			store := model.NewStore()
			forecast := graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node {
				y := test.model.Forecast(scope, x, horizon)
				if got, want := fmt.Sprint(y.Shape().Dimensions), fmt.Sprint([]int{batch, horizon, many}); got != want {
					t.Errorf("the forecast has shape %s, want %s", got, want)
				}
				return y
			})
			before := forecast(x)
			parameters := 0
			for _, size := range graphtest.Parameters(store) {
				parameters += size
			}
			if parameters != test.parameters {
				t.Errorf("%d parameters, want %d", parameters, test.parameters)
			}

			after := forecast(changed(func(b, time, variate int) float32 { return at(b, time, permutation[variate]) }))
			want := make([]float32, len(before))
			for i := range want {
				want[i] = before[i-i%many+permutation[i%many]]
			}
			if got := near(after, want); got != test.equivariant {
				t.Errorf("equivariant to a permutation of variates: %v, want %v", got, test.equivariant)
			}

			const one = 1 // the variate that changes
			after = forecast(changed(func(b, time, variate int) float32 {
				if variate == one {
					return at(b, time, variate) * at(b, time, variate)
				}
				return at(b, time, variate)
			}))
			moved := make([]bool, many)
			for i := range after {
				moved[i%many] = moved[i%many] || after[i] != before[i]
			}
			others := slices.Contains(append(moved[:one:one], moved[one+1:]...), true)
			if !moved[one] || others == test.independent {
				t.Errorf("variate %d changed, and so did the forecasts of %v; independent is %v", one, moved, test.independent)
			}

			after = forecast(changed(func(b, time, variate int) float32 { return 3*at(b, time, variate) + float32(variate) }))
			for i := range want {
				want[i] = 3*before[i] + float32(i%many)
			}
			if got := near(after, want); got != test.follows {
				t.Errorf("follows level and scale: %v, want %v", got, test.follows)
			}
		})
	}
}

// near says whether a and b agree to a tolerance that rounding of float32 keeps.
func near(a, b []float32) bool {
	for i := range a {
		if math.Abs(float64(a[i]-b[i])) > 1e-3 {
			return false
		}
	}
	return true
}

// TestRivalsTrain checks that in training gradients are finite and reach every variable. That of a key's bias is zero
// but for rounding: it adds the same to all scores of a query.
func TestRivalsTrain(t *testing.T) {
	for name, test := range rivals() {
		t.Run(name, func(t *testing.T) {
			store := model.NewStore()
			var paths []string
			gradients := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
				g := x.Graph()
				store.SetTraining(g, true)
				loss := ReduceAllMean(Square(test.model.Forecast(scope, x, horizon)))
				var values []*Node
				paths = nil
				for v := range store.IterVariables() {
					if v.Trainable && v.InUseByGraph(g) {
						paths, values = append(paths, v.Path()), append(values, v.NodeValue(g))
					}
				}
				return Gradient(loss, values...)
			})(graphtest.Normal(12, 16, history, many))
			graphtest.Gradients(t, paths, gradients, "/key/bias")
		})
	}
}

func TestRivalsValidate(t *testing.T) {
	patch := baseline.SmallPatchTST()
	patch.PatchLength = 31
	inverted := baseline.DefaultITransformer(2, 256)
	inverted.Heads = 7
	mamba := baseline.DefaultSMamba(2, 256, 2)
	mamba.SSM.StateSize = 0
	for want, err := range map[string]error{
		"tsmixer: hidden is 0":                      baseline.TSMixer{Blocks: 1}.Validate(history, horizon, many),
		"tsmixer: dropout is 1":                     baseline.TSMixer{Blocks: 1, Hidden: 1, Dropout: 1}.Validate(history, horizon, many),
		"transformer: d_model is 0":                 baseline.Transformer{}.Validate(history, horizon, many),
		"patchtst: patch_length is 31":              patch.Validate(history, horizon, many),
		"patchtst: horizon is 0":                    baseline.SmallPatchTST().Validate(history, 0, many),
		"itransformer: heads is 7 with d_model 256": inverted.Validate(history, horizon, many),
		"smamba: layers is 0":                       baseline.DefaultSMamba(0, 256, 2).Validate(history, horizon, many),
		"smamba: ssm state_size is 0":               mamba.Validate(history, horizon, many),
	} {
		checkError(t, err, want)
	}
	for name, test := range rivals() {
		if err := test.model.Validate(history, horizon, many); err != nil {
			t.Errorf("%s: a valid task is refused: %v", name, err)
		}
	}
}
