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
	"mambamixer/experiments/result"
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
	ctx, stop := interruptible()
	defer stop()
	task := newTask(spec, options)
	state := Must(look(task))
	v := &view{title: fmt.Sprintf("%s on %s, %s, seed %d", spec.Kind, task.Data.Name, extent(spec.Data), task.Seed)}
	record, err := attach(ctx, task, v.show)
	v.end(err)
	Check(err)
	return &experiments.Finished{Record: record, Dir: task.Dir, Before: state.Done()}
}

// extent is how much of its data a model sees at a time.
func extent(d experiments.Data) string {
	if size := d.Size(); size > 0 {
		return fmt.Sprintf("%d pixels", size)
	}
	return fmt.Sprintf("history %d, horizon %d", d.History, d.Horizon)
}

// Finished returns the run of a spec that is done, and shows nothing. One that isn't ends the cell with a word on it.
func Finished(spec experiments.Spec, options ...Option) *experiments.Finished {
	task := newTask(spec, options)
	state := Must(look(task))
	if !state.Done() {
		Check(fmt.Errorf("%s is not done at the tier %s: run the cell that trains it first", task, task.Tier))
	}
	return &experiments.Finished{Record: state.Record, Dir: task.Dir, Before: true}
}

// Sweep trains and tests each spec with some seeds, one after the other as Train does, and returns the records. What is
// done is only read.
func Sweep(seeds int, specs ...experiments.Spec) []*result.Record {
	ctx, stop := interruptible()
	defer stop()
	var tasks []sweep.Task
	for seed := range uint64(seeds) {
		for _, spec := range specs {
			if seed == 0 || spec.Train != nil {
				tasks = append(tasks, newTask(spec, []Option{Seed(seed)}))
			}
		}
	}
	var bar Progress
	var records []*result.Record
	for i, task := range tasks {
		record, err := attach(ctx, task, func(s process.State) {
			bar.Set(i, len(tasks), fmt.Sprintf("run %d of %d, %s: %s", i+1, len(tasks), task, s))
		})
		if err != nil {
			bar.End(fmt.Sprintf("%d of %d runs are done", i, len(tasks)))
		}
		Check(err)
		records = append(records, record)
	}
	bar.End(fmt.Sprintf("all %d runs are done", len(tasks)))
	return records
}

// attach has a task done by the command, which is built if it is needed.
func attach(ctx context.Context, task sweep.Task, tell func(process.State)) (*result.Record, error) {
	state, err := look(task)
	if err != nil {
		return nil, err
	}
	out, err := runs()
	if err != nil {
		return nil, err
	}
	command := process.Command{Out: out}
	if !state.Done() { // also if another process is at work, which may end in this moment
		if command.File, err = build(); err != nil {
			return nil, err
		}
	}
	record, err := command.Attach(ctx, task, "running this cell again", tell)
	return record, elsewhere(err)
}

// look is the state of a task's run.
func look(task sweep.Task) (process.State, error) {
	state, err := process.Look(task.Dir)
	return state, elsewhere(err)
}

// elsewhere says how to have runs elsewhere, after an error of their folder.
func elsewhere(err error) error {
	if file := (*result.FileError)(nil); errors.As(err, &file) {
		return fmt.Errorf("%w; $MAMBAMIXER_RUNS names another one for notebooks", err)
	}
	return err
}

// patience is how long a cell waits for the run that it asked to stop: after 5 seconds GoNB kills it.
const patience = 4 * time.Second

// farewell is how long a kernel may take to end after it told its cell.
const farewell = 500 * time.Millisecond

// interruptible ends at the cell's first interrupt. A second one, or the end of patience, ends the cell. A kernel that ends
// interrupts its cell too, but nobody asked for the end of the run then: it goes on. After stop, interrupts are as before.
func interruptible() (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	interrupts, done := make(chan os.Signal, 2), make(chan struct{})
	signal.Notify(interrupts, os.Interrupt)
	kernel := os.Getppid()
	go func() {
		select {
		case <-interrupts:
		case <-done:
			return
		}
		for begin := time.Now(); time.Since(begin) < farewell; time.Sleep(farewell / 20) {
			if os.Getppid() != kernel {
				os.Exit(0)
			}
		}
		cancel()
		select {
		case <-done:
			return
		case <-interrupts:
		case <-time.After(patience):
		}
		Check(errors.New("the run was asked to save and stop, and does so once its step is done, without this cell; running this cell again goes on from there"))
	}()
	return ctx, func() {
		signal.Stop(interrupts)
		close(done)
		cancel()
	}
}

// newTask finds the spec in the registry and what was changed of it, for that is how the command is told.
func newTask(spec experiments.Spec, options []Option) sweep.Task {
	r := &request{}
	for _, option := range options {
		option(r)
	}
	changes, err := spec.ChangesFrom(Must(experiments.Find(spec.Name)))
	if err != nil {
		err = fmt.Errorf("%w; a program of your own can run it, by experiments.Run", err)
	}
	Check(err)
	return Must(sweep.NewTask(sweep.Variant{Spec: spec, Set: changes}, cmp.Or(r.tier, Tier()), r.seed, Must(runs()), ltsf.SearchPath("")))
}

// runs is the folder of runs for a process in any folder.
func runs() (string, error) { return filepath.Abs(Runs()) }

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

func (v *view) figure() (*plot.Plot, error) {
	return experiments.TrainingPlot(v.title, "validation", v.last.Log)
}

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
