package experiments

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/paper"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
)

// Spec is one experiment as a value: what is trained, on what, and how. It serialises to JSON; the hash of the resolved
// spec and of the data names the folder of its runs.
type Spec struct {
	Name  string        `json:"name"`            // "tsm2/ETTh1/96"
	Kind  string        `json:"kind"`            // the model's name in tables: "TSM2"
	Note  string        `json:"-"`               // one line for the listing
	Model Model         `json:"model"`           // structure; its fields are set by path: model.layers
	Data  Data          `json:"data"`            //
	Train *train.Config `json:"train,omitempty"` // nil: nothing to train
	Begin string        `json:"begin,omitempty"` // SHA-256 of the weights that the training begins with; "" = at random. See RunOptions.Begin
	Full  int           `json:"-"`               // how many times the steps, and the warm-up, of the cpu tier the paper tier takes; 0 = 4 times the steps
}

// Data names a data set and the task on it: a series to be forecast, or, where one of these is set, sales to be forecast, pictures
// to be told apart, scenes whose pixels are to be told apart, or objects to be found.
type Data struct {
	Set     string `json:"set"`               // name of a set, or path of a CSV file or of a folder of pictures of one's own
	History int    `json:"history,omitempty"` // time steps that the model sees
	Horizon int    `json:"horizon,omitempty"` // time steps that it predicts
	// Fold is 0 for the published split; above 0 the run is part of a cross-validation that leaves the test rows alone,
	// and is tested on the rows that the fold holds out. See ltsf.Split.Fold.
	Fold int `json:"fold,omitempty"`

	Sales    *Sales    `json:"sales,omitempty"`
	Pictures *Pictures `json:"pictures,omitempty"`
	Scenes   *Scenes   `json:"scenes,omitempty"`
	Objects  *Objects  `json:"objects,omitempty"`
}

// Model is a [Forecaster], a classifier of pictures, a [vision.Model], one of pixels, a [vision.Segmenter], or a
// [maskrcnn.Detector], as the task wants.
type Model any

// Forecaster is a forecasting model: a configuration that checks itself against a task and builds its graph.
type Forecaster interface {
	// Validate reports a configuration that doesn't fit the task.
	Validate(history, horizon, variates int) error
	// Forecast builds x [B, history, M] -> [B, horizon, M].
	Forecast(scope *model.Scope, x *Node, horizon int) *Node
}

// Tier is how much an experiment may cost.
type Tier string

const (
	Smoke Tier = "smoke" // seconds: does it run?
	CPU   Tier = "cpu"   // minutes on 2 cores: the numbers of this project
	Paper Tier = "paper" // a GPU: the budget of the paper
)

// Tiers lists all, cheapest first.
var Tiers = []Tier{Smoke, CPU, Paper}

// Check reports a tier that isn't one.
func (t Tier) Check() error {
	if slices.Contains(Tiers, t) {
		return nil
	}
	return fmt.Errorf("unknown tier %q; use smoke, cpu or paper", t)
}

// smokeSteps and paperFactor size the other tiers from the cpu tier, which is what specs are written for.
const (
	smokeSteps  = 20
	paperFactor = 4
)

// At returns a copy of the spec with the training budget of a tier.
func (s Spec) At(tier Tier) (Spec, error) {
	s = s.clone()
	switch tier {
	case CPU:
	case Smoke:
		if s.Train != nil {
			s.Train.Steps = min(s.Train.Steps, smokeSteps)
			s.Train.WarmupSteps = min(s.Train.WarmupSteps, smokeSteps/4)
			s.Train.EvalEvery, s.Train.CheckpointEvery, s.Train.LogEvery = smokeSteps/2, smokeSteps/2, 1
			s.Train.EvalStride = max(s.Train.EvalStride, 16)
		}
		if s.Data.Pictures != nil {
			s.Data.Pictures.shrink(s.Data.Set, s.Train)
		}
		if s.Data.Scenes != nil {
			shrinkScenes(&s.Data.Scenes.Limit, s.Train)
		}
		if s.Data.Objects != nil {
			shrinkScenes(&s.Data.Objects.Limit, s.Train)
		}
	case Paper:
		if s.Train != nil {
			factor := cmp.Or(s.Full, paperFactor)
			s.Train.Steps *= factor
			s.Train.EvalEvery *= factor
			s.Train.WarmupSteps *= max(s.Full, 1)
			s.Train.EvalStride = 1
		}
	default:
		return s, tier.Check()
	}
	return s, nil
}

// Key names the folder of the spec's runs at a tier, on data of a checksum: see result.Key.
func (s Spec) Key(tier Tier, sha256 string) (string, error) {
	resolved, err := s.At(tier)
	if err != nil {
		return "", err
	}
	return result.Key(resolved, tier, sha256)
}

// Content is what decides the spec's numbers, as text: all but its names.
func (s Spec) Content() string {
	s.Name, s.Kind = "", ""
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a spec is made of numbers and strings
	}
	return string(text)
}

// sameContent says whether two specs run the same thing, whatever they are called.
func sameContent(a, b Spec) bool { return a.Content() == b.Content() }

// clone copies what At and Set change.
func (s Spec) clone() Spec {
	if s.Data.Pictures != nil {
		copied := *s.Data.Pictures
		copied.TestSizes = slices.Clone(copied.TestSizes)
		s.Data.Pictures = &copied
	}
	if s.Data.Scenes != nil {
		copied := *s.Data.Scenes
		s.Data.Scenes = &copied
	}
	if s.Data.Objects != nil {
		copied := *s.Data.Objects
		s.Data.Objects = &copied
	}
	if s.Data.Sales != nil {
		copied := *s.Data.Sales
		s.Data.Sales = &copied
	}
	if s.Train != nil {
		copied := *s.Train
		copied.Groups = append([]train.Group(nil), s.Train.Groups...)
		s.Train = &copied
	}
	return s
}

// Published returns the number from the literature for this model, set and horizon, none for a fold: it has other test rows.
func (s Spec) Published() (paper.Value, bool) {
	if s.Data.Fold != 0 {
		return paper.Value{}, false
	}
	return paper.Lookup(s.Kind, s.Data.Set, s.Data.Horizon)
}

// forecaster is the spec's model on a series.
func (s Spec) forecaster() (Forecaster, error) {
	if m, ok := s.Model.(Forecaster); ok {
		return m, nil
	}
	return nil, fmt.Errorf("the model %s doesn't forecast series", s.Kind)
}

// validate checks the spec against the number of variates of its series; one on pictures or scenes is checked without it.
func (s Spec) validate(variates int) error {
	switch {
	case s.Data.Pictures != nil:
		return s.validatePictures()
	case s.Data.Scenes != nil:
		return s.validateScenes()
	case s.Data.Objects != nil:
		return s.validateObjects()
	}
	m, err := s.forecaster()
	if err == nil {
		err = m.Validate(s.Data.History, s.Data.Horizon, variates)
	}
	if err != nil {
		return err
	}
	if s.Train != nil {
		return s.Train.Validate()
	}
	return nil
}
