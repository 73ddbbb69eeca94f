package train

import (
	"fmt"
	"maps"
	"path/filepath"

	"github.com/gomlx/gomlx/core/tensors"
)

// Final reads from a run's folder the weights that Outcome.Last had at the end of the run. Key, seed and configuration
// are those of the run. A run that has not come to its end, or whose checkpoints are gone, is an error.
func Final(dir, key string, seed uint64, c Config) (*Weights, error) {
	folder := filepath.Join(dir, checkpointFolder)
	newest, _, err := (&checkpoints{dir: folder, key: key, seed: seed}).newest()
	switch {
	case err != nil:
		return nil, err
	case newest == nil:
		return nil, fmt.Errorf("there are no weights in %s; do the run again with -rerun", folder)
	case newest.state.Stopped == "":
		return nil, fmt.Errorf("the weights in %s are those of step %d, not of the end of the run; do the run again, which goes on from there",
			folder, newest.state.Step)
	case c.RestoreBest && newest.state.BestStep > 0:
		return &Weights{values: newest.best}, nil
	}
	averaged(newest.current)
	maps.DeleteFunc(newest.current, func(path string, _ *tensors.Tensor) bool { return !ofModel(path) })
	return &Weights{values: newest.current}, nil
}
