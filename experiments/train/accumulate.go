package train

import (
	"fmt"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// gatherScope holds the sums of gradients over the parts of a batch, where Config.Accumulate asks for parts.
const gatherScope = "/#gathered"

// sums are the variables that hold them, one for each of the trainable ones.
func (t *trainer) sums() []*model.Variable {
	sums := make([]*model.Variable, len(t.variables))
	for i, v := range t.variables {
		sums[i] = t.store.VariableWithShape(model.JoinPath(gatherScope, v.Path()), v.Shape(), graph.Zeros).SetTrainable(false)
	}
	return sums
}

// gathered gives the mean of the gradients over all parts, given those of the last one, and empties the sums.
func (t *trainer) gathered(gradients []*graph.Node) []*graph.Node {
	if t.config.parts() == 1 {
		return gradients
	}
	for i, sum := range t.sums() {
		before := sum.NodeValue(gradients[i].Graph())
		gradients[i] = scale(graph.Add(before, graph.ConvertDType(gradients[i], before.DType())), 1/float64(t.config.parts()))
		sum.SetNodeValue(graph.ZerosLike(before))
	}
	return gradients
}

// buildPart makes the graph of a part that isn't the last: it adds its gradients to the sums, and gives its loss.
func (t *trainer) buildPart(scope *model.Scope, args []*graph.Node) *graph.Node {
	loss, gradients := t.differentiate(scope, args)
	for i, sum := range t.sums() {
		before := sum.NodeValue(loss.Graph())
		sum.SetNodeValue(graph.Add(before, graph.ConvertDType(gradients[i], before.DType())))
	}
	report := graph.Reshape(graph.ConvertDType(loss, dtypes.Float64), 1)
	t.flops += int64(t.config.parts()-1) * t.count(report)
	return report
}

// compileParts makes the executor of the parts that aren't the last.
func (t *trainer) compileParts() (err error) {
	if t.config.parts() == 1 {
		return nil
	}
	if t.partExec, err = model.NewExec(t.backend, t.store, t.buildPart); err != nil {
		return err
	}
	t.devices.configure(t.partExec)
	if _, err = t.partExec.Compile(t.devices.shapes(t.config.BatchSize / t.config.parts())...); err != nil {
		return fmt.Errorf("a part of the training step cannot be built: %w", root(err))
	}
	return nil
}

// call takes a step on the device, part after part, and gives the mean loss and the squares of the gradients.
func (t *trainer) call(idx []int32, feed []*tensors.Tensor, hyper []float64) (report []float64, err error) {
	parts := t.config.parts()
	if parts > 1 {
		defer release(feed)
	}
	var loss float64
	for part := range parts {
		exec := t.partExec
		if part == parts-1 {
			exec = t.exec
		}
		own, err := takePart(feed, part, parts)
		if err != nil {
			return nil, err
		}
		n := len(idx) / parts
		output, err := t.devices.call(exec, idx[part*n:(part+1)*n], own, hyper)
		if err != nil {
			return nil, err
		}
		report, err = tensors.CopyFlatData[float64](output)
		output.FinalizeAll()
		if err != nil {
			return nil, err
		}
		loss += report[0] / float64(parts)
	}
	report[0] = loss
	return report, nil
}
