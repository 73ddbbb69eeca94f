package process

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
)

// State is what a run's folder says.
type State struct {
	Spec   string         // name, "" if nothing has begun
	Set    string         // its data, as it was asked for
	PID    int            // of the process of this machine that is at work, 0 if none is
	Steps  int            // that the training takes at most; 0 if there is none
	Log    []train.Entry  // so far
	Record *result.Record // of how the run ended the last time, nil if it has not; while a process is at work it may be old
}

// Look reads a run's folder. One that isn't there yet is the folder of a run that has not begun.
func Look(dir string) (State, error) {
	var s State
	var spec struct {
		Name string `json:"name"`
		Data struct {
			Set string `json:"set"`
		} `json:"data"`
		Train *train.Config `json:"train"`
	}
	s.PID = train.Owner(dir) // before the record, which a process writes before it ends
	if err := result.ReadJSON(filepath.Join(dir, result.SpecFile), &spec); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	s.Spec, s.Set = spec.Name, spec.Data.Set
	if spec.Train != nil {
		s.Steps = spec.Train.Steps
	}
	var err error
	if s.Log, err = train.ReadLog(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	if s.Record, err = result.Read(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	return s, nil
}

// Done says that the run has come to its end.
func (s State) Done() bool { return s.PID == 0 && s.Record != nil && s.Record.Status == result.Done }

// Step is the last one that is in the log.
func (s State) Step() int {
	if len(s.Log) == 0 {
		return 0
	}
	return s.Log[len(s.Log)-1].Step
}

// Best is the lowest validation error so far that the training goes by, nil before the first evaluation.
func (s State) Best() *float64 {
	for i := len(s.Log) - 1; i >= 0; i-- {
		if s.Log[i].Best {
			mse := s.Log[i].Val["mse"]
			return &mse
		}
	}
	return nil
}

// pace is how many entries of the log say how fast the run is.
const pace = 10

// Left is the time that the training takes from here on, by the pace of the last steps.
func (s State) Left() (left time.Duration, known bool) {
	recent := s.Log[max(0, len(s.Log)-pace):]
	if len(recent) < 2 {
		return 0, false
	}
	first, last := recent[0], recent[len(recent)-1]
	seconds := (last.Seconds - first.Seconds) / float64(last.Step-first.Step) * float64(s.Steps-last.Step)
	return time.Duration(seconds * float64(time.Second)).Round(time.Second), true
}

// String words how far the run has come, and how it ended if it has.
func (s State) String() string {
	switch {
	case s.Done():
		return Result(s.Record)
	case s.PID == 0 && s.Record != nil && s.Record.Error != "":
		return fmt.Sprintf("%s: %s", s.Record.Status, s.Record.Error)
	case s.Step() == 0:
		return "getting ready"
	}
	text := fmt.Sprintf("step %d of %d, loss %.4f", s.Step(), s.Steps, s.Log[len(s.Log)-1].Loss)
	if left, known := s.Left(); known && s.PID != 0 {
		text += fmt.Sprintf(", about %s left", left)
	}
	return text
}

// Result words the test errors, or the right guesses, of a run that is done.
func Result(r *result.Record) string {
	scores := r.Headline()
	if r.Segments() {
		return fmt.Sprintf("mIoU %.1f %% on %d test pictures, %.1f %% of the pixels right", 100*scores.MIoU, scores.Windows, 100*scores.Top1)
	}
	if r.Detects() {
		return fmt.Sprintf("%s on %d test pictures", r.Outcome(), scores.Windows)
	}
	if r.Classifies() {
		return fmt.Sprintf("%.1f %% of %d test pictures right at the first guess, loss %.4f", 100*scores.Top1, scores.Windows, scores.Loss)
	}
	if r.Weighted() {
		return fmt.Sprintf("test WRMSSE %s, validation %s", result.Error(scores.WRMSSE), result.Error(r.Val.WRMSSE))
	}
	text := fmt.Sprintf("test MSE %s, MAE %s on %d windows", result.Error(scores.MSE), result.Error(scores.MAE), scores.Windows)
	if r.Paper != nil && r.Paper.MSE > 0 {
		text += fmt.Sprintf("; published is an MSE of %.3f", r.Paper.MSE)
	}
	return text
}
