package train

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/gomlx/compute"
)

// RunOptions says where a run lives and whom it tells.
type RunOptions struct {
	Seed uint64 // of initial values, dropout and batch order

	// Dir is the run folder. If it holds a checkpoint of the same Key and Seed, the run goes on from
	// there. "" keeps nothing.
	Dir  string
	Key  string // of the experiment, written into its checkpoints; others are refused
	Lock *Lock  // on Dir, if the caller holds it; nil = Run takes it and gives it back

	// Begin has values for some of the model's variables, which these have at the first step in place of random ones; nil = none.
	// Those that it doesn't have, or has in another shape, begin at random, as a head for other classes does.
	Begin *Weights

	// Devices is how many devices of the backend share each batch, whose size they must divide; 0 = 1. It changes results by
	// roundings alone. Evaluation is on one device.
	Devices int

	Ready    func() error // called once the step is compiled, before the folder is read; may be nil
	Progress io.Writer    // gets a bar if it is a terminal, else quiet lines; nil = silent
	OnEntry  func(Entry)  // called with each log entry; may be nil
	Resume   string       // the command that resumes this run, for the message when it is interrupted

	wrap func(io.Writer) io.Writer // around the checkpoint's file, for tests that break the disk
}

// Run trains until the last step, an early stop, or the cancellation of ctx.
//
// When ctx is cancelled, the step at work is finished, the state is saved, and the error is an
// [*Interrupted]. Other errors with a type of their own are [*NonFinite], [*Locked], [*CheckpointError]
// and the [result.FileError] of a disk that is full or cannot be written; after each of them the last good
// checkpoint is in place.
func Run(ctx context.Context, backend compute.Backend, p *Problem, c Config, o RunOptions) (outcome *Outcome, err error) {
	o.Devices = max(1, o.Devices)
	if err := cmp.Or(p.validate(), c.Validate(), c.fit(p), c.FitDevices(o.Devices)); err != nil {
		return nil, err
	}
	if o.Dir != "" && o.Lock == nil {
		lock, err := Acquire(o.Dir)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, lock.Release()) }()
	}
	start := time.Now()
	t, err := newTrainer(backend, p, c, o.Seed, o.Devices)
	if err != nil {
		return nil, err
	}
	if o.Ready != nil {
		if err := o.Ready(); err != nil {
			return nil, err
		}
	}
	r := &run{trainer: t, options: o, compiled: time.Since(start)}
	if err := r.open(); err != nil {
		return nil, err
	}
	r.start = start.Add(-time.Duration(t.state.Seconds * float64(time.Second)))
	defer r.close()
	if err := r.loop(ctx); err != nil {
		var bad *NonFinite
		if errors.As(err, &bad) && r.checkpoints != nil {
			bad.Checkpoint = r.checkpoints.last
		}
		return nil, err
	}
	return r.outcome()
}

// run adds to a trainer its folder and its audience.
type run struct {
	*trainer
	options     RunOptions
	checkpoints *checkpoints // nil without a folder
	log         *logger      // nil without a folder
	progress    Progress
	start       time.Time // moved back by the time spent before a resumption
	compiled    time.Duration
	resumed     int // the step this process began with
}

// open goes to the last checkpoint, if there is one, and opens the log.
func (r *run) open() error {
	var warning string
	var found bool
	if r.options.Dir != "" {
		r.checkpoints = &checkpoints{dir: filepath.Join(r.options.Dir, checkpointFolder), key: r.options.Key,
			seed: r.options.Seed, wrap: r.options.wrap}
		r.checkpoints.sweep()
		var err error
		if found, warning, err = r.checkpoints.load(r.trainer); err != nil {
			return err
		}
		if r.log, err = openLog(r.options.Dir, r.state); err != nil {
			return err
		}
	}
	r.resumed = r.state.Step
	r.progress = NewProgress(r.options.Progress, r.problem.Metrics[0], r.resumed, r.config.Steps)
	if warning != "" {
		r.progress.Note(warning)
	}
	if r.options.Begin != nil && !found {
		set, all, err := r.begin(r.options.Begin)
		if err != nil {
			return err
		}
		r.progress.Note(fmt.Sprintf("%d of the model's %d variables begin with the weights given", set, all))
	}
	if r.resumed > 0 {
		r.progress.Note(fmt.Sprintf("going on after step %d of %d", r.resumed, r.config.Steps))
	}
	return nil
}

