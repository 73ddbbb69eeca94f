package experiments

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/support/exceptions"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments/inspect"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
	"mambamixer/mixer"
	"mambamixer/mixer/tsm2"
	"mambamixer/mixer/vim2"
)

// Inspect looks into the final weights of finished runs of TSM2 or ViM2: the folders of one spec, with different seeds. The step
// sizes are those of the lowest seed for the test window that the run's forecast figure shows; ViM2's are for a generated
// picture, and its receptive fields means over test pictures. Data is looked for in dataDirs.
func Inspect(b compute.Backend, folders, dataDirs []string) (*inspect.Inspection, error) {
	runs, err := openRuns(folders)
	if err != nil {
		return nil, err
	}
	first := runs[0]
	if first.vision != nil {
		return inspectPictures(b, runs, dataDirs)
	}
	data, err := first.data(dataDirs)
	if err != nil {
		return nil, err
	}
	start := middle(data)
	found := &inspect.Inspection{Spec: first.spec.Name, Key: first.record.Key, Tier: first.record.Tier,
		Data: first.record.Data.Name, WindowRow: start}
	initial, err := first.config.initialWeights(b, data)
	if err != nil {
		return nil, err
	}
	for _, run := range runs {
		found.Seeds = append(found.Seeds, run.record.Seed)
		weights, err := run.averages(initial)
		if err != nil {
			return nil, err
		}
		found.Weights = append(found.Weights, weights...)
		steps, err := run.training("mse")
		if err != nil {
			return nil, err
		}
		found.Training = append(found.Training, steps...)
	}
	if found.Selectivity, err = first.selectivity(b, data, start); err != nil {
		return nil, err
	}
	if len(found.Weights) == 0 && len(found.Selectivity) == 0 {
		return nil, fmt.Errorf("%s, %s, has neither weights of averages nor a selective time mixer: there is nothing to look into", first.dir, first.spec.Kind)
	}
	return found, nil
}

// finishedRun is a run of TSM2 or ViM2 with its weights.
type finishedRun struct {
	dir     string
	record  *result.Record
	spec    Spec
	config  tsm2Model    // of TSM2
	vision  *vim2.Config // of ViM2, else nil
	weights *train.Weights
}

// data loads what the run was made with.
func (r *finishedRun) data(dirs []string) (*ltsf.Prepared, error) {
	set, err := LoadSet(r.spec.Data.Set, dirs)
	if err != nil {
		return nil, err
	}
	if describe(set).SHA256 != r.record.Data.SHA256 {
		return nil, fmt.Errorf("%s was made with other data than the %s on this machine: do the run again", r.dir, set.Name)
	}
	return prepare(r.spec, set)
}

// openRuns opens the folders of one spec, sorted by seed.
func openRuns(folders []string) ([]*finishedRun, error) {
	if len(folders) == 0 {
		return nil, errors.New("there is no run folder to look into")
	}
	var runs []*finishedRun
	for _, dir := range folders {
		run, err := openRun(dir)
		if err != nil {
			return nil, err
		}
		for _, other := range runs {
			if other.record.Key != run.record.Key {
				return nil, fmt.Errorf("%s is a run of %s with key %s, but %s one of %s with key %s; look into runs of one spec and tier at a time",
					other.dir, other.record.Spec, other.record.Key, dir, run.record.Spec, run.record.Key)
			}
			if other.record.Seed == run.record.Seed {
				return nil, fmt.Errorf("%s and %s both have seed %d; name a run once", other.dir, dir, run.record.Seed)
			}
		}
		runs = append(runs, run)
	}
	slices.SortFunc(runs, func(a, b *finishedRun) int { return cmp.Compare(a.record.Seed, b.record.Seed) })
	return runs, nil
}

