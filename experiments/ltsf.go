package experiments

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/datasets/ltsf"
	"mambamixer/datasets/synth"
	"mambamixer/experiments/train"
	"mambamixer/mixer/baseline"
	"mambamixer/mixer/tsm2"
)

// history is the number of time steps that every model sees, as in the paper's Table 5.
const history = 512

// historyOf is the history on a set: ILI's 966 weeks are too few for 512.
func historyOf(set string) int {
	if set == "ILI" {
		return 104
	}
	return history
}

// longTermForecasting lists TSM2, the linear baselines and the deep rivals on every set and horizon of the paper's Table
// 5, on ILI, and on the generated set.
//
//	mambamixer run tsm2/ETTh1/96 nlinear/ETTh1/96 dlinear/ETTh1/96 repeat/ETTh1/96
//
// Expected on ETTh1/96 at the cpu tier (test MSE, weights of the last step): TSM2 0.366 (paper 0.375), NLinear 0.369
// (0.374 with history 336), DLinear 0.369 (0.375), Repeat 1.294. Cost on 2 cores: half a minute for TSM2 with the scan
// kernels, seconds for the others.
func longTermForecasting() []Spec {
	var specs []Spec
	for _, set := range append(ltsf.Names(), synth.Name) {
		horizons := []int{96, 192, 336, 720}
		if info, err := ltsf.Lookup(set); err == nil {
			horizons = info.Horizons
		}
		for _, horizon := range horizons {
			data := Data{Set: set, History: historyOf(set), Horizon: horizon}
			for _, m := range append(forecasters(set), rivals(set)...) {
				spec := Spec{
					Name:  fmt.Sprintf("%s/%s/%d", m.name, set, horizon),
					Kind:  m.kind,
					Note:  m.note,
					Model: m.model,
					Data:  data,
					Train: m.train(set, horizon),
				}
				if m.kind == "TSM2" || m.kind == "TSM2 without mixers" {
					spec = asTuned(spec)
				}
				specs = append(specs, spec)
			}
		}
	}
	return specs
}

type forecaster struct {
	name, kind, note string
	model            Forecaster
	train            func(set string, horizon int) *train.Config
}

func forecasters(set string) []forecaster {
	control := recipe(set)
	control.Layers = 0
	return []forecaster{
		{"tsm2", "TSM2", "MambaMixer for time series", tsm2Model{recipe(set)}, recipeTraining},
		{"tsm2-linear", "TSM2 without mixers", "the control: same embedding, head and training, 0 mixer layers", tsm2Model{control}, recipeTraining},
		{"tsm2-paper", "TSM2 paper default", "patches 16/8, width 32, final norm, one learning rate: the closest reading of the text", tsm2Model{tsm2.PaperDefault()}, paperTraining},
		{"nlinear", "NLinear", "one linear map of the history less its last value", baseline.NLinear{}, linearTraining},
		{"dlinear", "DLinear", "linear maps of trend and remainder", baseline.DefaultDLinear(), linearTraining},
		{"repeat", "Repeat", "the last value, repeated", baseline.Repeat{}, noTraining},
	}
}

// tsm2Model makes TSM2 a Forecaster.
type tsm2Model struct{ tsm2.Config }

func (m tsm2Model) Forecast(scope *model.Scope, x *Node, horizon int) *Node {
	return tsm2.Forecast(scope, m.Config, x, horizon).Prediction
}

// ForecastKnowing makes TSM2 an Informed forecaster.
func (m tsm2Model) ForecastKnowing(scope *model.Scope, x *Node, known tsm2.Known, horizon int) *Node {
	return tsm2.ForecastKnowing(scope, m.Config, x, known, horizon).Prediction
}
