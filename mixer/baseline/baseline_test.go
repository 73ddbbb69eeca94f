package baseline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/mixer/baseline"
	"mambamixer/mixer/internal/graphtest"
)

const batch, history, variates, horizon = 3, 30, 2, 5

// forecaster is what the models have in common.
type forecaster interface {
	Validate(history, horizon, variates int) error
	Forecast(scope *model.Scope, x *Node, horizon int) *Node
}

// linear is a layer in plain Go, with the weights [L, H] and bias [H] below path.
func linear(store *model.Store, path string) func(series []float64) []float64 {
	weights := tensors.MustCopyFlatData[float32](store.GetVariable(path + "/weights").MustValue())
	bias := tensors.MustCopyFlatData[float32](store.GetVariable(path + "/bias").MustValue())
	return func(series []float64) []float64 {
		y := make([]float64, horizon)
		for h := range y {
			y[h] = float64(bias[h])
			for t, v := range series {
				y[h] += v * float64(weights[t*horizon+h])
			}
		}
		return y
	}
}

// TestForecast compares each linear model with the same formula in plain Go, one series at a time.
func TestForecast(t *testing.T) {
	const kernel = 25
	for name, test := range map[string]struct {
		model      forecaster
		parameters int
		want       func(store *model.Store, series []float64) []float64
	}{
		"repeat": {baseline.Repeat{}, 0, func(_ *model.Store, series []float64) []float64 {
			y := make([]float64, horizon)
			for h := range y {
				y[h] = series[history-1]
			}
			return y
		}},
		"nlinear": {baseline.NLinear{}, history*horizon + horizon, func(store *model.Store, series []float64) []float64 {
			last := series[history-1]
			level := make([]float64, history)
			for t, v := range series {
				level[t] = v - last
			}
			y := linear(store, "/nlinear")(level)
			for h := range y {
				y[h] += last
			}
			return y
		}},
		"dlinear": {baseline.DefaultDLinear(), 2 * (history*horizon + horizon), func(store *model.Store, series []float64) []float64 {
			trend, seasonal := make([]float64, history), make([]float64, history)
			padded := make([]float64, 0, history+kernel-1) // the ends repeated, then a plain window mean
			for range kernel / 2 {
				padded = append(padded, series[0])
			}
			padded = append(padded, series...)
			for range kernel / 2 {
				padded = append(padded, series[history-1])
			}
			for t := range trend {
				for _, v := range padded[t : t+kernel] {
					trend[t] += v / kernel
				}
				seasonal[t] = series[t] - trend[t]
			}
			y := linear(store, "/dlinear/trend")(trend)
			for h, v := range linear(store, "/dlinear/seasonal")(seasonal) {
				y[h] += v
			}
			return y
		}},
	} {
		t.Run(name, func(t *testing.T) {
			store := model.NewStore()
			x := graphtest.Normal(5, batch, history, variates)
			got := graphtest.Compile1(t, store, func(scope *model.Scope, x *Node) *Node { return test.model.Forecast(scope, x, horizon) })(x)

			want := make([]float32, batch*horizon*variates)
			values := tensors.MustCopyFlatData[float32](x)
			for b := range batch {
				for m := range variates {
					series := make([]float64, history)
					for t := range series {
						series[t] = float64(values[(b*history+t)*variates+m])
					}
					for h, v := range test.want(store, series) {
						want[(b*horizon+h)*variates+m] = float32(v)
					}
				}
			}
			graphtest.Near(t, got, want, 1e-5)

			var parameters int
			for _, size := range graphtest.Parameters(store) {
				parameters += size
			}
			if parameters != test.parameters {
				t.Errorf("%d parameters, want %d", parameters, test.parameters)
			}
		})
	}
}

func TestValidate(t *testing.T) {
	for _, valid := range []forecaster{baseline.Repeat{}, baseline.NLinear{}, baseline.DefaultDLinear()} {
		if err := valid.Validate(history, horizon, variates); err != nil {
			t.Errorf("%T: a valid task is refused: %v", valid, err)
		}
	}
	for want, err := range map[string]error{
		"repeat: history is 0":             baseline.Repeat{}.Validate(0, 1, 1),
		"nlinear: horizon is -1":           baseline.NLinear{}.Validate(1, -1, 1),
		"dlinear: number of variates is 0": baseline.DefaultDLinear().Validate(1, 1, 0),
		"dlinear: kernel is 24":            baseline.DLinear{Kernel: 24}.Validate(1, 1, 1),
	} {
		checkError(t, err, want)
	}
}

// checkError fails unless err says want.
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error is %q, want it to say %q", fmt.Sprint(err), want)
	}
}

// The last period comes again and again, the last time cut off.
func TestSeasonal(t *testing.T) {
	x := tensors.FromFlatDataAndDimensions([]float32{9, 9, 1, 10, 2, 20, 3, 30}, 1, 4, 2)
	got := graphtest.Compile1(t, model.NewStore(), func(scope *model.Scope, x *Node) *Node {
		return baseline.Seasonal{Period: 3}.Forecast(scope, x, 4)
	})(x)
	if want := []float32{1, 10, 2, 20, 3, 30, 1, 10}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for period, says := range map[int]string{0: "period is 0", 5: "from 1 to the history of 4 steps"} {
		if err := (baseline.Seasonal{Period: period}).Validate(4, 4, 2); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want %q", err, says)
		}
	}
}
