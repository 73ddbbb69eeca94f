package train

import (
	"context"
	"syscall"
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
	StepSeconds    float64 // mean of a training step in this process, without its first; 0 if it took none
	Resumed        int     // the step at which this process took the run over, 0 = it began it
	PeakRSS        int64   // highest resident memory of this process so far, bytes

	evaluator *evaluator
}

// outcome sums the run up.
func (r *run) outcome() (*Outcome, error) {
	last, err := snapshot(r.store)
	if err != nil {
		return nil, err
	}
	o := &Outcome{Steps: r.state.Step, BestStep: r.state.BestStep, BestVal: r.state.BestVal, Stopped: r.state.Stopped,
		Last: last, Best: r.best, Seconds: r.state.Seconds, CompileSeconds: r.compiled.Seconds(),
		Resumed: r.resumed, PeakRSS: PeakRSS(), evaluator: r.evaluator}
	if o.Best == nil {
		o.Best = last
	}
	if r.config.RestoreBest {
		o.Last = o.Best
	}
	for _, v := range r.variables {
		o.Parameters += v.Shape().Size()
	}
	if r.stepsTimed > 1 {
		o.StepSeconds = r.stepTime.Seconds() / float64(r.stepsTimed-1)
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
