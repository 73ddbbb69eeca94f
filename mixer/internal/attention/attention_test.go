package attention

import (
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/internal/graphtest"
)

// TestAttention compares one self-attention, with the scores of another added to its own, with the same formula in
// plain Go and float64.
func TestAttention(t *testing.T) {
	const batch, tokens, features, heads, width = 2, 5, 3, 2, 8
	store := model.NewStore()
	x := graphtest.Normal(1, batch, tokens, features)
	attention := Self{Heads: heads, Width: width}
	outputs := graphtest.Compile(t, store, func(scope *model.Scope, x *Node) []*Node {
		_, scores := attention.Apply(scope.In("first"), x, nil)
		y, _ := attention.Apply(scope.In("second"), x, scores)
		return []*Node{y}
	})(x)

	values := tensors.MustCopyFlatData[float32](x)
	linear := func(path string, in []float64) []float64 {
		weights := tensors.MustCopyFlatData[float32](store.GetVariable(path + "/weights").MustValue())
		bias := tensors.MustCopyFlatData[float32](store.GetVariable(path + "/bias").MustValue())
		out := make([]float64, len(bias))
		for o := range out {
			out[o] = float64(bias[o])
			for i, v := range in {
				out[o] += v * float64(weights[i*len(out)+o])
			}
		}
		return out
	}
	var want []float32
	for b := range batch {
		token := func(i int) []float64 {
			row := make([]float64, features)
			for f := range row {
				row[f] = float64(values[(b*tokens+i)*features+f])
			}
			return row
		}
		score := func(path string, head, i, j int) (sum float64) {
			query, key := linear(path+"/query", token(i)), linear(path+"/key", token(j))
			for d := head * width / heads; d < (head+1)*width/heads; d++ {
				sum += query[d] * key[d]
			}
			return sum / math.Sqrt(width/heads)
		}
		for i := range tokens {
			attended := make([]float64, width)
			for head := range heads {
				var total float64
				exps := make([]float64, tokens)
				for j := range exps {
					exps[j] = math.Exp(score("/first", head, i, j) + score("/second", head, i, j))
					total += exps[j]
				}
				for j, e := range exps {
					value := linear("/second/value", token(j))
					for d := head * width / heads; d < (head+1)*width/heads; d++ {
						attended[d] += e / total * value[d]
					}
				}
			}
			for _, v := range linear("/second/out", attended) {
				want = append(want, float32(v))
			}
		}
	}
	graphtest.Near(t, outputs[0], want, 1e-5)
}
