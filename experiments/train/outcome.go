package train

import (
	"context"
	"slices"
	"syscall"

	"gonum.org/v1/gonum/stat"
)

// Outcome is a finished run.
type Outcome struct {
	Steps    int     // taken
	BestStep int     // the step of Best, 0 if there was no validation
	BestVal  float64 // its selection metric on the validation examples used
	Stopped  Stop

	Last *Weights // the run's result: after the last step, or Best with Config.RestoreBest
	Best *Weights // with the lowest selection metric; Last if there was no validation

	Parameters     int     // trainable numbers
	Seconds        float64 // wall time of the run, with compilation and validation, over all resumptions
	CompileSeconds float64 // of building and compiling the graphs in this process
	Step           Step    // what a training step costs
	Resumed        int     // the step at which this process took the run over, 0 = it began it
	PeakRSS        int64   // highest resident memory of this process so far, bytes

	evaluator *evaluator
}

// Step is the cost of a training step, without compilation, evaluation and checkpoints.
type Step struct {
	Seconds float64 // median over the steps of this process, the lower of two, without its first few; 0 if it took no more than these
	IQR     float64 // distance of their quartiles, seconds
	Wait    float64 // of Seconds, the median of what was spent waiting for the problem's Feed; 0 without one
	FLOPs   int64   // floating-point operations as package flops counts them; 0 if it can't
}

// warmSteps are the first steps of a process, which are not timed: caches are cold, and memory is touched first.
const warmSteps = 3

func (t *trainer) stepCost() Step {
	cost := Step{FLOPs: t.flops}
	if len(t.seconds) > warmSteps {
		seconds := slices.Sorted(slices.Values(t.seconds[warmSteps:]))
		quantile := func(p float64) float64 { return stat.Quantile(p, stat.Empirical, seconds, nil) }
		cost.Seconds, cost.IQR = quantile(0.5), quantile(0.75)-quantile(0.25)
		if t.queue != nil {
			cost.Wait = stat.Quantile(0.5, stat.Empirical, slices.Sorted(slices.Values(t.waited[warmSteps:])), nil)
		}
	}
	return cost
}

// outcome sums the run up.
func (r *run) outcome() (*Outcome, error) {
	last, err := r.weights()
	if err != nil {
		return nil, err
	}
	o := &Outcome{Steps: r.state.Step, BestStep: r.state.BestStep, BestVal: r.state.BestVal, Stopped: r.state.Stopped,
		Last: last, Best: r.best, Seconds: r.state.Seconds, CompileSeconds: r.compiled.Seconds(),
		Step: r.stepCost(), Resumed: r.resumed, PeakRSS: PeakRSS(), evaluator: r.evaluator}
	if o.Best == nil {
		o.Best = last
	}
	if r.config.RestoreBest {
		o.Last = o.Best
	}
	for _, v := range r.variables {
		o.Parameters += v.Shape().Size()
	}
	return o, r.trainer.close()
}

// Evaluate scores Last or Best on every example of a range.
func (o *Outcome) Evaluate(ctx context.Context, w *Weights, r Range) (Score, error) {
	if err := w.apply(o.evaluator.store); err != nil {
		return Score{}, err
	}
	return o.evaluator.evaluate(ctx, r, 1)
}

// Close frees the compiled evaluation and its variables. Last and Best stay, but can't be evaluated any more.
func (o *Outcome) Close() {
	o.evaluator.finalize()
	o.evaluator.store.Finalize()
}

// PeakRSS gives the highest resident memory of the process, in bytes.
func PeakRSS() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return usage.Maxrss * 1024 // kilobytes on Linux
}
