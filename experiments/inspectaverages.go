package experiments

import (
	"fmt"
	"path"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/inspect"
	"mambamixer/mixer"
	"mambamixer/mixer/vim2"
)

// load gives the variables of a store the values that the run ended with.
func (r *finishedRun) load(store *model.Store) error {
	trained, err := r.weights.NewStore()
	if err != nil {
		return err
	}
	defer trained.Finalize()
	for v := range store.IterVariables() {
		value := trained.GetVariable(v.Path())
		if value == nil {
			continue // the state of the random numbers
		}
		copied, err := value.MustValue().Clone()
		if err != nil {
			return err
		}
		if err := v.SetValue(copied); err != nil {
			return err
		}
	}
	return nil
}

// averagePaths lists the variables of the averages of ViM2, stage by stage in the order in which the model takes them, each
// with the name of its average; not all of them are there.
func averagePaths(c vim2.Config) (list []inspect.Weight, paths []string) {
	for _, average := range c.Averages() {
		stage, of := path.Split(average)
		for _, name := range mixer.Weights() {
			list = append(list, inspect.Weight{Average: average, Name: string(name)})
			paths = append(paths, "/vim2/"+stage+"averaging/"+of+"/"+string(name))
		}
	}
	return list, paths
}

// averagesOf copies those that a store has, by path.
func averagesOf(c vim2.Config, store *model.Store) map[string][]float32 {
	values := map[string][]float32{}
	_, paths := averagePaths(c)
	for _, at := range paths {
		if v := store.GetVariable(at); v != nil {
			values[at] = tensors.MustCopyFlatData[float32](v.MustValue())
		}
	}
	return values
}

// stageAverages gives the weights of the run's averages beside their initial values.
func (r *finishedRun) stageAverages(initial map[string][]float32) (list []inspect.Weight, err error) {
	weights, paths := averagePaths(*r.vision)
	for at, weight := range weights {
		before := initial[paths[at]]
		if before == nil {
			continue
		}
		learned, err := r.weights.Values(paths[at])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.dir, err)
		}
		weight.Seed = r.record.Seed
		for i, value := range learned {
			weight.Index, weight.Initial, weight.Learned = i, float64(before[i]), float64(value)
			list = append(list, weight)
		}
	}
	return list, nil
}
