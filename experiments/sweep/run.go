package sweep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"
	"time"

	"github.com/gomlx/compute"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
)

// Do does one task and leaves its record in the task's folder. Its error is a *train.Locked if another process is at
// work on it, [ErrDoneBefore] if another process has just done it, and a *train.Interrupted or context.Canceled if it was
// told to stop; any other is a failure of the run.
type Do func(ctx context.Context, t Task) error

// ErrDoneBefore says that there was nothing to do.
var ErrDoneBefore = errors.New("the run was done before")

// Options says how the tasks of a plan are done.
type Options struct {
	Jobs   int // tasks at a time
	Do     Do
	Strict bool          // a finished run that left pictures out is not done, but up to Do
	Log    io.Writer     // gets a line for each run; nil = silent
	Wait   time.Duration // before tasks that another process was at work on are looked at again; 0 = 5 seconds
	Resume string        // the command that goes on, for the message of an interruption
}

// Summary is how a sweep ended.
type Summary struct {
	Total     int // tasks of the plan
	Before    int // done when it began
	Done      int // by this sweep
	Elsewhere int // by another process meanwhile
	Failed    []Failure
}

// Failure is a task and why it failed.
type Failure struct {
	Task Task
	Err  error
}

// Interrupted says that a sweep was stopped before its end. Everything done is kept.
type Interrupted struct {
	Finished, Total int
	Resume          string
}

// Error implements error.
func (e *Interrupted) Error() string {
	text := fmt.Sprintf("interrupted with %d of %d runs done; what was begun is saved", e.Finished, e.Total)
	if e.Resume == "" {
		return text + ", and the same call goes on"
	}
	return text + ", and this goes on: " + e.Resume
}

// Unwrap makes it a cancellation.
func (e *Interrupted) Unwrap() error { return context.Canceled }

// InProcess does tasks in this process, on a backend.
func InProcess(backend compute.Backend, out string, dirs []string) Do {
	return func(ctx context.Context, t Task) error {
		finished, err := experiments.Run(ctx, backend, t.Spec, experiments.RunOptions{
			Tier: t.Tier, Seed: t.Seed, Out: out, DataDirs: dirs, Set: t.Set})
		if err == nil && finished.Before {
			return ErrDoneBefore
		}
		return err
	}
}

// Run does what the plan holds and is not done, some tasks at a time, and goes on past failures. The error is an
// *Interrupted if ctx was cancelled; failed runs are no error but part of the summary.
func Run(ctx context.Context, plan *Plan, o Options) (*Summary, error) {
	s := newSweep(plan, o)
	pending := s.begin()
	ticking, stop := context.WithCancel(ctx)
	defer stop()
	go s.heartbeat(ticking)
	for len(pending) > 0 && ctx.Err() == nil {
		locked := s.round(ctx, pending)
		if len(locked) == len(pending) {
			select {
			case <-ctx.Done():
			case <-time.After(s.options.Wait):
			}
		}
		pending = locked
	}
	if ctx.Err() != nil && s.finished()+len(s.summary.Failed) < s.summary.Total {
		return &s.summary, &Interrupted{s.finished(), s.summary.Total, o.Resume}
	}
	return &s.summary, nil
}

// sweep is a plan at work.
type sweep struct {
	plan    *Plan
	options Options

	mu       sync.Mutex
	summary  Summary
	estimate *estimate
	running  map[string]started // by folder
	waiting  map[string]bool    // folders in which another process was met
}

type started struct {
	task  Task
	since time.Time
}

func newSweep(plan *Plan, o Options) *sweep {
	if o.Log == nil {
		o.Log = io.Discard
	}
	if o.Wait == 0 {
		o.Wait = 5 * time.Second
	}
	o.Jobs = max(1, o.Jobs)
	return &sweep{plan: plan, options: o, summary: Summary{Total: len(plan.Tasks)}, estimate: newEstimate(),
		running: map[string]started{}, waiting: map[string]bool{}}
}

// begin finds out what is done, learns from it how long runs take, and returns the rest.
func (s *sweep) begin() (pending []Task) {
	for _, task := range s.plan.Tasks {
		if record, err := result.Read(task.Dir); err == nil && s.done(record) {
			s.summary.Before++
			s.estimate.add(task, record.Seconds)
		} else {
			pending = append(pending, task)
		}
	}
	s.estimate.remaining = slices.Clone(pending)
	s.say("%d runs, %d of them done before%s", s.summary.Total, s.summary.Before, s.left())
	return pending
}

// done says whether a record leaves nothing to do.
func (s *sweep) done(record *result.Record) bool {
	return record.Status == result.Done && !(s.options.Strict && record.Skipped > 0)
}

// round tries each task once, and returns those that another process was at work on.
func (s *sweep) round(ctx context.Context, tasks []Task) (locked []Task) {
	queue := make(chan Task)
	var workers sync.WaitGroup
	for range min(s.options.Jobs, len(tasks)) {
		workers.Go(func() {
			for task := range queue {
				if s.do(ctx, task) {
					s.mu.Lock()
					locked = append(locked, task)
					s.mu.Unlock()
				}
			}
		})
	}
	for _, task := range tasks {
		select {
		case queue <- task:
		case <-ctx.Done():
		}
	}
	close(queue)
	workers.Wait()
	return locked
}

// do does a task unless it is done, and says whether another process was in the way.
func (s *sweep) do(ctx context.Context, task Task) (locked bool) {
	if ctx.Err() != nil {
		return false
	}
	record, err := result.Read(task.Dir)
	switch {
	case err == nil && s.done(record):
		s.ended(task, record, 0)
		return false
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		s.failed(task, fmt.Errorf("%w; `mambamixer run %s -seed %d -rerun` starts it over", err, task.Spec.Name, task.Seed))
		return false
	}
	start := s.started(task)
	err = s.options.Do(ctx, task)
	took := time.Since(start)
	if errors.Is(err, ErrDoneBefore) {
		took, err = 0, nil
	}
	var busy *train.Locked
	switch {
	case errors.As(err, &busy):
		s.met(task)
		return true
	case err != nil && ctx.Err() != nil:
		s.stopped(task)
		return false
	case err == nil:
		if record, err = result.Read(task.Dir); err == nil {
			s.ended(task, record, took)
			return false
		}
	}
	if recordErr := task.fail(err); recordErr != nil {
		err = errors.Join(err, recordErr)
	}
	s.failed(task, err)
	return false
}
