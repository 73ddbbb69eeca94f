package sweep

import (
	"slices"
	"strconv"
)

// estimate guesses how long tasks take from those that are done: of the same spec if there are any, else of the same
// model and horizon, else of the same model, else of all.
type estimate struct {
	seconds   map[string]average
	remaining []Task
}

type average struct {
	sum float64
	n   int
}

func newEstimate() *estimate { return &estimate{seconds: map[string]average{}} }

// likeness lists what a task is like, closest first.
func likeness(t Task) []string {
	return []string{"spec " + t.Spec.Name, "model " + t.Spec.Kind + " " + strconv.Itoa(t.Spec.Data.Horizon), "model " + t.Spec.Kind, "any"}
}

// add learns from a task that took some time.
func (e *estimate) add(t Task, seconds float64) {
	for _, name := range likeness(t) {
		a := e.seconds[name]
		e.seconds[name] = average{a.sum + seconds, a.n + 1}
	}
}

// drop takes a task off the remaining ones.
func (e *estimate) drop(t Task) {
	e.remaining = slices.DeleteFunc(e.remaining, func(other Task) bool { return other.Dir == t.Dir })
}

// left is the time that the remaining tasks take one after the other. Nothing is known before the first is done.
func (e *estimate) left() (seconds float64, known bool) {
	for _, task := range e.remaining {
		guess, found := e.of(task)
		if !found {
			return 0, false
		}
		seconds += guess
	}
	return seconds, true
}

func (e *estimate) of(t Task) (seconds float64, found bool) {
	for _, name := range likeness(t) {
		if a := e.seconds[name]; a.n > 0 {
			return a.sum / float64(a.n), true
		}
	}
	return 0, false
}