func openRun(dir string) (*finishedRun, error) {
	record, err := result.Read(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s has no %s: it isn't the folder of a finished run, such as runs/tsm2/ETTh1/96/<key>/seed-0", dir, result.ResultFile)
	case err != nil:
		return nil, err
	case record.Status != result.Done:
		return nil, fmt.Errorf("the run in %s is %s: finish it first", dir, record.Status)
	}
	listed, err := Find(record.Spec)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	run := &finishedRun{dir: dir, record: record}
	var saved struct {
		Model any           `json:"model"`
		Data  Data          `json:"data"`
		Train *train.Config `json:"train"`
	}
	switch listed.Model.(type) {
	case tsm2Model:
		saved.Model = &run.config
	case vim2.Config:
		run.vision = new(vim2.Config)
		saved.Model = run.vision
	default:
		return nil, fmt.Errorf("%s is a run of %s: only TSM2, ViM2 and their variants can be looked into", dir, record.Model)
	}
	path := filepath.Join(dir, result.SpecFile)
	if err := result.ReadJSON(path, &saved); err != nil {
		return nil, err
	}
	run.spec = Spec{Name: record.Spec, Kind: record.Model, Model: run.config, Data: saved.Data, Train: saved.Train}
	if run.vision != nil {
		run.spec.Model = *run.vision
	}
	key, err := result.Key(run.spec, record.Tier, record.Data.SHA256)
	if err != nil {
		return nil, err
	}
	if key != record.Key || saved.Train == nil {
		return nil, fmt.Errorf("%s is not what this version of the program would have run: its key is %s, not %s; do the run again", path, key, record.Key)
	}
	run.weights, err = train.Final(dir, record.Key, record.Seed, *saved.Train)
	return run, err
}

// averaging is the scope of the averages' weights.
const averaging = "/tsm2/averaging/"

// initialWeights builds the model with new variables and gives the weights of its averages, by path, such as
// "layer0/alpha". They don't depend on the seed.
func (m tsm2Model) initialWeights(b compute.Backend, data *ltsf.Prepared) (map[string][]float32, error) {
	store := model.NewStore()
	defer store.Finalize()
	initial := map[string][]float32{}
	err := exceptions.TryCatch[error](func() {
		g := NewGraph(b, "initial weights")
		x := Parameter(g, "x", shapes.Make(dtypes.Float32, 1, data.History, data.M))
		for path := range tsm2.Forecast(store.RootScope(), m.Config, x, data.Horizon).Weights {
			initial[path] = tensors.MustCopyFlatData[float32](store.GetVariable(averaging + path).MustValue())
		}
	})
	return initial, err
}

// averages gives the weights of the run's averages, in the order in which the model takes them.
func (r *finishedRun) averages(initial map[string][]float32) (list []inspect.Weight, err error) {
	averages := []string{}
	for i := range r.config.Layers {
		averages = append(averages, fmt.Sprintf("layer%d", i))
	}
	for _, average := range append(averages, "output") {
		for _, name := range mixer.Weights() {
			path := average + "/" + string(name)
			if initial[path] == nil {
				continue
			}
			learned, err := r.weights.Values(averaging + path)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", r.dir, err)
			}
			if len(learned) != len(initial[path]) {
				return nil, fmt.Errorf("%s: there are %d weights %s, but the model has %d", r.dir, len(learned), path, len(initial[path]))
			}
			for i, value := range learned {
				list = append(list, inspect.Weight{Seed: r.record.Seed, Average: average, Name: string(name), Index: i,
					Initial: float64(initial[path][i]), Learned: float64(value)})
			}
		}
	}
	return list, nil
}

// training is the run's log, with one of the metrics of its evaluations.
func (r *finishedRun) training(metric string) ([]inspect.Step, error) {
	entries, err := train.ReadLog(r.dir)
	if err != nil {
		return nil, err
	}
	var steps []inspect.Step
	for _, entry := range entries {
		step := inspect.Step{Seed: r.record.Seed, Step: entry.Step, Loss: entry.Loss, Validation: math.NaN()}
		if value, evaluated := entry.Val[metric]; evaluated {
			step.Validation = value
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// selectivity is the window that starts at a row, and the step sizes of each layer's time mixer for it; nothing if that
// mixer is not selective.
func (r *finishedRun) selectivity(b compute.Backend, data *ltsf.Prepared, start int) ([]inspect.Cell, error) {
	if r.config.TokenMixer != mixer.Selective || r.config.Layers == 0 {
		return nil, nil
	}
	layers, err := evaluate(b, r.weights, data, start, func(scope *model.Scope, x *Node) *Node {
		return Stack(tsm2.StepSizes(scope, r.config.Config, x, data.Horizon), 0) // [layers, 1, P, M]
	})
	if err != nil {
		return nil, err
	}
	var cells []inspect.Cell
	add := func(quantity string, values []float32) {
		for variate, name := range data.Columns {
			for i := range len(values) / data.M {
				cells = append(cells, inspect.Cell{Quantity: quantity, Variate: strings.ToValidUTF8(name, "?"), Index: i, Value: float64(values[i*data.M+variate])})
			}
		}
	}
	add(inspect.Window, data.Series[start*data.M:(start+data.History)*data.M])
	size := len(layers) / r.config.Layers
	for i := range r.config.Layers {
		add(fmt.Sprintf("layer%d", i), layers[i*size:(i+1)*size])
	}
	return cells, nil
}
