package bench

import (
	"context"
	"fmt"

	"github.com/gomlx/compute"

	"mambamixer/datasets/imagefolder"
	"mambamixer/datasets/pipeline"
	"mambamixer/experiments"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
)

// appetiteTable trains ViM2-Nano by its recipe for a few steps, and asks the input pipeline alone for the same batches, on
// CIFAR-10, or on the generated figures where that isn't at hand.
func appetiteTable(ctx context.Context, b compute.Backend, opts Options) (*result.Table, error) {
	spec, err := experiments.Find("vim2-nano/cifar10")
	if err != nil {
		return nil, err
	}
	set, err := imagefolder.Load(spec.Data.Set, opts.DataDirs)
	if experiments.IsMissing(err) {
		if spec, err = experiments.Find("vim2-nano/shapes"); err != nil {
			return nil, err
		}
		set, err = imagefolder.Load(spec.Data.Set, opts.DataDirs)
	}
	if err != nil {
		return nil, err
	}
	defer set.Close()

	batch := spec.Train.BatchSize
	pictures := *spec.Data.Pictures
	pictures.Limit = max(batch, min(inputPictures, set.Train.Len()/2))
	spec.Data.Pictures = &pictures
	spec.Train.Steps, spec.Train.WarmupSteps, spec.Train.EvalEvery = opts.plan.steps, 0, 0
	outcome, err := experiments.Train(ctx, b, spec, opts.DataDirs, train.RunOptions{})
	if err != nil {
		return nil, err
	}
	defer outcome.Close()

	indices := make([]int, pictures.Limit)
	for i := range indices {
		indices[i] = i
	}
	source, err := pipeline.Open(ctx, imagefolder.Pick(set.Train, indices), pipeline.Options{})
	if err != nil {
		return nil, err
	}
	call := 0
	made, err := measure(ctx, func() error {
		some := make([]int32, batch)
		for i := range some {
			some[i] = int32((call*batch + i) % source.Len())
		}
		call++
		_, err := source.Train(ctx, pictures.Recipe, len(set.Classes), 1, call, some)
		return err
	})
	if err != nil {
		return nil, err
	}
	eaten, given := float64(batch)/outcome.Step.Seconds, 1000*float64(batch)/made.median()
	table := &result.Table{
		Title: fmt.Sprintf("ViM2-Nano in training on %s, batch %d, and the pipeline that feeds it", set.Name, batch),
		Columns: []result.Column{{Name: "ms a step", Right: true}, {Name: "of that waiting", Right: true}, {Name: "pictures/s trained", Right: true},
			{Name: "pictures/s the pipeline gives alone", Right: true}, {Name: "ratio", Right: true}},
	}
	table.Add(number(1000*outcome.Step.Seconds), number(1000*outcome.Step.Wait), number(eaten), number(given), number(given/eaten))
	return table, nil
}
