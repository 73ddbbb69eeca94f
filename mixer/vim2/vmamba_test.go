package vim2_test

import (
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer"
	"mambamixer/mixer/internal/graphtest"
	"mambamixer/mixer/vim2"
	"mambamixer/ssm/ssmref"
)

// TestVMamba checks section 3's special case: without channel mixers and averaging, the model is VMamba, written out here in
// float64 from the description of its blocks, one image at a time.
func TestVMamba(t *testing.T) {
	const side, patch, width, blocks = 6, 2, 4, 2
	c := vim2.Tiny()
	c.Patch, c.Stages = patch, []vim2.Stage{{Width: width, Tokens: blocks}}
	c.SSM.StateSize, c.SSM.DtRank = 3, 2
	c.ChannelMixer, c.Averaging, c.DropPath = vim2.ChannelNone, mixer.AveragingPlain, 0
	store := model.NewStore()
	image := graphtest.Normal(1, 1, side, side, 3)
	got := graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node { return vim2.Features(scope, c, x).Stages[0] })(image)

	v := vmamba{t: t, store: store, side: side / patch, states: c.SSM.StateSize, rank: c.SSM.DtRank}
	pixels := tensors.MustCopyFlatData[float32](image)
	var x rows
	for i := 0; i < side; i += patch {
		for j := 0; j < side; j += patch {
			var token []float64
			for p := range patch {
				for q := range patch {
					for channel := range 3 {
						token = append(token, float64(pixels[((i+p)*side+j+q)*3+channel]))
					}
				}
			}
			x = append(x, token)
		}
	}
	x = v.layerNorm(v.linear(x, "stem/proj"), "stem/norm")
	for _, block := range []string{"stage1/token0", "stage1/token1"} {
		y := v.block(x, block)
		for i := range x {
			for k := range x[i] {
				x[i][k] += y[i][k]
			}
		}
	}
	var want []float32
	for _, token := range x {
		for _, value := range token {
			want = append(want, float32(value))
		}
	}
	graphtest.Near(t, got, want, 1e-5)
}

// rows are vectors, one for each place of an image, row by row.
type rows [][]float64

// vmamba has the weights of a model, below /vim2.
type vmamba struct {
	t                  *testing.T
	store              *model.Store
	side, states, rank int
}

// param gives a variable, nil if there is none, and its last dimension.
func (v vmamba) param(path string) (values []float64, last int) {
	variable := v.store.GetVariable("/vim2/" + path)
	if variable == nil {
		return nil, 0
	}
	for _, value := range tensors.MustCopyFlatData[float32](variable.MustValue()) {
		values = append(values, float64(value))
	}
	return values, variable.Shape().Dim(-1)
}

func (v vmamba) linear(x rows, path string) (y rows) {
	weights, out := v.param(path + "/weights")
	bias, _ := v.param(path + "/bias")
	for _, row := range x {
		to := make([]float64, out)
		copy(to, bias)
		for k, value := range row {
			for o := range to {
				to[o] += value * weights[k*out+o]
			}
		}
		y = append(y, to)
	}
	return y
}

func (v vmamba) layerNorm(x rows, path string) (y rows) {
	scale, _ := v.param(path + "/scale")
	bias, _ := v.param(path + "/bias")
	for _, row := range x {
		var mean, variance float64
		for _, value := range row {
			mean += value / float64(len(row))
		}
		for _, value := range row {
			variance += (value - mean) * (value - mean) / float64(len(row))
		}
		to := make([]float64, len(row))
		for k, value := range row {
			to[k] = (value-mean)/math.Sqrt(variance+1e-5)*scale[k] + bias[k]
		}
		y = append(y, to)
	}
	return y
}

func silu(x float64) float64 { return x / (1 + math.Exp(-x)) }

// block is VMamba's SS2D behind a LayerNorm: what is added to the stream.
func (v vmamba) block(x rows, path string) rows {
	projected := v.linear(v.layerNorm(x, path+"/norm"), path+"/in_proj")
	inner := len(projected[0]) / 2

	taps, _ := v.param(path + "/conv/kernel")
	bias, _ := v.param(path + "/conv/bias")
	u := make(rows, len(x)) // the depthwise 3 x 3 convolution of the first half, and SiLU
	for place := range u {
		i, j := place/v.side, place%v.side
		u[place] = make([]float64, inner)
		for e := range inner {
			sum := bias[e]
			for p := range 3 {
				for q := range 3 {
					if r, s := i+p-1, j+q-1; r >= 0 && r < v.side && s >= 0 && s < v.side {
						sum += taps[(p*3+q)*inner+e] * projected[r*v.side+s][e]
					}
				}
			}
			u[place][e] = silu(sum)
		}
	}

	// The four scans: rows, columns, and both from the end.
	forward, across := make([]int, len(u)), make([]int, len(u))
	for at := range u {
		forward[at] = at
		across[at] = at%v.side*v.side + at/v.side
	}
	backward := func(order []int) []int {
		turned := make([]int, len(order))
		for at, place := range order {
			turned[len(order)-1-at] = place
		}
		return turned
	}
	y := make(rows, len(u))
	for route, order := range map[string][]int{"rows_tl": forward, "columns_tl": across, "rows_br": backward(forward), "columns_br": backward(across)} {
		for at, values := range v.s6(u, order, path+"/scan/"+route) {
			y[order[at]] = append(y[order[at]], values...) // four scans behind each other
		}
	}
	for place := range y {
		for k := inner; k < len(y[place]); k++ {
			y[place][k%inner] += y[place][k]
		}
		y[place] = y[place][:inner]
	}
	y = v.layerNorm(y, path+"/out_norm")
	for place := range y {
		for e := range inner {
			y[place][e] *= silu(projected[place][inner+e])
		}
	}
	return v.linear(y, path+"/out_proj")
}

// s6 runs the scan over the places in the order given; the outputs are in that order.
func (v vmamba) s6(u rows, order []int, path string) rows {
	e := len(u[0])
	in := ssmref.Inputs{Dims: ssmref.Dims{Batch: 1, Length: len(order), Channels: e, State: v.states, Groups: 1}}
	var rank rows
	sequence := make(rows, len(order))
	for at, place := range order {
		sequence[at] = u[place]
	}
	for at, selected := range v.linear(sequence, path+"/selection") {
		in.U = append(in.U, sequence[at]...)
		rank = append(rank, selected[:v.rank])
		in.B = append(in.B, selected[v.rank:v.rank+v.states]...)
		in.C = append(in.C, selected[v.rank+v.states:]...)
	}
	weights, _ := v.param(path + "/dt/weights")
	for _, low := range rank {
		for channel := range e {
			sum := 0.0
			for k, value := range low {
				sum += value * weights[k*e+channel]
			}
			in.Delta = append(in.Delta, sum)
		}
	}
	logs, _ := v.param(path + "/A_log")
	for _, value := range logs {
		in.A = append(in.A, -math.Exp(value))
	}
	in.DeltaBias, _ = v.param(path + "/dt/bias")
	in.D, _ = v.param(path + "/D")
	y, _ := ssmref.Forward(in, ssmref.Options{DeltaSoftplus: true})
	out := make(rows, len(order))
	for at := range out {
		out[at] = y[at*e : (at+1)*e]
	}
	return out
}
