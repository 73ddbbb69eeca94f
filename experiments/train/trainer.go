package train

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/flops"
	"mambamixer/mixer/parallel"
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
	problem *Problem
	config  Config
	seed    uint64

	store     *model.Store
	exec      *model.Exec
	devices   *devices          // that share a batch
	variables []*model.Variable // trainable, in the order of their creation
	optimizer adamW
	order     *order
	evaluator *evaluator

	state state
	best  *Weights // nil as long as there was no evaluation
	lr    float64  // of the last step

	flops   int64     // floating-point operations of a step on all devices, 0 if they can't be counted
	seconds []float64 // of each step in this process
}

// newTrainer builds the graphs and sets the variables to their initial values.
func newTrainer(backend compute.Backend, p *Problem, c Config, seed uint64, count int) (*trainer, error) {
	t := &trainer{problem: p, config: c, seed: seed, optimizer: adamW{c}, store: model.NewStore(),
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
	if _, err := t.exec.Compile(t.devices.shapes(c.BatchSize)...); err != nil {
		return nil, fmt.Errorf("the training step cannot be built: %w", root(err))
	}
	if err := t.store.InitializeVariables(backend, nil); err != nil {
		return nil, fmt.Errorf("the variables cannot be set to their initial values: %w", root(err))
	}
	if err := t.devices.replicate(t.store); err != nil {
		return nil, err
	}
	t.evaluator, err = newEvaluator(backend, p, t.store, c.EvalBatch)
	return t, err
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

// build makes the graph of a step: data, idx [batch] and hyper [3] in, loss and squares of the gradients out. Where devices
// share the batch, idx holds the device's part, and the number of the device comes in too.
func (t *trainer) build(scope *model.Scope, args []*graph.Node) *graph.Node {
	n := len(t.problem.Data)
	data, idx, hyper := args[:n], args[n], args[n+1]
	if len(args) > n+2 {
		parallel.Share(idx.Graph(), args[n+2])
	}
	t.store.SetTraining(idx.Graph(), true)
	loss := t.problem.Loss(scope, data, idx)
	if !loss.Shape().IsScalar() {
		panic(fmt.Errorf("the problem's Loss has shape %s; it must be a scalar", loss.Shape()))
	}
	t.variables = nil
	for v := range t.store.IterVariables() {
		if v.Trainable && v.InUseByGraph(loss.Graph()) {
			t.variables = append(t.variables, v)
		}
	}
	if len(t.variables) == 0 {
		panic(fmt.Errorf("the model has no trainable variable; use Evaluate for it"))
	}
	values := make([]*graph.Node, len(t.variables))
	for i, v := range t.variables {
		values[i] = v.NodeValue(loss.Graph())
	}
	gradients := parallel.Mean(graph.Gradient(loss, values...)...)
	if t.config.Rho > 0 {
		gradients = t.sharpnessAware(values, gradients, data, idx)
	}
	loss = parallel.Mean(loss)[0]
	report := t.optimizer.update(t.store, t.variables, gradients, loss, hyper)
	t.count(report)
	return report
}

// count counts the operations of the step: of its report and of every variable that it changes.
func (t *trainer) count(report *graph.Node) {
	outputs := []*graph.Node{report}
	for v := range t.store.IterVariables() {
		if v.ChangedInGraph(report.Graph()) {
			outputs = append(outputs, v.NodeValue(report.Graph()))
		}
	}
	var err error
	if t.flops, err = flops.Count(outputs...); err != nil {
		t.flops = 0
	}
	t.flops *= int64(t.devices.count())
}

// step takes one optimiser step.
func (t *trainer) step() error {
	start := time.Now()
	hyper := t.optimizer.hyper(t.state.Step)
	output, err := t.devices.call(t.exec, t.order.indices(t.state.Step), hyper)
	if err != nil {
		return fmt.Errorf("step %d failed: %w", t.state.Step+1, root(err))
	}
	report, err := tensors.CopyFlatData[float64](output)
	output.FinalizeAll()
	if err != nil {
		return err
	}
	t.state.Step++
	t.state.Epoch, t.state.Batch = t.order.position(t.state.Step)
	t.state.Pending = true
	t.lr = hyper[0]
	if err := t.account(report[0], report[1:]); err != nil {
		return err
	}
	t.seconds = append(t.seconds, time.Since(start).Seconds())
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
	t.best, err = snapshot(t.store)
	return score, true, err
}

// close frees what only training needs. The model's variables and the evaluation stay.
func (t *trainer) close() error {
	t.exec.Finalize()
	t.devices.close()
	return t.store.DeleteVariablesInScope(optimizerScope)
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
