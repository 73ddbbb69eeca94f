package experiments

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/gomlx/compute"

	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
	"mambamixer/internal/backend"
)

// RunOptions says how to run a spec.
type RunOptions struct {
	Tier     Tier
	Seed     uint64
	Out      string    // folder of the runs
	DataDirs []string  // where data is looked for, see ltsf.SearchPath
	Progress io.Writer // gets a progress bar or quiet lines; nil = silent
	Resume   string    // the command that runs this spec again, for the message of an interruption
	Rerun    bool      // start over, even if the run is done
	Set      []string  // the changes made to the spec by Set, "path=value", for the record
	Strict   bool      // a file of pictures that can't be used is an error, in a finished run too; else it is left out
	Begin    string    // folder of a finished run whose last weights the training begins with, where the models have the same variables; "" = at random
	Devices  int       // of the backend that share each batch of the training; 0 = 1. They change results by roundings alone
}

// Finished is what Run gives: the record, the folder that holds the run, and whether it had been done before.
type Finished struct {
	Record *result.Record
	Dir    string
	Before bool
}

// Run trains the spec's model and tests it once, on every test window, with the weights of the last step and with
// those of the lowest validation error. Everything goes to the run's folder, <Out>/<spec>/<key>/seed-<n>: spec.json,
// env.json, log.jsonl, checkpoint/, result.json and figures.
//
// A run that is done is read, not repeated; one that was broken off goes on where it stopped. When ctx is cancelled
// the error is a *train.Interrupted. A failure is kept in result.json, but one before the training leaves a finished run
// that was to be started over as it was.
func Run(ctx context.Context, b compute.Backend, spec Spec, o RunOptions) (*Finished, error) {
	begin, err := o.begin(&spec)
	if err != nil {
		return nil, err
	}
	source, err := spec.Data.Load(o.DataDirs)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	if err := source.strict(); err != nil && o.Strict {
		return nil, err
	}
	key, err := spec.Key(o.Tier, source.Identity.SHA256)
	if err != nil {
		return nil, err
	}
	if spec, err = spec.At(o.Tier); err != nil {
		return nil, err
	}
	task, err := newTask(spec, source)
	if err != nil {
		return nil, err
	}
	if spec.Train != nil {
		if err := spec.Train.FitDevices(max(1, o.Devices)); err != nil {
			return nil, fmt.Errorf("spec %s: %w", spec.Name, err)
		}
	}
	dir := result.Dir(o.Out, spec.Name, key, o.Seed)
	lock, err := train.Acquire(dir)
	if err != nil {
		return nil, err
	}
	defer lock.Release()
	before, err := result.Read(dir)
	finished := err == nil && before.Status == result.Done
	switch {
	case o.Rerun: // what is there goes once it is known that the training can begin
	case finished && o.Strict && before.Skipped > 0:
		return nil, fmt.Errorf("the run in %s left out %d pictures that can't be decoded; `mambamixer data check %s` names them", dir, before.Skipped, spec.Data.Set)
	case finished:
		return &Finished{before, dir, true}, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w; run with -rerun to start over", err)
	}

	env := result.NewEnv(describeBackend(b, o.Devices))
	record := &result.Record{
		Spec: spec.Name, Key: key, Seed: o.Seed, Tier: string(o.Tier), Set: o.Set,
		Model: spec.Kind, Data: source.Identity,
		Paper: published(spec), Env: env.Summary(), Versions: env.Versions(), Commit: env.Commit,
	}
	task.note(record)
	if begin != nil {
		record.Set = append(slices.Clone(o.Set), "begin="+spec.Begin)
	}
	r := &run{backend: b, spec: spec, options: o, begin: begin, task: task, dir: dir, lock: lock, record: record, env: env, stands: finished}
	if !finished {
		if err := r.describe(); err != nil {
			return nil, err
		}
	}
	err = r.execute(ctx)
	if err != nil && r.stands {
		return nil, err
	}
	record.Date = time.Now().UTC().Format(time.RFC3339)
	record.PeakRSS = train.PeakRSS()
	record.Status = status(err)
	if err != nil { // and scores that lack a part would be taken for others
		record.Error = err.Error()
		record.Val, record.Last, record.Best, record.Sizes = nil, nil, nil, nil
	}
	if interrupted := (*train.Interrupted)(nil); errors.As(err, &interrupted) {
		record.Steps = interrupted.Step
	}
	if writeErr := record.Write(dir); writeErr != nil {
		err = cmp.Or(err, writeErr)
	}
	if err != nil {
		return nil, err
	}
	return &Finished{record, dir, false}, nil
}

// begin reads the weights that a training is to begin with, and names them in the spec, whose runs they set apart; nil if there
// are none.
func (o RunOptions) begin(spec *Spec) (*train.Weights, error) {
	if o.Begin == "" && spec.Begin != "" {
		return nil, fmt.Errorf("spec %s begins with the weights of SHA-256 %s: name the folder of the run that has them (-begin)", spec.Name, spec.Begin)
	}
	if o.Begin == "" {
		return nil, nil
	}
	if spec.Train == nil {
		return nil, fmt.Errorf("spec %s has nothing to train, so it can't begin with the weights of %s", spec.Name, o.Begin)
	}
	record, err := result.Read(o.Begin)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s has no %s: to begin with the weights of a run, name its folder", o.Begin, result.ResultFile)
	case err != nil:
		return nil, err
	case record.Status != result.Done:
		return nil, fmt.Errorf("the run in %s is %s: finish it, then begin with its weights", o.Begin, record.Status)
	}
	var asked struct{ Train *train.Config }
	if err := result.ReadJSON(filepath.Join(o.Begin, result.SpecFile), &asked); err != nil {
		return nil, err
	}
	if asked.Train == nil {
		return nil, fmt.Errorf("the run in %s is of %s, which has no weights", o.Begin, record.Model)
	}
	weights, err := train.Final(o.Begin, record.Key, record.Seed, *asked.Train)
	if err != nil {
		return nil, err
	}
	spec.Begin, err = weights.SHA256()
	return weights, err
}

