package nb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

	"gonum.org/v1/plot"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments"
	"mambamixer/experiments/process"
	"mambamixer/experiments/sweep"
)

// Option says how Train runs a spec.
type Option func(*request)

// request is what Train is asked for.
type request struct {
	tier experiments.Tier
	seed uint64
}

// At sets the tier, in place of [Tier].
func At(tier experiments.Tier) Option { return func(r *request) { r.tier = tier } }

// Seed sets the seed of initial values, dropout and batch order, in place of 0.
func Seed(seed uint64) Option { return func(r *request) { r.seed = seed } }

// Train trains and tests a spec and shows its training curve meanwhile, and in the end its test errors. The spec is one of
// the registry, with fields changed as you like.
//
// The run is a process of its own, the same that `mambamixer run` is, and lives in a folder below [Runs]. It goes on when
// the browser is closed or the kernel ends; the same cell then joins it again, or shows the result. Interrupting the cell
// asks the run to save and stop, and the same cell goes on from there; so it does if the run's process died, from its last
// checkpoint. `mambamixer attach` follows the run in a terminal.
func Train(spec experiments.Spec, options ...Option) *experiments.Finished {
	ctx := interruptible()
	r := &request{}
	for _, option := range options {
		option(r)
	}
	task := Must(r.task(spec))
	state := Must(process.Look(task.Dir))
	command := process.Command{Out: Must(filepath.Abs(Runs()))}
	if !state.Done() && state.PID == 0 {
		command.File = Must(build())
	}
	v := &view{title: fmt.Sprintf("%s, seed %d", task.Spec.Name, task.Seed)}
	record, err := command.Attach(ctx, task, "running this cell again", v.show)
	v.end(err)
	Check(err)
	return &experiments.Finished{Record: record, Dir: task.Dir, Before: state.Done()}
}

// patience is how long a cell waits for the run that it asked to stop: after 5 seconds GoNB kills it.
const patience = 4 * time.Second

// interruptible ends at the cell's first interrupt. A second one, or the end of patience, ends the cell.
func interruptible() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	interrupts := make(chan os.Signal, 2)
	signal.Notify(interrupts, os.Interrupt)
	go func() {
		<-interrupts
		cancel()
		select {
		case <-interrupts:
		case <-time.After(patience):
		}
		Check(errors.New("the run was asked to save and stop, and does so once its step is done, without this cell; running this cell again goes on from there"))
	}()
	return ctx
}

// task finds the spec in the registry and what was changed of it, for that is how the command is told.
func (r *request) task(spec experiments.Spec) (sweep.Task, error) {
	listed, err := experiments.Find(spec.Name)
	if err != nil {
		return sweep.Task{}, err
	}
	changes, err := spec.ChangesFrom(listed)
	if err != nil {
		return sweep.Task{}, fmt.Errorf("%w; a program of your own can run it, by experiments.Run", err)
	}
	out, err := filepath.Abs(Runs())
	if err != nil {
		return sweep.Task{}, err
	}
	return sweep.NewTask(sweep.Variant{Spec: spec, Set: changes}, cmp.Or(r.tier, Tier()), r.seed, out, ltsf.SearchPath(""))
}

// build makes the command anew where an edit of a package calls for it, as an edit counts in the next cell too.
func build() (file string, err error) {
	root, err := filepath.Abs(Root())
	if err != nil {
		return "", err
	}
	file = filepath.Join(root, "bin", "mambamixer")
	cmd := exec.Command("go", "build", "-o", file, "./cmd/mambamixer")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOFLAGS=", "GOWORK=off") // as `make build` does, so that neither undoes the other's work
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("the command that does the run can't be built in %s (%w): %s", root, err, strings.TrimSpace(string(out)))
	}
	return file, nil
}

// view shows a run.
type view struct {
	title string
	bar   Progress
	curve LiveCurve
	drawn int // entries of the log
	last  process.State
}

// show shows how far the run is.
func (v *view) show(s process.State) {
	v.last = s
	v.bar.Set(s.Step(), s.Steps, v.title+": "+s.String())
	if len(s.Log) > v.drawn {
		v.drawn = len(s.Log)
		v.curve.Draw(v.figure)
	}
}

func (v *view) figure() (*plot.Plot, error) { return experiments.TrainingPlot(v.title, "validation", v.last.Log) }

// end leaves the whole curve and the result.
func (v *view) end(err error) {
	if err != nil {
		v.bar.End(v.title + ": stopped")
	} else {
		v.bar.End(v.title + ": " + v.last.String())
	}
	if len(v.last.Log) > 0 {
		v.curve.End(v.figure)
	}
}
