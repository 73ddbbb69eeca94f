package bench

import (
	"context"
	"fmt"
	"io"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
	"mambamixer/mixer/tsm2"
	"mambamixer/ssm"
)

// The training step that is taken apart: TSM2 by its recipe on a set of ETTh1's shape.
const (
	stepHorizon  = 96
	stepVariates = 7
	stepSteps    = 40
)

// Step times a training step of TSM2 and, each alone at the shapes and in the number that the model has them, the
// forward and backward passes of its scans, convolutions and matrix products. What is left is "rest": norms, gates,
// dropout, transposes, optimiser.
func Step(ctx context.Context, b compute.Backend, w io.Writer) error {
	spec, err := experiments.Find("tsm2/synthetic/96")
	if err != nil {
		return err
	}
	spec.Train.Steps, spec.Train.WarmupSteps, spec.Train.EvalEvery = stepSteps, 0, 0
	outcome, err := experiments.Train(ctx, b, spec, nil, train.RunOptions{})
	if err != nil {
		return err
	}
	step := outcome.StepSeconds * 1e3
	config := tsm2.Default()
	batch := spec.Train.BatchSize
	patches := config.Patches(spec.Data.History)
	inner := config.Expand * config.DModel

	fmt.Fprintf(w, "TSM2 training step, batch %d, history %d, horizon %d, %d variates, %d layers on %s: %.1f ms, mean of %d\n\n",
		batch, spec.Data.History, stepHorizon, stepVariates, config.Layers, b.Description(), step, stepSteps-1)
	parts := []part{
		{"scan", "time mixer", config.Layers, batch * stepVariates, patches, inner, scanPart(config.SSM.StateSize)},
		{"scan", "variate mixer", 2 * config.Layers, batch * patches, stepVariates, inner, scanPart(config.SSM.StateSize)},
		{"conv", "time mixer", config.Layers, batch * stepVariates, patches, inner, convPart(config.SSM.ConvWidth)},
		{"conv", "variate mixer", 2 * config.Layers, batch * patches, stepVariates, inner, convPart(config.SSM.ConvWidth)},
		{"dense", "in-projections", 2 * config.Layers, 1, batch * stepVariates * patches, config.DModel, densePart(2 * inner)},
		{"dense", "selection", 3 * config.Layers, 1, batch * stepVariates * patches, inner, densePart(1 + 2*config.SSM.StateSize)},
		{"dense", "out-projections", 2 * config.Layers, 1, batch * stepVariates * patches, inner, densePart(config.DModel)},
		{"dense", "embedding", 1, 1, batch * stepVariates * patches, config.PatchLength, densePart(config.DModel)},
		{"dense", "head", 1, 1, batch * stepVariates, patches * config.DModel, densePart(stepHorizon)},
	}
	table := &result.Table{Columns: []result.Column{
		{Name: "part"}, {Name: "of"}, {Name: "times", Right: true}, {Name: "shape"}, {Name: "ms each", Right: true},
		{Name: "ms", Right: true}, {Name: "% of step", Right: true},
	}}
	left := step
	for _, p := range parts {
		s, err := p.measure(ctx, b)
		if err != nil {
			return err
		}
		total := float64(p.count) * s.median()
		left -= total
		table.Add(p.kind, p.of, fmt.Sprint(p.count), fmt.Sprintf("[%d, %d, %d]", p.batch, p.length, p.channels), s.String(),
			fmt.Sprintf("%.1f", total), fmt.Sprintf("%.0f", 100*total/step))
	}
	table.Add("rest", "", "", "", "", fmt.Sprintf("%.1f", left), fmt.Sprintf("%.0f", 100*left/step))
	_, err = io.WriteString(w, table.Text())
	return err
}

// part is one kind of operation in the model, with what one instance works on.
type part struct {
	kind, of                       string
	count, batch, length, channels int
	build                          func(p part) (fn func(in []*Node) *Node, inputs []*tensors.Tensor)
}

// measure times the forward and backward pass of one instance.
func (p part) measure(ctx context.Context, b compute.Backend) (sample, error) {
	fn, inputs := p.build(p)
	return timeGraph(ctx, b, training, fn, inputs)
}

func scanPart(state int) func(p part) (func(in []*Node) *Node, []*tensors.Tensor) {
	return func(p part) (func(in []*Node) *Node, []*tensors.Tensor) {
		return scanOf(ssm.Options{DeltaSoftplus: true}), dims{p.batch, p.length, p.channels, state}.inputs()
	}
}

func convPart(width int) func(p part) (func(in []*Node) *Node, []*tensors.Tensor) {
	return func(p part) (func(in []*Node) *Node, []*tensors.Tensor) {
		conv := func(in []*Node) *Node { return ssm.CausalConvolve(in[0], in[1], in[2], false) }
		return conv, []*tensors.Tensor{normal(p.batch, p.length, p.channels), normal(width, p.channels), normal(p.channels)}
	}
}

func densePart(out int) func(p part) (func(in []*Node) *Node, []*tensors.Tensor) {
	return func(p part) (func(in []*Node) *Node, []*tensors.Tensor) {
		dense := func(in []*Node) *Node { return ssm.Affine(in[0], in[1], nil) }
		return dense, []*tensors.Tensor{normal(p.batch, p.length, p.channels), normal(p.channels, out)}
	}
}
