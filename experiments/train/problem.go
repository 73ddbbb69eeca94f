package train

import (
	"errors"
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// Problem is what is trained: graph functions over data that stays on the device.
type Problem struct {
	// Data is handed to Loss and Score unchanged on every call. It is moved to the device once.
	Data []*tensors.Tensor

	// Feed, if set, gives more with each batch. Loss and Score find it after Data.
	Feed Feed

	// Train, Val and Test are the examples of the three splits. Val may be empty: then there is no best
	// checkpoint and no early stop.
	Train, Val, Test Range

	// Loss builds the scalar mean training loss of the examples idx [batch] int32. scope.IsTraining is true.
	Loss func(scope *model.Scope, data []*graph.Node, idx *graph.Node) *graph.Node

	// Score builds the metrics of the examples idx [batch] int32, one node [batch] each, in the order of
	// Metrics. They are averaged over examples. The first one selects the best weights: lower is better.
	Score func(scope *model.Scope, data []*graph.Node, idx *graph.Node) []*graph.Node

	// Metrics names what Score gives, such as "mse", "mae".
	Metrics []string
}

// Close frees the data, on the device and off it. The problem is of no use afterwards.
func (p *Problem) Close() error {
	var errs []error
	for _, t := range p.Data {
		errs = append(errs, t.FinalizeAll())
	}
	return errors.Join(errs...)
}

// Range is the examples Start, Start+1, ..., End-1.
type Range struct{ Start, End int32 }

// Len gives the number of examples in the range.
func (r Range) Len() int { return int(r.End - r.Start) }

// validate checks what can be checked without building a graph.
func (p *Problem) validate() error {
	if p.Loss == nil || p.Score == nil {
		return errors.New("the problem needs both a Loss and a Score function")
	}
	if len(p.Metrics) == 0 {
		return errors.New("the problem's Metrics must name at least the selection metric")
	}
	ranges := []Range{p.Train, p.Val, p.Test}
	for i, name := range []string{"Train", "Val", "Test"} {
		if r := ranges[i]; r.Start < 0 || r.End < r.Start {
			return fmt.Errorf("the problem's %s range [%d, %d) is not a range of examples", name, r.Start, r.End)
		}
	}
	return nil
}
