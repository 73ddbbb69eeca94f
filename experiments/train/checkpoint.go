package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/result"
)

const (
	checkpointFolder  = "checkpoint"
	checkpointFormat  = "mambamixer-checkpoint"
	checkpointVersion = "1"
	bestPrefix        = "best" // before the paths of the best weights
)

// checkpoints keeps the state of one run in a folder: the newest checkpoint and the one before it.
type checkpoints struct {
	dir  string
	key  string // of the experiment
	seed uint64
	last string // path of the newest good checkpoint, "" if there is none

	wrap func(io.Writer) io.Writer // for tests that break the disk
}

// CheckpointError says why a checkpoint cannot be used.
type CheckpointError struct {
	Path    string
	Problem string
	damaged bool // the content is not what was written, so the checkpoint before may do
}

// Error implements error.
func (e *CheckpointError) Error() string {
	return fmt.Sprintf("the checkpoint %s cannot be used: %s; remove its folder to start from the beginning", e.Path, e.Problem)
}

// save writes the store, the best weights and the state, and removes all but this checkpoint and the last
// good one before it. It refuses values that are not finite.
func (c *checkpoints) save(t *trainer) error {
	values := make(map[string]*tensors.Tensor)
	for v := range t.store.IterVariables() {
		value, err := v.Value()
		if err != nil {
			return err
		}
		bad, err := nonFinite(value)
		if err != nil {
			return err
		}
		if bad != 0 {
			return &NonFinite{Step: t.state.Step, What: "value", Value: bad, Variable: v.Path(), LearningRate: t.lr}
		}
		values[v.Path()] = value
	}
	if t.best != nil {
		for path, value := range t.best.values {
			values[bestPrefix+path] = value
		}
	}
	state, err := json.Marshal(t.state)
	if err != nil {
		return err
	}
	metadata := map[string]string{"format": checkpointFormat, "version": checkpointVersion, "key": c.key,
		"seed": strconv.FormatUint(c.seed, 10), "state": string(state)}
	path := filepath.Join(c.dir, fmt.Sprintf("step-%08d.safetensors", t.state.Step))
	err = result.WriteAtomic(path, func(w io.Writer) error {
		if c.wrap != nil {
			w = c.wrap(w)
		}
		return writeSafetensors(w, metadata, values)
	})
	if err != nil {
		return err
	}
	return c.prune(path)
}

// prune makes path the newest good checkpoint and removes what is older than the one before.
func (c *checkpoints) prune(path string) error {
	previous := c.last
	c.last = path
	if previous == path {
		return nil
	}
	for _, other := range c.list() {
		if other == path || other == previous {
			continue
		}
		if err := os.Remove(other); err != nil {
			return result.Explain("remove", other, err)
		}
	}
	return nil
}

// list gives the paths of the checkpoints, the newest first.
func (c *checkpoints) list() []string {
	paths, _ := filepath.Glob(filepath.Join(c.dir, "step-*.safetensors")) // its only error is a bad pattern
	slices.Sort(paths)
	slices.Reverse(paths)
	return paths
}

// sweep removes what a killed process left half-written.
func (c *checkpoints) sweep() {
	leftovers, _ := filepath.Glob(filepath.Join(c.dir, ".step-*.tmp"))
	for _, path := range leftovers {
		os.Remove(path)
	}
}

// load sets the trainer to the newest checkpoint that is whole. Found is false if there is no checkpoint.
// A warning says that the newest was damaged and the one before was taken.
func (c *checkpoints) load(t *trainer) (found bool, warning string, err error) {
	newest, damaged, err := c.newest()
	if err != nil || newest == nil {
		return false, "", err
	}
	if err := newest.restore(t); err != nil {
		return false, "", err
	}
	c.last = newest.path
	if damaged != nil {
		warning = fmt.Sprintf("the checkpoint %s is not whole (%s); going on from the one before it, step %d",
			damaged.Path, damaged.Problem, t.state.Step)
	}
	return true, warning, nil
}

