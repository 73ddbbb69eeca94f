package sweep

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
)

// heartbeatEvery is how often a sweep says what it is at.
const heartbeatEvery = time.Minute

func (s *sweep) say(format string, values ...any) {
	fmt.Fprintf(s.options.Log, format+"\n", values...)
}

func (s *sweep) finished() int { return s.summary.Before + s.summary.Done + s.summary.Elsewhere }

// left words the time left, once there is something to go by.
func (s *sweep) left() string {
	if len(s.estimate.remaining) == 0 {
		return ""
	}
	seconds, known := s.estimate.left()
	if !known {
		return ""
	}
	return fmt.Sprintf("; about %s left", duration(time.Duration(seconds/float64(s.options.Jobs)*float64(time.Second))))
}

// duration rounds to what matters: 3 h 10 min, 12 min, 40 s.
func duration(d time.Duration) string {
	switch {
	case d >= time.Hour:
		d = d.Round(time.Minute)
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	case d >= 2*time.Minute:
		return fmt.Sprintf("%d min", d.Round(time.Minute)/time.Minute)
	}
	return fmt.Sprintf("%d s", d.Round(time.Second)/time.Second)
}

func (s *sweep) started(task Task) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.running[task.Dir] = started{task, now}
	return now
}

// ended notes a run that is done: by this sweep, or by another process if it took no time.
func (s *sweep) ended(task Task, record *result.Record, took time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, task.Dir)
	by := ""
	if took == 0 {
		s.summary.Elsewhere++
		s.estimate.add(task, record.Seconds)
		by = ", done by another process"
	} else {
		s.summary.Done++
		s.estimate.add(task, took.Seconds())
		by = ", " + duration(took)
	}
	s.estimate.drop(task)
	s.say("[%d/%d] %s: %s%s%s", s.finished()+len(s.summary.Failed), s.summary.Total, task, record.Outcome(), by, s.left())
}

func (s *sweep) failed(task Task, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, task.Dir)
	s.summary.Failed = append(s.summary.Failed, Failure{task, err})
	s.estimate.drop(task)
	s.say("[%d/%d] %s FAILED: %v", s.finished()+len(s.summary.Failed), s.summary.Total, task, err)
}

// met notes that another process is at work on a task.
func (s *sweep) met(task Task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, task.Dir)
	if !s.waiting[task.Dir] {
		s.waiting[task.Dir] = true
		s.say("%s: another process is at work on it; it is looked at again later", task)
	}
}

func (s *sweep) stopped(task Task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running, task.Dir)
}

// heartbeat says now and then what the sweep is at.
func (s *sweep) heartbeat(ctx context.Context) {
	ticker := time.NewTicker(heartbeatEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.sayRunning()
		}
	}
}

func (s *sweep) sayRunning() {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lines []string
	for _, dir := range slices.Sorted(maps.Keys(s.running)) {
		run := s.running[dir]
		if since := time.Since(run.since); since >= heartbeatEvery/2 {
			lines = append(lines, fmt.Sprintf("%s for %s%s", run.task, duration(since), step(run.task)))
		}
	}
	if len(lines) > 0 {
		s.say("at work: %s%s", strings.Join(lines, ", "), s.left())
	}
}

// step words how far the log of a run has come.
func step(task Task) string {
	entries, err := train.ReadLog(task.Dir)
	if err != nil || len(entries) == 0 {
		return ""
	}
	spec, err := task.Spec.At(task.Tier)
	if err != nil || spec.Train == nil {
		return ""
	}
	return fmt.Sprintf(" (step %d of %d)", entries[len(entries)-1].Step, spec.Train.Steps)
}
