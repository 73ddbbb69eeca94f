package train

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// state is where a run stands, beside the variables. It is part of each checkpoint.
type state struct {
	Step    int  `json:"step"`    // steps taken
	Epoch   int  `json:"epoch"`   // position in the data: the epoch of the next step
	Batch   int  `json:"batch"`   // and the batch within the epoch
	Pending bool `json:"pending"` // the evaluation and the log entry of the last step are still to come

	Seconds float64 `json:"seconds"`  // wall time until here
	LossSum float64 `json:"loss_sum"` // of the steps since the last log entry
	NormSum float64 `json:"norm_sum"` // same, of the gradient norms
	Summed  int     `json:"summed"`   // number of these steps

	BestStep int     `json:"best_step"` // 0 as long as there was no evaluation
	BestVal  float64 `json:"best_val"`
	Waited   int     `json:"waited"`  // evaluations since the best one
	Stopped  Stop    `json:"stopped"` // why the run is over, "" as long as it is not
}

// Stop says why a run is over.
type Stop string

// The reasons.
const (
	StopSteps Stop = "steps" // all steps were taken
	StopEarly Stop = "early" // Patience evaluations brought no improvement
)

// trainer is a run at work: the store, the compiled step, and the state.
type trainer struct {
	backend compute.Backend
	problem *Problem
	config  Config
	seed    uint64

	store     *model.Store
	exec      *model.Exec
	partExec  *model.Exec       // of the parts of a batch before the last; nil without parts
	devices   *devices          // that share a batch
	variables []*model.Variable // trainable, in the order of their creation
	optimizer adamW
	order     *order
	evaluator *evaluator
	queue     *queue // of the problem's feed; nil without one, and before the first step

	state state
	best  *Weights // nil as long as there was no evaluation
	lr    float64  // of the last step

	flops   int64     // floating-point operations of a step on all devices, 0 if they can't be counted
	seconds []float64 // of each step in this process
	waited  []float64 // of these, waiting for the feed
}

// newTrainer builds the graphs and sets the variables to their initial values.
func newTrainer(backend compute.Backend, p *Problem, c Config, seed uint64, count int) (*trainer, error) {
	t := &trainer{backend: backend, problem: p, config: c, seed: seed, optimizer: adamW{c}, store: model.NewStore(),
		order: newOrder(p.Train, c.BatchSize, seed)}
	var err error
	if t.devices, err = newDevices(backend, p, count); err != nil {
		return nil, err
	}
	t.store.SetParam(model.ParamInitialSeed, int64(seed))
	if err := t.seedDropout(); err != nil {
		return nil, err
	}
	if t.exec, err = model.NewExec(backend, t.store, t.build); err != nil {
		return nil, err
	}
	t.devices.configure(t.exec)
	// All variables are created here, in the order of the graph, whether they are set to initial values
	// or to those of a checkpoint: the program is the same, and so are its roundings.
	if _, err := t.exec.Compile(t.devices.shapes(c.BatchSize / c.parts())...); err != nil {
		return nil, fmt.Errorf("the training step cannot be built: %w", root(err))
	}
	if err := t.compileParts(); err != nil {
		return nil, err
	}
	if err := t.store.InitializeVariables(backend, nil); err != nil {
		return nil, fmt.Errorf("the variables cannot be set to their initial values: %w", root(err))
	}
	if err := t.beginAverages(); err != nil {
		return nil, err
	}
	if err := t.devices.replicate(t.store); err != nil {
		return nil, err
	}
	return t, t.newEvaluator()
}

// seedDropout sets the state of the random numbers. The store's own variable for it would not do: GoMLX makes it without a
// store, which graphs on several devices ask it for.
func (t *trainer) seedDropout() error {
	state, err := graph.RNGStateFromSeed(int64(t.seed))
	if err != nil {
		return err
	}
	v, err := t.store.CreateVariable("/"+model.RNGStateVariableName, state)
	if err == nil {
		v.SetTrainable(false)
	}
	return err
}

// step takes one optimiser step.
func (t *trainer) step() error {
	start := time.Now()
	hyper := t.optimizer.hyper(t.state.Step)
	feed, err := t.feedAhead()
	if err != nil {
		return fmt.Errorf("the batch of step %d cannot be made: %w", t.state.Step+1, err)
	}
	waited := time.Since(start).Seconds()
	report, err := t.call(t.order.indices(t.state.Step), feed, hyper)
	if err != nil {
		return fmt.Errorf("step %d failed: %w", t.state.Step+1, root(err))
	}
	t.state.Step++
	t.state.Epoch, t.state.Batch = t.order.position(t.state.Step)
	t.state.Pending = true
	t.lr = hyper[0]
	if err := t.account(report[0], report[1:]); err != nil {
		return err
	}
	t.seconds = append(t.seconds, time.Since(start).Seconds())
	t.waited = append(t.waited, waited)
	return nil
}

// account adds the loss and the gradient norm of a step to the sums, or says which number is not finite.
func (t *trainer) account(loss float64, squares []float64) error {
	var sum float64
	bad := -1
	for i, square := range squares {
		sum += square
		if bad < 0 && !finite(square) {
			bad = i
		}
	}
	err := &NonFinite{Step: t.state.Step, LearningRate: t.lr}
	if bad >= 0 {
		err.What, err.Value, err.Variable = "gradient", squares[bad], t.variables[bad].Path()
	}
	if !finite(loss) {
		err.What, err.Value = "loss", loss
	}
	if err.What != "" {
		return err
	}
	t.state.LossSum += loss
	t.state.NormSum += math.Sqrt(sum)
	t.state.Summed++
	return nil
}

// validate scores the validation split and keeps the weights if they are the best so far.
func (t *trainer) validate(ctx context.Context) (score Score, best bool, err error) {
	if t.config.EMA > 0 {
		w, err := t.weights()
		if err == nil {
			err = w.apply(t.evaluator.store)
		}
		if err != nil {
			return score, false, err
		}
	}
	score, err = t.evaluator.evaluate(ctx, t.problem.Val, t.config.EvalStride)
	if err != nil {
		return score, false, err
	}
	for i, value := range score.Values {
		if !finite(value) {
			return score, false, &NonFinite{Step: t.state.Step, What: "validation " + t.problem.Metrics[i], Value: value, LearningRate: t.lr}
		}
	}
	if t.state.BestStep > 0 && score.Values[0] >= t.state.BestVal {
		t.state.Waited++
		return score, false, nil
	}
	t.state.BestStep, t.state.BestVal, t.state.Waited = t.state.Step, score.Values[0], 0
	t.best, err = t.weights()
	return score, true, err
}

// close frees what only training needs. The model's variables and the evaluation stay.
func (t *trainer) close() error {
	t.exec.Finalize()
	if t.partExec != nil {
		t.partExec.Finalize()
	}
	t.devices.close()
	if t.evaluator.store != t.store {
		t.store.Finalize()
		return nil
	}
	return errors.Join(t.store.DeleteVariablesInScope(optimizerScope), t.store.DeleteVariablesInScope(gatherScope))
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
