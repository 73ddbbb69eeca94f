package inspect

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"slices"

	"mambamixer/experiments/result"
)

// Inspection is what runs of one spec have learned.
type Inspection struct {
	Spec      string   `json:"spec"`
	Key       string   `json:"key"`
	Tier      string   `json:"tier"`
	Data      string   `json:"data"`               // name of the set
	Seeds     []uint64 `json:"seeds"`              // of the runs; the step sizes are those of the first
	WindowRow int      `json:"window_row"`         // row of the series at which the window begins
	Size      int      `json:"size,omitempty"`     // side of the pictures in pixels; 0 = a series
	Pictures  int      `json:"pictures,omitempty"` // over which the receptive fields are means

	Weights     []Weight `json:"-"` // by average, weight, index and seed
	Selectivity []Cell   `json:"-"` // by quantity, variate and index
	Training    []Step   `json:"-"` // by seed and step
	Maps        []Map    `json:"-"` // of a model of pictures
}

// Weight is one weight of an average.
type Weight struct {
	Seed             uint64
	Average          string // "layer0", ..., "output"; of ViM2 "stage1/token0", ..., "stage1/output", ...
	Name             string // "alpha", "beta", "theta" or "gamma"
	Index            int    // of what it scales; 0 = the stack's input
	Initial, Learned float64
}

// Cell is the value of a quantity for one variate at one time step or patch.
type Cell struct {
	Quantity string // Window, or "layer0", ...
	Variate  string
	Index    int
	Value    float64
}

// Window is the quantity that is the series itself.
const Window = "window"

// Step is a line of a run's log.
type Step struct {
	Seed       uint64
	Step       int
	Loss       float64
	Validation float64 // NaN where nothing was evaluated
}

// The files of an inspection.
const (
	metaFile        = "inspection.json"
	weightsFile     = "weights.csv"
	selectivityFile = "selectivity.csv"
	windowFile      = "window.csv"
	trainingFile    = "training.csv"
)

// Write stores the inspection in a folder, replacing what another one left there.
func (i *Inspection) Write(dir string) error {
	if err := weights.write(filepath.Join(dir, weightsFile), i.Weights); err != nil {
		return err
	}
	if err := selectivity.write(filepath.Join(dir, selectivityFile), i.WithoutWindow().Selectivity); err != nil {
		return err
	}
	if err := selectivity.write(filepath.Join(dir, windowFile), i.window()); err != nil {
		return err
	}
	if err := training.write(filepath.Join(dir, trainingFile), i.Training); err != nil {
		return err
	}
	if err := i.writeMaps(dir); err != nil {
		return err
	}
	return result.WriteJSON(filepath.Join(dir, metaFile), i)
}

// WithoutWindow leaves out the series itself, which a data set's licence may forbid to pass on.
func (i *Inspection) WithoutWindow() *Inspection {
	rest := *i
	rest.Selectivity = slices.DeleteFunc(slices.Clone(i.Selectivity), func(c Cell) bool { return c.Quantity == Window })
	return &rest
}

// window is the series itself.
func (i *Inspection) window() []Cell {
	return slices.DeleteFunc(slices.Clone(i.Selectivity), func(c Cell) bool { return c.Quantity != Window })
}

// Read loads what Write stored; the window may be missing. An error names the file and the line.
func Read(dir string) (*Inspection, error) {
	i := new(Inspection)
	err := result.ReadJSON(filepath.Join(dir, metaFile), i)
	if err != nil {
		return nil, err
	}
	if i.Spec == "" || len(i.Seeds) == 0 {
		return nil, fmt.Errorf("%s names no spec or no seed", filepath.Join(dir, metaFile))
	}
	if i.Weights, err = weights.read(filepath.Join(dir, weightsFile)); err != nil {
		return nil, err
	}
	window, err := selectivity.read(filepath.Join(dir, windowFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	own, err := selectivity.read(filepath.Join(dir, selectivityFile))
	if err != nil {
		return nil, err
	}
	i.Selectivity = append(window, own...)
	if i.Maps, err = readMaps(dir); err != nil {
		return nil, err
	}
	i.Training, err = training.read(filepath.Join(dir, trainingFile))
	return i, err
}

// The tables.
var (
	weights = table[Weight]{
		{"seed", func(w *Weight) any { return &w.Seed }},
		{"average", func(w *Weight) any { return &w.Average }},
		{"weight", func(w *Weight) any { return &w.Name }},
		{"index", func(w *Weight) any { return &w.Index }},
		{"initial", func(w *Weight) any { return &w.Initial }},
		{"learned", func(w *Weight) any { return &w.Learned }},
	}
	selectivity = table[Cell]{
		{"quantity", func(c *Cell) any { return &c.Quantity }},
		{"variate", func(c *Cell) any { return &c.Variate }},
		{"index", func(c *Cell) any { return &c.Index }},
		{"value", func(c *Cell) any { return &c.Value }},
	}
	training = table[Step]{
		{"seed", func(s *Step) any { return &s.Seed }},
		{"step", func(s *Step) any { return &s.Step }},
		{"loss", func(s *Step) any { return &s.Loss }},
		{"validation", func(s *Step) any { return &s.Validation }},
	}
)

// Evaluated says whether the step has a validation error.
func (s Step) Evaluated() bool { return !math.IsNaN(s.Validation) }
