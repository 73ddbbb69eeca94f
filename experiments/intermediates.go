package experiments

import (
	"fmt"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/inspect"
	"mambamixer/mixer/tsm2"
)

// Intermediates gives what the model of a finished run of TSM2 computes for the test window that the run's forecast figure
// shows: step sizes, B, C and hidden states of each selective mixer, the mixers' outputs, the weights of the averages, as
// tsm2.Intermediates names them. Data is looked for in dataDirs.
func Intermediates(b compute.Backend, dir string, dataDirs []string) ([]inspect.Value, error) {
	run, err := openRun(dir)
	if err != nil {
		return nil, err
	}
	if run.vision != nil {
		return nil, fmt.Errorf("%s is a run of %s: intermediate values are shown of TSM2 only", dir, run.record.Model)
	}
	data, err := run.data(dataDirs)
	if err != nil {
		return nil, err
	}
	var list []inspect.Value
	start := middle(data)
	values, err := applyAll(b, run.weights, data.Series[start*data.M:(start+data.History)*data.M], data.M, func(scope *model.Scope, x *Node) []*Node {
		var nodes []*Node
		list = nil
		for _, v := range tsm2.Intermediates(scope, run.config.Config, x, data.Horizon) {
			list = append(list, inspect.Value{Name: v.Name, Axes: v.Axes, Dims: v.Node.Shape().Dimensions})
			nodes = append(nodes, v.Node)
		}
		return nodes
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	for i := range list {
		list[i].Flat = values[i]
	}
	return list, nil
}
