package train

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/flops"
	"mambamixer/mixer/parallel"
)

// build makes the graph of a step, or of its last part: data, feed, idx [batch] and hyper [3] in, loss and squares of the
// gradients out. Where devices share the batch, idx holds the device's part, and the number of the device comes in too.
func (t *trainer) build(scope *model.Scope, args []*graph.Node) *graph.Node {
	loss, gradients := t.differentiate(scope, args)
	report := t.optimizer.update(t.store, t.variables, t.gathered(gradients), loss, args[t.problem.inputs()+1])
	t.flops = t.count(report)
	return report
}

// differentiate makes the graph of loss and gradients.
func (t *trainer) differentiate(scope *model.Scope, args []*graph.Node) (loss *graph.Node, gradients []*graph.Node) {
	n := t.problem.inputs()
	data, idx := args[:n], args[n]
	if len(args) > n+2 {
		parallel.Share(idx.Graph(), args[n+2])
	}
	t.store.SetTraining(idx.Graph(), true)
	loss = t.problem.Loss(scope, data, idx)
	if !loss.Shape().IsScalar() {
		panic(fmt.Errorf("the problem's Loss has shape %s; it must be a scalar", loss.Shape()))
	}
	t.variables = nil
	for v := range t.store.IterVariables() {
		if v.Trainable && v.InUseByGraph(loss.Graph()) {
			t.variables = append(t.variables, v)
		}
	}
	if len(t.variables) == 0 {
		panic(fmt.Errorf("the model has no trainable variable; use Evaluate for it"))
	}
	values := make([]*graph.Node, len(t.variables))
	for i, v := range t.variables {
		values[i] = v.NodeValue(loss.Graph())
	}
	gradients = parallel.Mean(graph.Gradient(loss, values...)...)
	if t.config.Rho > 0 {
		gradients = t.sharpnessAware(values, gradients, data, idx)
	}
	return parallel.Mean(loss)[0], gradients
}

// count counts the operations of a graph on all devices, those of its report and of every variable that it changes; 0 if
// they can't be counted.
func (t *trainer) count(report *graph.Node) int64 {
	outputs := []*graph.Node{report}
	for v := range t.store.IterVariables() {
		if v.ChangedInGraph(report.Graph()) {
			outputs = append(outputs, v.NodeValue(report.Graph()))
		}
	}
	operations, err := flops.Count(outputs...)
	if err != nil {
		return 0
	}
	return operations * int64(t.devices.count())
}
