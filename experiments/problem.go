package experiments

import (
	"context"
	"fmt"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments/train"
)

// forecasting makes the training problem of a forecaster on prepared data. The series stays on the device; an example
// is the row at which a window starts, and its window is gathered there. The loss is the MSE on standardised values;
// the scores are each window's MSE and MAE, means over its time steps and variates.
func forecasting(m Forecaster, data *ltsf.Prepared) *train.Problem {
	window := func(series, idx *Node) (history, target *Node) {
		rows := GatherSlices(series, []int{0}, InsertAxes(idx, -1), []int{data.History + data.Horizon}, false) // [B, L+H, M]
		return SliceAxis(rows, 1, AxisRange(0, data.History)), SliceAxis(rows, 1, AxisRangeToEnd(data.History))
	}
	miss := func(scope *model.Scope, inputs []*Node, idx *Node) *Node { // [B, H, M]
		history, target := window(inputs[0], idx)
		return Sub(m.Forecast(scope, history, data.Horizon), target)
	}
	return &train.Problem{
		Data:    []*tensors.Tensor{tensors.FromFlatDataAndDimensions(data.Series, data.T, data.M)},
		Train:   examples(data.Train),
		Val:     examples(data.Val),
		Test:    examples(data.Test),
		Metrics: []string{"mse", "mae"},
		Loss: func(scope *model.Scope, inputs []*Node, idx *Node) *Node {
			return ReduceAllMean(Square(miss(scope, inputs, idx)))
		},
		Score: func(scope *model.Scope, inputs []*Node, idx *Node) []*Node {
			missed := miss(scope, inputs, idx)
			return []*Node{ReduceMean(Square(missed), 1, 2), ReduceMean(Abs(missed), 1, 2)}
		},
	}
}

func examples(r ltsf.Range) train.Range {
	return train.Range{Start: int32(r.Start), End: int32(r.End)}
}

// Train trains a spec as it is, tiers aside, with nothing tested or drawn: for measurements and for programs of one's
// own. See train.Run for the options and errors.
func Train(ctx context.Context, b compute.Backend, spec Spec, dirs []string, o train.RunOptions) (*train.Outcome, error) {
	source, err := spec.Data.Load(dirs)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	t, err := newTask(spec, source)
	if err != nil {
		return nil, err
	}
	if spec.Train == nil {
		return nil, fmt.Errorf("spec %s has nothing to train", spec.Name)
	}
	p, err := t.problem(ctx, RunOptions{})
	if err != nil {
		return nil, err
	}
	return train.Run(ctx, b, p, *spec.Train, o)
}

// Check says whether the spec can be run on its data at a tier, and gives the key of the run.
func (s Spec) Check(tier Tier, source *Source) (key string, err error) {
	if key, err = s.Key(tier, source.Identity.SHA256); err != nil {
		return "", err
	}
	if s, err = s.At(tier); err != nil {
		return "", err
	}
	_, err = newTask(s, source)
	return key, err
}

// prepare checks a spec against its data and cuts the windows.
func prepare(spec Spec, set *ltsf.Set) (*ltsf.Prepared, error) {
	if err := spec.validate(set.Variates); err != nil {
		return nil, fmt.Errorf("spec %s: %w", spec.Name, err)
	}
	if spec.Data.Fold != 0 {
		folded := *set
		var err error
		if folded.Split, err = set.Split.Fold(spec.Data.Fold); err != nil {
			return nil, fmt.Errorf("spec %s: data.fold: %w", spec.Name, err)
		}
		set = &folded
	}
	data, err := ltsf.Prepare(set, spec.Data.History, spec.Data.Horizon)
	if err != nil {
		return nil, fmt.Errorf("spec %s: %w", spec.Name, err)
	}
	if windows := data.Train.Len(); spec.Train != nil && spec.Train.BatchSize > windows {
		return nil, fmt.Errorf("spec %s: train.batch_size is %d, but %s has only %d training windows of history %d and horizon %d; use a batch of at most %d",
			spec.Name, spec.Train.BatchSize, set.Name, windows, data.History, data.Horizon, windows)
	}
	return data, nil
}
