package train

import (
	"strings"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// averageScope holds the moving averages of the trainable variables, where Config.EMA asks for them.
const averageScope = "/#average"

// average moves the average of a variable to its new value: average = EMA · average + (1 - EMA) · value, as timm's ModelEmaV2
// does. It begins at the initial value, see beginAverages. Unlike there, the moments of batch norm are not averaged once more:
// the averages are tested with the moments of the last step, which move with a rate of their own.
func (o adamW) average(store *model.Store, v *model.Variable, value *Node) {
	average := store.VariableWithShape(model.JoinPath(averageScope, v.Path()), v.Shape(), Zeros).SetTrainable(false)
	moved := Add(scale(ConvertDType(average.NodeValue(value.Graph()), value.DType()), o.config.EMA), scale(value, 1-o.config.EMA))
	average.SetNodeValue(ConvertDType(moved, v.DType()))
}

// beginAverages sets each average to the value of its variable.
func (t *trainer) beginAverages() error {
	if t.config.EMA == 0 {
		return nil
	}
	values := map[string]*tensors.Tensor{}
	for _, v := range t.variables {
		value, err := v.Value()
		if err != nil {
			return err
		}
		values[model.JoinPath(averageScope, v.Path())] = value
	}
	return setValues(t.store, values)
}

// newEvaluator makes the evaluation. It looks at the trainer's own variables or, where averages are what counts, has a
// store for these.
func (t *trainer) newEvaluator() error {
	store := t.store
	if t.config.EMA > 0 {
		w, err := t.weights()
		if err == nil {
			store, err = w.NewStore()
		}
		if err != nil {
			return err
		}
	}
	var err error
	t.evaluator, err = newEvaluator(t.backend, t.problem, store, t.config.EvalBatch)
	return err
}

// weights copies what the run has learned so far: the averages, where there are any, else the variables.
func (t *trainer) weights() (*Weights, error) {
	w, err := snapshot(t.store)
	if err != nil || t.config.EMA == 0 {
		return w, err
	}
	for _, v := range t.variables {
		average, err := t.store.GetVariable(model.JoinPath(averageScope, v.Path())).Value()
		if err != nil {
			return nil, err
		}
		if w.values[v.Path()], err = average.LocalClone(); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// averaged takes the averages among the values of a checkpoint for those of their variables.
func averaged(values map[string]*tensors.Tensor) {
	for path, value := range values {
		if variable, found := strings.CutPrefix(path, averageScope+"/"); found {
			values["/"+variable] = value
		}
	}
}
