package train

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// Progress tells the user how far a run is. val is the best
// validation score so far, nil before the first evaluation.
type Progress interface {
	Update(step int, loss float64, val *float64)
	Note(text string) // a line of its own
	Done()
}

// NewProgress gives a bar if w is a terminal, quiet lines if it is not, and nothing if w is nil.
// metric names the validation metric, first the step that a run begins or goes on with.
func NewProgress(w io.Writer, metric string, first, steps int) Progress {
	if w == nil {
		w = io.Discard
	}
	if file, ok := w.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		bar := progressbar.NewOptions(steps,
			progressbar.OptionSetWriter(w),
			progressbar.OptionSetDescription("training"),
			progressbar.OptionSetWidth(24),
			progressbar.OptionShowCount(),
			progressbar.OptionShowIts(),
			progressbar.OptionSetItsString("step"),
			progressbar.OptionThrottle(100*time.Millisecond))
		bar.Set(first)
		return &barProgress{w: w, bar: bar, metric: metric}
	}
	now := time.Now()
	return &lineProgress{w: w, metric: metric, first: first, steps: steps, start: now, last: now}
}

// describe words the figures of a run.
func describe(metric string, loss float64, val *float64) string {
	text := fmt.Sprintf("loss %.4f", loss)
	if val != nil {
		text += fmt.Sprintf(", best validation %s %.4f", metric, *val)
	}
	return text
}

// barProgress is a bar with the time left.
type barProgress struct {
	w      io.Writer
	bar    *progressbar.ProgressBar
	metric string
}

func (p *barProgress) Update(step int, loss float64, val *float64) {
	p.bar.Describe(describe(p.metric, loss, val))
	p.bar.Set(step)
}

func (p *barProgress) Note(text string) {
	p.bar.Clear()
	fmt.Fprintln(p.w, text)
}

func (p *barProgress) Done() {
	p.bar.Exit()
	fmt.Fprintln(p.w)
}

// lineProgress writes a line at least lineGap after the last one, for each tenth of the way or after lineWait.
type lineProgress struct {
	w            io.Writer
	metric       string
	first, steps int
	start, last  time.Time
	lastStep     int
}

const (
	lineGap  = 10 * time.Second
	lineWait = time.Minute
)

func (p *lineProgress) Update(step int, loss float64, val *float64) {
	now := time.Now()
	since := now.Sub(p.last)
	if since < lineGap || (since < lineWait && (step-p.lastStep)*10 < p.steps) {
		return
	}
	p.last, p.lastStep = now, step
	perStep := now.Sub(p.start) / time.Duration(max(1, step-p.first))
	left := (perStep * time.Duration(p.steps-step)).Round(time.Second)
	fmt.Fprintf(p.w, "step %d of %d (%d %%), %s, %s left\n",
		step, p.steps, 100*step/p.steps, describe(p.metric, loss, val), left)
}

func (p *lineProgress) Note(text string) { fmt.Fprintln(p.w, text) }

func (p *lineProgress) Done() {}
