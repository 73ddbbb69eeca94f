package experiments

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
)

// Trained is a model after its training, with what it takes to forecast: the weights, and the scale of its data. [OpenTrained]
// takes it out of a run's folder, Save keeps it as one file, and [LoadTrained] reads that.
type Trained struct {
	Spec    Spec
	Columns []string // names of the variates, length M

	about   about
	weights *train.Weights // nil for a model that isn't trained
}

// about is what a file has beside the weights, as JSON.
type about struct {
	Spec    string    `json:"spec"` // in the registry
	Set     []string  `json:"set"`  // what was changed of it
	Tier    Tier      `json:"tier"`
	Data    string    `json:"data_sha256"`
	Key     string    `json:"key"` // of the run
	Columns []string  `json:"columns"`
	Mean    []float64 `json:"mean"` // of the training rows
	Std     []float64 `json:"std"`
}

// aboutName is the name of about in a file's metadata.
const aboutName = "mambamixer"

// OpenTrained takes the model out of the folder of a finished run. Its data, looked for in dirs, gives the scale.
func OpenTrained(dir string, dirs []string) (*Trained, error) {
	record, err := result.Read(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s has no %s: it isn't the folder of a finished run", dir, result.ResultFile)
	case err != nil:
		return nil, err
	case record.Status != result.Done:
		return nil, fmt.Errorf("the run in %s is %s: finish it first", dir, record.Status)
	}
	m := &Trained{about: about{Spec: record.Spec, Set: record.Set, Tier: Tier(record.Tier), Data: record.Data.SHA256, Key: record.Key}}
	if err := m.resolve(); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	set, err := LoadSet(m.Spec.Data.Set, dirs)
	if err != nil {
		return nil, err
	}
	if describe(set).SHA256 != m.about.Data {
		return nil, fmt.Errorf("%s was made with other data than the %s on this machine: do the run again", dir, set.Name)
	}
	data, err := prepare(m.Spec, set)
	if err != nil {
		return nil, err
	}
	m.about.Columns, m.about.Mean, m.about.Std = data.Columns, data.Mean, data.Std
	m.Columns = data.Columns
	if m.Spec.Train != nil {
		m.weights, err = train.Final(dir, record.Key, record.Seed, *m.Spec.Train)
	}
	return m, err
}

// Save keeps the model in a file in the safetensors format, which is replaced atomically.
func (m *Trained) Save(path string) error {
	text, err := json.Marshal(m.about)
	if err != nil {
		return err
	}
	weights := m.weights
	if weights == nil {
		weights = new(train.Weights)
	}
	return weights.Save(path, map[string]string{aboutName: string(text)})
}

// LoadTrained reads what Save wrote. It needs no data.
func LoadTrained(path string) (*Trained, error) {
	weights, metadata, err := train.ReadWeights(path)
	if err != nil {
		return nil, err
	}
	m := &Trained{weights: weights}
	if err := json.Unmarshal([]byte(metadata[aboutName]), &m.about); err != nil {
		return nil, fmt.Errorf("%s holds tensors, but no model that this project has saved", path)
	}
	if err := m.resolve(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m.Columns = m.about.Columns
	return m, nil
}

// resolve finds the spec, and makes sure that it is still what it was.
func (m *Trained) resolve() error {
	listed, err := Find(m.about.Spec)
	if err != nil {
		return err
	}
	spec, _, err := listed.SetAll(m.about.Set)
	if err != nil {
		return err
	}
	key, err := spec.Key(m.about.Tier, m.about.Data)
	if err != nil {
		return err
	}
	if key != m.about.Key {
		return fmt.Errorf("the spec %s has changed since the model was trained (key %s, now %s); train it again", m.about.Spec, m.about.Key, key)
	}
	if m.Spec, err = spec.At(m.about.Tier); err == nil {
		_, err = m.Spec.forecaster()
	}
	return err
}

// Forecast predicts the horizon that follows a history [L, M], row-major and in the unit of the data, as [H, M]. The history
// may be longer than the model's, which sees its end.
func (m *Trained) Forecast(b compute.Backend, history []float64) ([]float64, error) {
	variates := len(m.about.Mean)
	length := m.Spec.Data.History * variates
	if len(history)%variates != 0 || len(history) < length {
		return nil, fmt.Errorf("a history of %d values was given; %s needs %d time steps or more of %d variates, row by row",
			len(history), m.Spec.Name, m.Spec.Data.History, variates)
	}
	seen := make([]float32, length)
	for i, value := range history[len(history)-length:] {
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return nil, fmt.Errorf("the history holds the value %v at time step %d of %s; fill it before", value, i/variates, m.Columns[i%variates])
		}
		seen[i] = float32((value - m.about.Mean[i%variates]) / m.about.Std[i%variates])
	}
	forecaster, err := m.Spec.forecaster()
	if err != nil {
		return nil, err
	}
	guess, err := apply(b, m.weights, seen, variates, func(scope *model.Scope, x *Node) *Node {
		return forecaster.Forecast(scope, x, m.Spec.Data.Horizon)
	})
	if err != nil {
		return nil, err
	}
	forecast := make([]float64, len(guess))
	for i, z := range guess {
		forecast[i] = float64(z)*m.about.Std[i%variates] + m.about.Mean[i%variates]
	}
	return forecast, nil
}
