package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
	"mambamixer/mixer/vim2"
)

// Vision measures ViM2 on random pictures of 1000 classes:
//
//   - time, peak memory and the scans' share of each of Options.Models, at the first of Options.Sides with each of
//     Options.Batches, forward and for a training step;
//   - the first model's time and memory for one picture at each of Options.Sides, with the slope of time over pixels;
//   - its cross-scan beside one plain scan, at the shapes of each stage;
//   - ViM2-Nano in training beside the pipeline that feeds it.
//
// Each table is printed when it is whole. Peak memory is of new processes of Options.Self; without it, it is not measured.
func Vision(ctx context.Context, b compute.Backend, w io.Writer, opts Options) error {
	opts = opts.withDefaults()
	variants, err := opts.variants()
	if err != nil {
		return err
	}
	first, last := variants[0], opts.Batches[len(opts.Batches)-1]
	fmt.Fprintf(w, "ViM2, float32, on %s; milliseconds, median [range]\n", newEnv(b).Summary())
	for _, measure := range []func() (*result.Table, error){
		func() (*result.Table, error) { return batchesTable(ctx, b, variants, opts) },
		func() (*result.Table, error) { return sidesTable(ctx, b, first, opts) },
		func() (*result.Table, error) { return crossTable(ctx, b, first.Config, last, opts.Sides[0]) },
		func() (*result.Table, error) { return appetiteTable(ctx, b, opts) },
	} {
		table, err := measure()
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "\n%s", table.Text())
	}
	return nil
}

// variants are the models that Options names.
func (o Options) variants() (list []vim2.Variant, err error) {
	for _, name := range o.Models {
		variant, err := vim2.Named(name)
		if err != nil {
			return nil, err
		}
		list = append(list, variant)
	}
	return list, nil
}

// visionClasses is the number of classes of the pictures that models are timed on: ImageNet's.
const visionClasses = 1000

// timeVision times a model on a batch of square pictures: a forward pass without gradients, or a whole training step
// with the optimiser.
func timeVision(ctx context.Context, b compute.Backend, p pass, c vim2.Config, batch, side int) (sample, error) {
	pictures := normal(batch, side, side, 3)
	if p == training {
		return timeVisionSteps(ctx, b, c, pictures)
	}
	return timeGraph(ctx, b, p, func(scope *model.Scope, in []*Node) *Node { return c.Logits(scope, in[0], visionClasses) }, []*tensors.Tensor{pictures})
}

// timeVisionSteps trains a model on one batch, whose pictures have a class each, and times its steps after the first.
func timeVisionSteps(ctx context.Context, b compute.Backend, c vim2.Config, pictures *tensors.Tensor) (sample, error) {
	batch := pictures.Shape().Dim(0)
	losses := func(scope *model.Scope, data []*Node, idx *Node) *Node { // [B]
		logits := c.Logits(scope, Gather(data[0], InsertAxes(idx, -1)), visionClasses)
		return train.CrossEntropy(logits, OneHot(idx, visionClasses, logits.DType()))
	}
	p := &train.Problem{
		Data: []*tensors.Tensor{pictures}, Train: train.Range{End: int32(batch)}, Metrics: []string{"loss"},
		Loss: func(scope *model.Scope, data []*Node, idx *Node) *Node {
			return ReduceAllMean(losses(scope, data, idx))
		},
		Score: func(scope *model.Scope, data []*Node, idx *Node) []*Node { return []*Node{losses(scope, data, idx)} },
	}
	config := train.Default()
	config.Steps, config.BatchSize, config.EvalBatch = visionSteps, batch, batch
	config.WarmupSteps, config.EvalEvery, config.CheckpointEvery, config.LogEvery = 0, 0, 0, 1
	var log []train.Entry
	outcome, err := train.Run(ctx, b, p, config, train.RunOptions{OnEntry: func(e train.Entry) { log = append(log, e) }})
	if err != nil {
		return nil, err
	}
	outcome.Close()
	return stepTimes(log), p.Close()
}

// visionSteps are the steps of a training that is timed; the first is left out.
const visionSteps = 6

// visionRow is one pass of a model at one size, and how it went.
type visionRow struct {
	batch, side int
	pass        pass
	Times       sample `json:"ms"`
	Peak        int64  `json:"peak"` // resident memory of the process, bytes; 0 = not measured
}

// VisionForward and VisionTraining time the first of Options' models, batches and sides, and print it with the highest
// resident memory that this process has had, as one line of JSON. It says something only of a process that does nothing else.
func VisionForward(ctx context.Context, b compute.Backend, w io.Writer, opts Options) error {
	return printVision(ctx, b, w, forward, opts)
}