// describeBackend names the backend and how many of its devices share a batch.
func describeBackend(b compute.Backend, devices int) string {
	text := backend.Describe(b).String()
	if devices > 1 {
		text += fmt.Sprintf(", %d of them share each batch", devices)
	}
	return text
}

// run is one spec at work.
type run struct {
	backend compute.Backend
	spec    Spec
	options RunOptions
	begin   *train.Weights // nil = at random
	task    task
	dir     string
	lock    *train.Lock
	record  *result.Record
	env     *result.Env
	stands  bool // the folder has a finished run, which the training will take the place of
}

// describe writes what was asked, and where it runs.
func (r *run) describe() error {
	return errors.Join(
		result.WriteJSON(filepath.Join(r.dir, result.SpecFile), r.spec),
		result.WriteJSON(filepath.Join(r.dir, result.EnvFile), r.env))
}

// ready clears the folder of a run that is to be started over.
func (r *run) ready() error {
	if !r.options.Rerun {
		return nil
	}
	r.stands = false
	return errors.Join(clear(r.dir), r.describe())
}

func (r *run) execute(ctx context.Context) error {
	problem, err := r.task.problem(ctx, r.options)
	if err != nil {
		return err
	}
	defer problem.Close()
	r.task.note(r.record)
	if r.spec.Train == nil {
		return r.testUntrained(ctx, problem)
	}
	outcome, err := train.Run(ctx, r.backend, problem, *r.spec.Train, train.RunOptions{
		Seed: r.options.Seed, Dir: r.dir, Key: r.record.Key, Lock: r.lock,
		Progress: r.options.Progress, Resume: r.options.Resume, Devices: r.options.Devices, Begin: r.begin,
		Ready: r.ready,
	})
	if err != nil {
		return err
	}
	defer outcome.Close()
	r.record.Parameters, r.record.Seconds = outcome.Parameters, outcome.Seconds
	r.record.Steps, r.record.BestStep = outcome.Steps, outcome.BestStep
	r.record.StepSeconds, r.record.StepIQR, r.record.StepFLOPs = outcome.Step.Seconds, outcome.Step.IQR, outcome.Step.FLOPs
	r.record.StepWait = outcome.Step.Wait
	if problem.Val.Len() > 0 {
		if r.record.Val, err = r.scores(outcome.Evaluate(ctx, outcome.Last, problem.Val)); err != nil {
			return err
		}
	}
	if r.record.Last, err = r.scores(outcome.Evaluate(ctx, outcome.Last, problem.Test)); err != nil {
		return err
	}
	r.record.Best = r.record.Last
	if outcome.Best != outcome.Last && outcome.BestStep != outcome.Steps {
		if r.record.Best, err = r.scores(outcome.Evaluate(ctx, outcome.Best, problem.Test)); err != nil {
			return err
		}
	}
	if err := r.task.elsewhere(ctx, r, problem, outcome.Last); err != nil {
		return err
	}
	entries, err := train.ReadLog(r.dir)
	if err != nil {
		return err
	}
	r.task.follow(r.record, entries)
	return errors.Join(r.drawTraining(entries), r.task.draw(r, outcome.Last))
}

// evalBatch is the number of windows per call where no training configuration says it.
const evalBatch = 64

func (r *run) testUntrained(ctx context.Context, problem *train.Problem) (err error) {
	if err := r.ready(); err != nil {
		return err
	}
	start := time.Now()
	if problem.Val.Len() > 0 {
		if r.record.Val, err = r.scores(train.Evaluate(ctx, r.backend, problem, nil, problem.Val, evalBatch)); err != nil {
			return err
		}
	}
	r.record.Last, err = r.scores(train.Evaluate(ctx, r.backend, problem, nil, problem.Test, evalBatch))
	r.record.Seconds = time.Since(start).Seconds()
	return errors.Join(err, r.task.draw(r, nil))
}

// scores takes what an evaluation returns.
func (r *run) scores(score train.Score, err error) (*result.Scores, error) {
	if err != nil {
		return nil, err
	}
	return r.task.scores(score), nil
}

func status(err error) result.Status {
	var interrupted *train.Interrupted
	switch {
	case err == nil:
		return result.Done
	case errors.As(err, &interrupted), errors.Is(err, context.Canceled):
		return result.Interrupted
	default:
		return result.Failed
	}
}

// clear removes what an earlier run left in its folder, but for the lock.
func clear(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return result.Explain("read", dir, err)
	}
	for _, entry := range entries {
		if entry.Name() == train.LockFile {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
			return result.Explain("remove", entry.Name(), err)
		}
	}
	return nil
}
