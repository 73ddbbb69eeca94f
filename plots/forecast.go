package plots

import (
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// MaxPanels is the number of variates that one forecast figure shows at most.
const MaxPanels = 4

// Window is one window of a series: what was seen, what came, and what was forecast.
type Window struct {
	Title    string
	TimeUnit string  // unit of the horizontal axis, such as "hours"
	TimeStep float64 // length of one time step in that unit
	Variates []Variate
}

// Variate is one variable of a window.
type Variate struct {
	Name      string // with its unit, as the vertical axis names it: "OT (standardised)"
	History   []float64
	Truth     []float64 // of the horizon
	Forecasts []Forecast
}

// Forecast is what one model expects for the horizon.
type Forecast struct {
	Model string
	Y     []float64
}

// Forecasts draws up to four variates of a window, one panel each, to be saved one below the other.
// Time runs from the last observation, which is at 0; the ground of the horizon is tinted. The curves of
// the horizon start at the last observation. The error is the shaded area between a forecast and the truth, and the keys
// give its mean, the MAE.
func Forecasts(w Window) ([]*plot.Plot, error) {
	if n := len(w.Variates); n < 1 || n > MaxPanels {
		return nil, fmt.Errorf("a forecast figure shows 1 to %d variates, not %d", MaxPanels, n)
	}
	if !(w.TimeStep > 0) {
		return nil, fmt.Errorf("the time step of a forecast figure is %v; it must be positive", w.TimeStep)
	}
	var panels []*plot.Plot
	for i, v := range w.Variates {
		if err := v.validate(); err != nil {
			return nil, err
		}
		panels = append(panels, w.panel(v, i == 0, i == len(w.Variates)-1))
	}
	return panels, nil
}

func (v Variate) validate() error {
	if len(v.History) == 0 || len(v.Truth) == 0 {
		return fmt.Errorf("the variate %q needs a history and a truth; it has %d and %d time steps", v.Name, len(v.History), len(v.Truth))
	}
	if len(v.Forecasts) > len(series) {
		return fmt.Errorf("the variate %q has %d forecasts; a figure can tell %d apart", v.Name, len(v.Forecasts), len(series))
	}
	curves := [][]float64{v.History, v.Truth}
	for _, f := range v.Forecasts {
		if len(f.Y) != len(v.Truth) {
			return fmt.Errorf("the forecast of %s for %q has %d time steps, but the truth has %d", f.Model, v.Name, len(f.Y), len(v.Truth))
		}
		curves = append(curves, f.Y)
	}
	for _, curve := range curves {
		if err := plotter.CheckFloats(curve...); err != nil {
			return fmt.Errorf("the variate %q cannot be drawn: %w", v.Name, err)
		}
	}
	return nil
}

// periods are the lengths of time whose multiples mark an axis in this unit.
var periods = map[string]float64{"minutes": 60, "hours": 24, "days": 7}

// panel draws one variate. The top panel has the title and explains all lines, the bottom one names the time.
func (w Window) panel(v Variate, top, bottom bool) *plot.Plot {
	title, x, step := "", "", w.TimeStep
	if top {
		title = w.Title
	}
	if bottom {
		x = fmt.Sprintf("time after the last observation (%s)", w.TimeUnit)
	}
	p, header := newPlot(title, x, v.Name, tint{from: 0, to: step * float64(len(v.Truth))})
	p.X.Tick.Marker = ticks{period: periods[w.TimeUnit], blank: !bottom}

	// The curves of the horizon begin at the last observation.
	last := v.History[len(v.History)-1:]
	horizon := func(y []float64) plotter.XYs { return overTime(append(last[:1:1], y...), 0, step) }

	truth := horizon(v.Truth)
	for i, f := range v.Forecasts {
		outline := horizon(f.Y)
		slices.Reverse(outline)
		p.Add(&plotter.Polygon{XYs: []plotter.XYs{append(outline, truth...)}, Color: translucent(series[i], 0.2)})
	}
	past := line(p, overTime(v.History, 1-len(v.History), step), quiet, nil)
	came := line(p, truth, Black, nil)
	if top {
		header.addLine("history", past)
		header.addLine("truth", came)
	}
	for i, f := range v.Forecasts {
		name := fmt.Sprintf("%s: MAE %.3g", f.Model, meanError(f.Y, v.Truth))
		header.addLine(name, line(p, horizon(f.Y), series[i], dashes[i]))
	}
	p.X.Min, p.X.Max = step*float64(1-len(v.History)), step*float64(len(v.Truth))
	spread(&p.Y, 0.06)
	header.reserve(p)
	return p
}

// meanError is the mean absolute difference.
func meanError(forecast, truth []float64) float64 {
	return floats.Distance(forecast, truth, 1) / float64(len(truth))
}

// overTime gives values at first, first+1, ... time steps.
func overTime(y []float64, first int, step float64) plotter.XYs {
	points := make(plotter.XYs, len(y))
	for i, value := range y {
		points[i] = plotter.XY{X: step * float64(first+i), Y: value}
	}
	return points
}

// tint fills the ground between two times and marks the first by a line.
type tint struct{ from, to float64 }

var (
	ground = color.RGBA{R: 0xf0, G: 0xf4, B: 0xf9, A: 0xff}
	edge   = draw.LineStyle{Color: quiet, Width: 0.8, Dashes: []vg.Length{3, 3}}
)

// Plot implements plot.Plotter.
func (t tint) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	left := x(t.from)
	fillBox(c, ground, left, c.Min.Y, x(t.to), c.Max.Y)
	c.StrokeLine2(edge, left, c.Min.Y, left, c.Max.Y)
}