func (r *run) close() {
	if r.queue != nil {
		r.queue.close()
	}
	r.progress.Done()
	if r.log != nil {
		r.log.close()
	}
}

// loop alternates steps and what follows each of them.
func (r *run) loop(ctx context.Context) error {
	for {
		if r.state.Pending {
			err := r.follow(ctx)
			if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
				return r.interrupt()
			}
			if err != nil {
				return err
			}
		}
		switch {
		case r.state.Stopped != "":
			return nil
		case ctx.Err() != nil:
			return r.interrupt()
		}
		if err := r.step(); err != nil {
			return err
		}
	}
}

// follow does what is due after a step: evaluation, log entry, stop, checkpoint.
func (r *run) follow(ctx context.Context) error {
	s, c := &r.state, r.config
	last := s.Step == c.Steps
	due := func(every int) bool { return every > 0 && (s.Step%every == 0 || last) }

	entry := Entry{Step: s.Step, LearningRate: c.learningRate(s.Step - 1),
		Epoch: float64(s.Step*c.BatchSize) / float64(r.problem.Train.Len()),
		Loss:  s.LossSum / float64(s.Summed), GradNorm: s.NormSum / float64(s.Summed)}
	loss := entry.Loss
	evaluated := due(c.EvalEvery) && r.problem.Val.Len() > 0
	if evaluated {
		score, best, err := r.validate(ctx)
		if err != nil {
			return err
		}
		entry.Val, entry.ValCount, entry.Best = score.Map(r.problem.Metrics), score.Count, best
	}
	if evaluated || due(c.LogEvery) {
		if err := r.record(entry); err != nil {
			return err
		}
	}
	s.Pending = false
	s.Seconds = time.Since(r.start).Seconds()
	switch {
	case last:
		s.Stopped = StopSteps
	case c.Patience > 0 && s.Waited >= c.Patience:
		s.Stopped = StopEarly
	}
	r.tell(loss)
	if due(c.CheckpointEvery) || s.Stopped != "" {
		return r.save()
	}
	return nil
}

// record writes a log entry and begins new sums.
func (r *run) record(entry Entry) error {
	s := &r.state
	s.LossSum, s.NormSum, s.Summed = 0, 0, 0
	entry.Seconds = time.Since(r.start).Seconds()
	if r.log != nil {
		if err := r.log.write(entry); err != nil {
			return err
		}
	}
	if r.options.OnEntry != nil {
		r.options.OnEntry(entry)
	}
	return nil
}

// tell moves the progress on.
func (r *run) tell(loss float64) {
	var val *float64
	if r.state.BestStep > 0 {
		val = &r.state.BestVal
	}
	r.progress.Update(r.state.Step, loss, val)
}

// save writes a checkpoint, after the log that belongs to it.
func (r *run) save() error {
	if r.checkpoints == nil {
		return nil
	}
	r.state.Seconds = time.Since(r.start).Seconds()
	if err := r.log.sync(); err != nil {
		return err
	}
	return r.checkpoints.save(r.trainer)
}

// interrupt saves and gives the error that says so.
func (r *run) interrupt() error {
	if err := r.save(); err != nil {
		return fmt.Errorf("interrupted after step %d, but the state could not be saved: %w", r.state.Step, err)
	}
	return &Interrupted{Step: r.state.Step, Steps: r.config.Steps, Dir: r.options.Dir, Resume: r.options.Resume}
}