// newest reads the newest checkpoint that is whole, nil if there is none at all. Damaged is the problem of a newer one.
func (c *checkpoints) newest() (newest *checkpoint, damaged *CheckpointError, err error) {
	for _, path := range c.list() {
		newest, err := c.read(path)
		var problem *CheckpointError
		if errors.As(err, &problem) && problem.damaged {
			if damaged == nil {
				damaged = problem
			}
			continue
		}
		return newest, damaged, err
	}
	if damaged != nil {
		return nil, nil, damaged
	}
	return nil, nil, nil
}

// checkpoint is what a file holds.
type checkpoint struct {
	path          string
	state         state
	current, best map[string]*tensors.Tensor // best: empty without validation
}

// foreign says that a checkpoint doesn't belong to this experiment.
func foreign(path, format string, args ...any) error {
	return &CheckpointError{Path: path, Problem: fmt.Sprintf(format, args...)}
}

// read reads one checkpoint of this experiment.
func (c *checkpoints) read(path string) (*checkpoint, error) {
	metadata, values, err := readSafetensors(path)
	if errors.Is(err, errDamaged) {
		return nil, &CheckpointError{Path: path, Problem: err.Error(), damaged: true}
	}
	if err != nil {
		return nil, err
	}
	if metadata["format"] != checkpointFormat {
		return nil, foreign(path, "it was not written by this program")
	}
	if v := metadata["version"]; v != checkpointVersion {
		return nil, foreign(path, "it has format version %s, this program reads version %s", v, checkpointVersion)
	}
	if key := metadata["key"]; key != c.key {
		return nil, foreign(path, "it belongs to another experiment (key %q, this one has %q)", key, c.key)
	}
	if seed := metadata["seed"]; seed != strconv.FormatUint(c.seed, 10) {
		return nil, foreign(path, "it belongs to seed %s, this run has seed %d", seed, c.seed)
	}
	read := &checkpoint{path: path, current: make(map[string]*tensors.Tensor), best: make(map[string]*tensors.Tensor)}
	if err := json.Unmarshal([]byte(metadata["state"]), &read.state); err != nil {
		return nil, foreign(path, "its state cannot be read: %v", err)
	}
	for name, value := range values {
		if variable, ok := strings.CutPrefix(name, bestPrefix+"/"); ok {
			read.best["/"+variable] = value
		} else {
			read.current[name] = value
		}
	}
	return read, nil
}

// restore sets the trainer to the checkpoint, or leaves it as it is.
func (c *checkpoint) restore(t *trainer) error {
	if problem := compare(c.current, t.store, func(string) bool { return true }); problem != "" {
		return foreign(c.path, "%s", problem)
	}
	if c.state.BestStep > 0 {
		if problem := compare(c.best, t.store, ofModel); problem != "" {
			return foreign(c.path, "among the best weights, %s", problem)
		}
		t.best = &Weights{values: c.best}
	}
	t.state = c.state
	return setValues(t.store, c.current)
}

// compare says how values differ from the variables of a store that pass the filter: the first variable
// that is missing, reshaped, or not the model's. It is "" if they agree.
func compare(values map[string]*tensors.Tensor, store *model.Store, filter func(path string) bool) string {
	known := make(map[string]bool)
	for v := range store.IterVariables() {
		path := v.Path()
		if !filter(path) {
			continue
		}
		known[path] = true
		value, ok := values[path]
		if !ok {
			return fmt.Sprintf("the variable %s of the model is missing in it", path)
		}
		if !value.Shape().Equal(v.Shape()) {
			return fmt.Sprintf("the variable %s has shape %s in it, but %s in the model", path, value.Shape(), v.Shape())
		}
	}
	for _, path := range slices.Sorted(maps.Keys(values)) {
		if !known[path] {
			return fmt.Sprintf("it holds the variable %s, which the model does not have", path)
		}
	}
	return ""
}
