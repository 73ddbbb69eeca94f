package experiments

import (
	"context"
	"fmt"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
)

// task is a spec on its data: what is to be learned, and how its results are told.
type task interface {
	// problem makes what is trained. What takes long happens here.
	problem(ctx context.Context, o RunOptions) (*train.Problem, error)
	// note adds what is the task's own to the record of a run.
	note(record *result.Record)
	// scores takes what an evaluation gave.
	scores(score train.Score) *result.Scores
	// elsewhere tests weights under other conditions than those of the training, for the record.
	elsewhere(ctx context.Context, r *run, p *train.Problem, w *train.Weights) error
	// follow keeps the course of the training in the record, if that has a place for it.
	follow(record *result.Record, entries []train.Entry)
	// curve says what the training figure shows: a metric, its unit, and what is counted.
	curve() (metric, unit, counted string)
	// draw leaves a figure of what the model does with weights, which may be nil for one without variables.
	draw(r *run, w *train.Weights) error
}

// newTask checks a spec against its data.
func newTask(spec Spec, source *Source) (task, error) {
	switch {
	case spec.Data.Pictures != nil:
		return newRecognition(spec, source.pictures)
	case spec.Data.Scenes != nil:
		return newSegmentation(spec, source.scenes)
	case spec.Data.Objects != nil:
		return newDetection(spec, source.scenes)
	case spec.Data.Sales != nil:
		return newDemand(spec, source.sales)
	}
	data, err := prepare(spec, source.series)
	if err != nil {
		return nil, err
	}
	m, err := spec.forecaster()
	return &forecast{spec: spec, model: m, data: data, set: source.series}, err
}

// forecast is the task of forecasting a series.
type forecast struct {
	spec  Spec
	model Forecaster
	data  *ltsf.Prepared
	set   *ltsf.Set
}

func (t *forecast) problem(context.Context, RunOptions) (*train.Problem, error) {
	return forecasting(t.model, t.data), nil
}

func (t *forecast) note(record *result.Record) {
	record.History, record.Horizon = t.data.History, t.data.Horizon
}

func (t *forecast) scores(score train.Score) *result.Scores {
	return &result.Scores{MSE: score.Values[0], MAE: score.Values[1], Windows: score.Count}
}

func (t *forecast) elsewhere(context.Context, *run, *train.Problem, *train.Weights) error { return nil }

func (t *forecast) follow(*result.Record, []train.Entry) {}

func (t *forecast) curve() (metric, unit, counted string) {
	return "mse", "MSE on standardised data", "windows"
}

// Size is the side of the pictures that the model sees, of scenes and objects their height, in pixels; 0 for a series.
func (d Data) Size() int {
	switch {
	case d.Pictures != nil:
		return d.Pictures.Size
	case d.Scenes != nil:
		return d.Scenes.Height
	case d.Objects != nil:
		return d.Objects.Height
	}
	return 0
}

// Title says what a run of the spec is about, for messages.
func (s Spec) Title() string {
	switch size := s.Data.Size(); {
	case s.Data.Pictures != nil:
		return fmt.Sprintf("%s (%d pixels", s.Name, size)
	case s.Data.Scenes != nil:
		return fmt.Sprintf("%s (%d x %d pixels", s.Name, s.Data.Scenes.Width, size)
	case s.Data.Objects != nil:
		return fmt.Sprintf("%s (%d x %d pixels", s.Name, s.Data.Objects.Width, size)
	}
	return fmt.Sprintf("%s (history %d, horizon %d", s.Name, s.Data.History, s.Data.Horizon)
}
