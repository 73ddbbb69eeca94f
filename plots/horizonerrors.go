package plots

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// Horizons is the test error of models over the number of steps that they forecast.
type Horizons struct {
	Title    string
	Measure  string // what the vertical axis shows, such as "MSE on standardised data"
	Horizons []int  // in steps, rising
	Models   []HorizonModel
}

// HorizonModel is the error of one model. Mean and Std have a value for each horizon, NaN where there is none; Std may be
// nil.
type HorizonModel struct {
	Name   string
	Mean   []float64
	Std    []float64 // over seeds
	Quoted bool      // published by others, not measured here
}

// HorizonErrors draws the error of each model at each horizon, the standard deviation over seeds as a bar. The horizons
// stand on a logarithmic axis. A horizon without a value interrupts the line. Quoted models are dashed, with hollow
// marks; one that has the name of a measured model has its colour, too.
func HorizonErrors(h Horizons) (*plot.Plot, error) {
	if err := h.validate(); err != nil {
		return nil, err
	}
	p, header := newPlot(h.Title, "horizon (steps)", h.Measure)
	low, high := math.Log(float64(h.Horizons[0])), math.Log(float64(h.Horizons[len(h.Horizons)-1]))
	if low == high {
		low, high = low-1, high+1
	}
	looks := map[string]int{}
	for i, m := range h.Models {
		look, known := looks[m.Name]
		if !known {
			look = len(looks)
			looks[m.Name] = look
		}
		// Bars of different models stand side by side.
		shift := (high - low) * 0.04 * ((float64(i)+0.5)/float64(len(h.Models)) - 0.5)
		m.add(p, header, look, h.Horizons, shift)
	}
	var steps []plot.Tick
	for _, horizon := range h.Horizons {
		steps = append(steps, plot.Tick{Value: math.Log(float64(horizon)), Label: strconv.Itoa(horizon)})
	}
	p.X.Tick.Marker = plot.ConstantTicks(steps)
	p.X.Min, p.X.Max = low, high
	spread(&p.X, 0.06)
	spread(&p.Y, 0.06)
	header.reserve(p)
	return p, nil
}

// add draws one model.
func (m HorizonModel) add(p *plot.Plot, header *header, look int, horizons []int, shift float64) {
	color, shape := series[look%len(series)], marks[(look+look/len(series))%len(marks)]
	style := draw.LineStyle{Color: color, Width: lineWidth, Dashes: dashes[2*(look/len(series))%len(dashes)]}
	name := m.Name
	if m.Quoted {
		style.Dashes, shape.hollow, name = dashes[1], true, name+", published"
	}
	glyph := draw.GlyphStyle{Color: color, Radius: 2.8, Shape: shape}

	var all, piece, spreadAt plotter.XYs
	var spreads plotter.YErrors
	for i, horizon := range horizons {
		if math.IsNaN(m.Mean[i]) {
			piece = nil
			continue
		}
		point := plotter.XY{X: math.Log(float64(horizon)) + shift, Y: m.Mean[i]}
		if len(piece) > 0 {
			p.Add(&plotter.Line{XYs: plotter.XYs{piece[len(piece)-1], point}, LineStyle: style})
		}
		all, piece = append(all, point), append(piece, point)
		if m.Std != nil && m.Std[i] > 0 {
			spreadAt = append(spreadAt, point)
			spreads = append(spreads, struct{ Low, High float64 }{m.Std[i], m.Std[i]})
		}
	}
	if len(spreads) > 0 {
		p.Add(&plotter.YErrorBars{XYs: spreadAt, YErrors: spreads, LineStyle: draw.LineStyle{Color: color, Width: 1}, CapWidth: 5})
	}
	p.Add(&plotter.Scatter{XYs: all, GlyphStyle: glyph})
	header.addMarkedLine(name, style, glyph)
}

func (h Horizons) validate() error {
	if len(h.Horizons) == 0 || len(h.Models) == 0 {
		return fmt.Errorf("a figure of errors over horizons needs a horizon and a model; %q has %d and %d", h.Title, len(h.Horizons), len(h.Models))
	}
	for i, horizon := range h.Horizons {
		if horizon < 1 || i > 0 && horizon <= h.Horizons[i-1] {
			return fmt.Errorf("the horizons of %q are %v; they must be positive and rise", h.Title, h.Horizons)
		}
	}
	for _, m := range h.Models {
		if len(m.Mean) != len(h.Horizons) || m.Std != nil && len(m.Std) != len(h.Horizons) {
			return fmt.Errorf("the model %q has %d means and %d standard deviations for %d horizons", m.Name, len(m.Mean), len(m.Std), len(h.Horizons))
		}
		if !slices.ContainsFunc(m.Mean, func(mean float64) bool { return !math.IsNaN(mean) }) {
			return fmt.Errorf("the model %q has no error at any horizon; leave it out", m.Name)
		}
		for i, horizon := range h.Horizons {
			std := 0.0
			if m.Std != nil {
				std = m.Std[i]
			}
			if math.IsInf(m.Mean[i], 0) || math.IsInf(std, 0) || std < 0 {
				return fmt.Errorf("the model %q cannot be drawn at horizon %d: it has the error %v and the standard deviation %v", m.Name, horizon, m.Mean[i], std)
			}
		}
	}
	return nil
}
