package nb

import (
	"fmt"
	"slices"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments"
	"mambamixer/experiments/inspect"
	"mambamixer/experiments/result"
	"mambamixer/internal/nearest"
)

// Inside is what a trained TSM2 has learned, and what it computes for the test window of the run's forecast figure.
type Inside struct {
	*inspect.Inspection // weights of the averages, step sizes, course of the training

	Values []inspect.Value // in the order of the computation
	title  string
}

// Inspect looks into a finished run of TSM2, as Train returns it:
//
//	inside := nb.Inspect(nb.Finished(spec()))
//	nb.Table(inside.Table())                                // all names and shapes
//	delta := inside.Value("layer0/token/forward/delta")     // a value, delta.At(variate, patch, channel)
//	inside.Show()                                           // figures of what was learned
func Inspect(run *experiments.Finished) *Inside {
	b, dirs := Backend(), ltsf.SearchPath("")
	return &Inside{
		Inspection: Must(experiments.Inspect(b, []string{run.Dir}, dirs)),
		Values:     Must(experiments.Intermediates(b, run.Dir, dirs)),
		title:      fmt.Sprintf("What %s computes for one window of %s", run.Record.Model, run.Record.Data.Name),
	}
}

// Table lists the values with their axes, their shapes, and between what their numbers lie.
func (i *Inside) Table() *result.Table { return inspect.ValueTable(i.title, i.Values) }

// Value returns the value of a name. One that isn't there ends the cell.
func (i *Inside) Value(name string) inspect.Value {
	var names []string
	for _, value := range i.Values {
		names = append(names, value.Name)
	}
	at := slices.Index(names, name)
	if at < 0 {
		Check(fmt.Errorf("the model computes no %q%s", name, nearest.Hint(name, names)))
	}
	return i.Values[at]
}

// Show draws what was learned: the weights of the averages and the step sizes of the time mixers.
func (i *Inside) Show() {
	for _, figure := range Must(i.Figures()) {
		ShowSize(figure.Size, figure.Panels...)
	}
}
