package bench

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/gomlx/compute"

	"mambamixer/experiments"
	"mambamixer/experiments/train"
	"mambamixer/mixer"
	"mambamixer/mixer/tsm2"
)

// The training step that is taken apart: TSM2 by its recipe on a set of ETTh1's shape.
const (
	stepHorizon  = 96
	stepVariates = 7
	logEvery     = 4 // steps over which a time is averaged
)

// Step times a training step of TSM2, with the kernels and with the sequential method, and, each alone at the shapes and
// in the number that the model has them, the forward and backward passes of its scans, convolutions, norms and matrix
// products. What is left is "rest": averages, dropout, transposes, optimiser, and what a step costs beside its
// graph.
func Step(ctx context.Context, b compute.Backend, w io.Writer, opts Options) error {
	k, err := measureStep(ctx, b, opts.withDefaults())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s; milliseconds, median [range]\n\n%s", newEnv(b).Summary(), k.table().Text())
	return err
}

func measureStep(ctx context.Context, b compute.Backend, opts Options) (*breakdown, error) {
	spec, err := stepSpec(opts.plan.steps)
	if err != nil {
		return nil, err
	}
	c, batch, history := tsm2.Default(), spec.Train.BatchSize, spec.Data.History
	title := fmt.Sprintf("TSM2's training step: batch %d, history %d, horizon %d, %d variates, %d layers",
		batch, history, stepHorizon, stepVariates, c.Layers)
	return breakDown(ctx, b, title, stepParts(c, batch, history), func() (sample, error) { return timeTraining(ctx, b, spec) })
}

func stepSpec(steps int) (experiments.Spec, error) {
	spec, err := experiments.Find("tsm2/synthetic/96")
	if err == nil {
		spec.Train.Steps, spec.Train.WarmupSteps, spec.Train.EvalEvery, spec.Train.LogEvery = steps, 0, 0, logEvery
	}
	return spec, err
}

func stepParts(c tsm2.Config, batch, history int) []part {
	series, patches := batch*stepVariates, c.Patches(history)
	time := mixer.Mixer{Bidirectional: c.BidirectionalToken, Expand: c.Expand, SSM: c.SSM}
	variate := mixer.Mixer{Bidirectional: true, Expand: c.Expand, SSM: c.SSM}
	return slices.Concat(
		mixerParts("time mixer", c.Layers, time, series, patches, c.DModel),
		mixerParts("variate mixer", c.Layers, variate, batch*patches, stepVariates, c.DModel),
		[]part{
			normPart("both mixers", 2*c.Layers, c.Norm, mixer.Axes{Sequence: 2, Feature: 3}, batch, stepVariates, patches, c.DModel),
			densePart("embedding", 1, series*patches, c.PatchLength, c.DModel),
			densePart("head", 1, series, patches*c.DModel, stepHorizon),
		})
}

// timeTraining trains a spec and times its steps after the first few.
func timeTraining(ctx context.Context, b compute.Backend, spec experiments.Spec) (sample, error) {
	var log []train.Entry
	_, err := experiments.Train(ctx, b, spec, nil, train.RunOptions{OnEntry: func(e train.Entry) { log = append(log, e) }})
	return stepTimes(log), err
}

// stepTimes are the milliseconds of a step between entries of a log, the first entry's steps left out.
func stepTimes(log []train.Entry) (s sample) {
	for i := 1; i < len(log); i++ {
		s = append(s, 1e3*(log[i].Seconds-log[i-1].Seconds)/float64(log[i].Step-log[i-1].Step))
	}
	slices.Sort(s)
	return s
}
