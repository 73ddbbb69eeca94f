package process

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"syscall"

	"mambamixer/experiments/result"
	"mambamixer/experiments/sweep"
	"mambamixer/experiments/train"
)

// Attach returns the record of a task that is done, and lets it be done before if it isn't: see the package. It calls tell
// with the state of the run as it changes. Resume is what the user does to go on, for the error of a run that was
// stopped, a *train.Interrupted.
func (c Command) Attach(ctx context.Context, t sweep.Task, resume string, tell func(State)) (*result.Record, error) {
	state, err := Look(t.Dir)
	if err != nil {
		return nil, err
	}
	if state.Done() {
		tell(state)
		return state.Record, nil
	}
	if ctx.Err() != nil && state.PID == 0 {
		return nil, explain(ctx, state, nil, t, resume)
	}
	var p *started
	if state.PID == 0 {
		if p, err = c.start(t); err != nil {
			return nil, err
		}
	}
	if state, err = accompany(ctx, t.Dir, p, tell); err != nil {
		return nil, err
	}
	if state.Done() {
		return state.Record, nil
	}
	return nil, explain(ctx, state, p, t, resume)
}

// accompany follows the run to its end, and at the end of ctx asks its process to save and stop.
func accompany(ctx context.Context, dir string, p *started, tell func(State)) (State, error) {
	state, err := follow(ctx, dir, p, tell)
	if err == nil || ctx.Err() == nil {
		return state, err
	}
	if err := Stop(state.PID); err != nil {
		return state, err
	}
	return follow(context.WithoutCancel(ctx), dir, p, tell)
}

// Stop asks a run's process to save and stop.
func Stop(pid int) error {
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("process %d, which is at work on the run, can't be asked to stop: %w", pid, err)
	}
	return nil
}

// locked says that the process found another one at work.
func (p *started) locked() bool {
	var exit *exec.ExitError
	return p != nil && !p.running() && errors.As(p.err, &exit) && exit.ExitCode() == ExitLocked
}

// explain says why a run has no result after its process, p if it was started here, has ended.
func explain(ctx context.Context, s State, p *started, t sweep.Task, resume string) error {
	var exit *exec.ExitError
	stopped := s.Record != nil && s.Record.Status == result.Interrupted
	switch {
	case p.locked() && ctx.Err() == nil:
		return &train.Locked{Dir: t.Dir}
	case stopped:
		return &train.Interrupted{Step: s.Record.Steps, Steps: s.Steps, Dir: t.Dir, Resume: resume}
	case ctx.Err() != nil:
		return &train.Interrupted{Step: s.Step(), Steps: s.Steps, Dir: t.Dir, Resume: resume}
	case p != nil && errors.As(p.err, &exit):
		return fmt.Errorf("%s failed: %w; all that it printed is in %s", t, Failure(exit, p.printed()), p.output)
	case s.Record != nil && s.Record.Status == result.Failed:
		return fmt.Errorf("%s failed: %s; all that it printed is in %s", t, s.Record.Error, filepath.Join(t.Dir, OutputFile))
	}
	return fmt.Errorf("the process of %s ended after step %d without a result, and what it did since its last checkpoint is lost; %s goes on from there",
		t, s.Step(), resume)
}