// VisionTraining is VisionForward for a training step.
func VisionTraining(ctx context.Context, b compute.Backend, w io.Writer, opts Options) error {
	return printVision(ctx, b, w, training, opts)
}

func printVision(ctx context.Context, b compute.Backend, w io.Writer, p pass, opts Options) error {
	opts = opts.withDefaults()
	variant, err := vim2.Named(opts.Models[0])
	if err != nil {
		return err
	}
	row := visionRow{batch: opts.Batches[0], side: opts.Sides[0], pass: p}
	opts.Self = ""
	if err := row.measure(ctx, b, variant, opts); err != nil {
		return err
	}
	row.Peak = peakMemory()
	return json.NewEncoder(w).Encode(row)
}

// measure times the row in a process of its own, or without its memory in this one.
func (r *visionRow) measure(ctx context.Context, b compute.Backend, v vim2.Variant, opts Options) (err error) {
	if opts.Self == "" {
		r.Times, err = timeVision(ctx, b, r.pass, v.Config, r.batch, r.side)
		return err
	}
	name := "vision-forward"
	if r.pass == training {
		name = "vision-training"
	}
	said, err := child(ctx, opts.Self, "bench", name, "-models", v.Name, "-batches", fmt.Sprint(r.batch), "-sides", fmt.Sprint(r.side))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(said, r); err != nil {
		return fmt.Errorf("bench %s printed %q instead of its times: %w", name, said, err)
	}
	return nil
}

// gigabytes of the peak; NaN where it was not measured.
func (r *visionRow) gigabytes() float64 {
	if r.Peak == 0 {
		return math.NaN()
	}
	return float64(r.Peak) / 1e9
}

// rate is how many pictures a second that is.
func (r *visionRow) rate() float64 { return 1000 * float64(r.batch) / r.Times.median() }

// batchesTable has the models at one size of pictures, batch by batch.
func batchesTable(ctx context.Context, b compute.Backend, variants []vim2.Variant, opts Options) (*result.Table, error) {
	table := &result.Table{
		Title: fmt.Sprintf("Pictures of %d x %d pixels", opts.Sides[0], opts.Sides[0]),
		Columns: []result.Column{{Name: "model"}, {Name: "batch", Right: true}, {Name: "pass"}, {Name: "ms", Right: true}, {Name: "pictures/s", Right: true},
			{Name: "x forward", Right: true}, {Name: "peak GB", Right: true}, {Name: "scans ms", Right: true}, {Name: "share", Right: true}},
		Notes: []string{"A training step is forward, backward and AdamW. Scans are each timed alone, with the gradients of all their inputs in a training step."},
	}
	for _, v := range variants {
		for _, batch := range opts.Batches {
			var alone sample
			for _, p := range passes {
				row := visionRow{batch: batch, side: opts.Sides[0], pass: p}
				if err := row.measure(ctx, b, v, opts); err != nil {
					return nil, err
				}
				if p == forward {
					alone = row.Times
				}
				scans, err := scansAlone(ctx, b, v.Config, p, batch, opts.Sides[0])
				if err != nil {
					return nil, err
				}
				name := string(p)
				if p == training {
					name = "training step"
				}
				table.Add("ViM2-"+v.Name, fmt.Sprint(batch), name, row.Times.String(), number(row.rate()), ratio(row.Times, alone),
					number(row.gigabytes()), number(scans), percent(scans/row.Times.median()))
			}
		}
	}
	return table, nil
}

// sidesTable has the forward pass of one picture, side by side.
func sidesTable(ctx context.Context, b compute.Backend, v vim2.Variant, opts Options) (*result.Table, error) {
	table := &result.Table{
		Title: fmt.Sprintf("ViM2-%s: forward pass of one picture over its size", v.Name),
		Columns: []result.Column{{Name: "side", Right: true}, {Name: "pixels", Right: true}, {Name: "ms", Right: true},
			{Name: "ns per pixel", Right: true}, {Name: "peak GB", Right: true}},
	}
	var pixels []int
	var times []sample
	for _, side := range opts.Sides {
		row := visionRow{batch: 1, side: side, pass: forward}
		if err := row.measure(ctx, b, v, opts); err != nil {
			return nil, err
		}
		pixels, times = append(pixels, side*side), append(times, row.Times)
		table.Add(fmt.Sprint(side), fmt.Sprint(side*side), row.Times.String(), number(1e6*row.Times.median()/float64(side*side)), number(row.gigabytes()))
	}
	table.Notes = []string{fmt.Sprintf("Slope of log time over log pixels: %s; 1 is linear.", number(growth(v.Name, pixels, times).Slope()))}
	return table, nil
}
