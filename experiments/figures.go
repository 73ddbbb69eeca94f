package experiments

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/plot"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments/train"
	"mambamixer/plots"
)

// The figures of a run folder.
const (
	TrainingFigure = "training.png"
	ForecastFigure = "forecast.png"
)

// drawTraining draws the log of the run.
func (r *run) drawTraining(entries []train.Entry) error {
	metric, unit, counted := r.task.curve()
	title := fmt.Sprintf("%s, seed %d", r.spec.Name, r.options.Seed)
	p, err := trainingPlot(title, fmt.Sprintf("validation (1 in %d %s)", r.spec.Train.EvalStride, counted), metric, unit, entries)
	if err != nil {
		return err
	}
	return plots.Save(filepath.Join(r.dir, TrainingFigure), plots.Wide, p)
}

// TrainingPlot draws the training loss and the validation error of a log, the latter under a name that says what it is of.
// The metrics that were validated tell the task.
func TrainingPlot(title, validation string, entries []train.Entry) (*plot.Plot, error) {
	validated := func(metric string) bool {
		return slices.ContainsFunc(entries, func(e train.Entry) bool { _, found := e.Val[metric]; return found })
	}
	metric, unit, _ := (*forecast)(nil).curve()
	switch {
	case validated(topOneError):
		metric, unit, _ = (*recognition)(nil).curve()
	case validated(pixelError):
		metric, unit, _ = (*segmentation)(nil).curve()
	case validated(weightedError):
		metric, unit, _ = (*demand)(nil).curve()
	}
	return trainingPlot(title, validation, metric, unit, entries)
}

func trainingPlot(title, validation, metric, unit string, entries []train.Entry) (*plot.Plot, error) {
	t := plots.Training{
		Title: title,
		Loss:  plots.Series{Name: "training loss"},
		Val:   plots.Series{Name: validation},
		Best:  -1,
		Unit:  unit,
	}
	for _, entry := range entries {
		t.Loss.Steps, t.Loss.Y = append(t.Loss.Steps, entry.Step), append(t.Loss.Y, entry.Loss)
		if value, evaluated := entry.Val[metric]; evaluated {
			if entry.Best {
				t.Best = len(t.Val.Y)
			}
			t.Val.Steps, t.Val.Y = append(t.Val.Steps, entry.Step), append(t.Val.Y, value)
		}
	}
	return plots.TrainingCurve(t)
}

// A forecast figure shows this many variates, and of the history this many times the horizon.
const (
	variatesShown = 3
	historyShown  = 2
)

// draw draws the test window in the middle of the test split, in the unit of the data.
func (t *forecast) draw(r *run, w *train.Weights) error {
	data := t.data
	start := middle(data)
	guess, err := evaluate(r.backend, w, data, start, func(scope *model.Scope, x *Node) *Node {
		return t.model.Forecast(scope, x, data.Horizon) // [1, H, M]
	})
	if err != nil {
		return err
	}
	name, length := timeUnit(t.set.Frequency)
	window := plots.Window{
		Title:    fmt.Sprintf("%s: test window from row %d", r.spec.Name, start+data.History),
		TimeUnit: name, TimeStep: length,
	}
	series := func(variate, from, to int) []float64 {
		values := make([]float64, 0, to-from)
		for row := from; row < to; row++ {
			values = append(values, data.Original(variate, data.Series[row*data.M+variate]))
		}
		return values
	}
	now := start + data.History
	for _, variate := range spread(data.M, variatesShown) {
		forecast := make([]float64, data.Horizon)
		for i := range forecast {
			forecast[i] = data.Original(variate, guess[i*data.M+variate])
		}
		window.Variates = append(window.Variates, plots.Variate{
			Name:      strings.ToValidUTF8(data.Columns[variate], "?"),
			History:   series(variate, max(start, now-historyShown*data.Horizon), now),
			Truth:     series(variate, now, now+data.Horizon),
			Forecasts: []plots.Forecast{{Model: r.spec.Kind, Y: forecast}},
		})
	}
	panels, err := plots.Forecasts(window)
	if err != nil {
		return err
	}
	return plots.Save(filepath.Join(r.dir, ForecastFigure), plots.Strip, panels...)
}

// middle is the row at which the test window begins that figures show: the one in the middle of the test split.
func middle(data *ltsf.Prepared) int { return data.Test.Start + data.Test.Len()/2 }

// evaluate returns what fn builds, flat, with these weights for the window [1, L, M] that starts at a row. Weights may be
// nil for a model without variables.
func evaluate(b compute.Backend, w *train.Weights, data *ltsf.Prepared, start int, fn func(scope *model.Scope, x *Node) *Node) ([]float32, error) {
	return apply(b, w, data.Series[start*data.M:(start+data.History)*data.M], data.M, fn)
}

// apply is evaluate for a history that is given, of standardised values, row-major.
func apply(b compute.Backend, w *train.Weights, history []float32, variates int, fn func(scope *model.Scope, x *Node) *Node) ([]float32, error) {
	values, err := applyAll(b, w, history, variates, func(scope *model.Scope, x *Node) []*Node { return []*Node{fn(scope, x)} })
	if err != nil {
		return nil, err
	}
	return values[0], nil
}

// applyAll is apply for several outputs.
func applyAll(b compute.Backend, w *train.Weights, history []float32, variates int, fn func(scope *model.Scope, x *Node) []*Node) ([][]float32, error) {
	window := tensors.FromFlatDataAndDimensions(slices.Clone(history), 1, len(history)/variates, variates)
	return call(b, w, []*tensors.Tensor{window}, func(scope *model.Scope, inputs []*Node) []*Node { return fn(scope, inputs[0]) })
}

// call returns what fn builds of inputs, flat, with these weights, which may be nil for a model without variables.
func call(b compute.Backend, w *train.Weights, inputs []*tensors.Tensor, fn func(scope *model.Scope, inputs []*Node) []*Node) ([][]float32, error) {
	store, err := w.NewStore()
	if err != nil {
		return nil, err
	}
	defer store.Finalize()
	exec, err := model.NewExec(b, store, fn)
	if err != nil {
		return nil, err
	}
	defer exec.Finalize()
	arguments := make([]any, len(inputs))
	for i, input := range inputs {
		arguments[i] = input
	}
	outputs, err := exec.Call(arguments...)
	if err != nil {
		return nil, err
	}
	values := make([][]float32, len(outputs))
	for i, output := range outputs {
		if values[i], err = tensors.CopyFlatData[float32](output); err != nil {
			return nil, err
		}
		output.FinalizeAll()
	}
	return values, nil
}

// spread picks at most k of the numbers below n, evenly from the first to the last.
func spread(n, k int) []int {
	if n <= k {
		k = n
	}
	picked := make([]int, k)
	for i := range picked {
		if k > 1 {
			picked[i] = i * (n - 1) / (k - 1)
		}
	}
	return picked
}

// timeUnit is the unit and the length in it of a time step, for an axis.
func timeUnit(frequency string) (unit string, length float64) {
	var count float64
	var name string
	if n, _ := fmt.Sscanf(frequency, "%g %s", &count, &name); n != 2 {
		return "time steps", 1
	}
	switch name {
	case "min":
		return "hours", count / 60
	case "h":
		return "hours", count
	case "day":
		return "days", count
	}
	return name + "s", count
}
