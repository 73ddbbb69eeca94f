package process

import (
	"context"
	"time"
)

// Interval is the time between two looks at a run's folder.
const Interval = 500 * time.Millisecond

// Follow calls tell with the state of a run's folder, at once and then at each look, until no process is at work in it
// or ctx ends. It returns the last state, and leaves the run alone.
func Follow(ctx context.Context, dir string, tell func(State)) (State, error) {
	return follow(ctx, dir, nil, tell)
}

// follow is Follow that takes a process which has not locked the folder yet for one at work.
func follow(ctx context.Context, dir string, p *started, tell func(State)) (State, error) {
	ticker := time.NewTicker(Interval)
	defer ticker.Stop()
	for {
		running := p.running()
		state, err := Look(dir)
		if err != nil {
			return state, err
		}
		if state.PID == 0 && running {
			state.PID = p.cmd.Process.Pid
		}
		tell(state)
		if state.PID == 0 {
			return state, nil
		}
		var ended chan struct{}
		if p != nil && running {
			ended = p.done
		}
		select {
		case <-ctx.Done():
			return state, ctx.Err()
		case <-ended:
		case <-ticker.C:
		}
	}
}
