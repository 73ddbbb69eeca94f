package plots

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// Training is the course of a training run.
type Training struct {
	Title string
	Loss  Series // training loss
	Val   Series // validation error, in the same unit; may be empty
	Best  int    // index in Val of the weights that were kept as the best, -1 = none
	Unit  string // what the vertical axis shows, such as "MSE (standardised units)"
}

// Series is a quantity over optimiser steps.
type Series struct {
	Name  string
	Steps []int
	Y     []float64
}

// points checks the series and gives it as points.
func (s Series) points() (plotter.XYs, error) {
	if len(s.Steps) != len(s.Y) {
		return nil, fmt.Errorf("the series %q has %d steps, but %d values", s.Name, len(s.Steps), len(s.Y))
	}
	points := make(plotter.XYs, len(s.Y))
	for i, step := range s.Steps {
		if err := plotter.CheckFloats(s.Y[i]); err != nil {
			return nil, fmt.Errorf("the series %q cannot be drawn at step %d: %w", s.Name, step, err)
		}
		points[i] = plotter.XY{X: float64(step), Y: s.Y[i]}
	}
	return points, nil
}

// TrainingCurve draws the training loss and the validation error over optimiser steps. A ring marks the
// validation error of the best weights, and a key gives its step and value.
func TrainingCurve(t Training) (*plot.Plot, error) {
	loss, err := t.Loss.points()
	if err != nil {
		return nil, err
	}
	val, err := t.Val.points()
	if err != nil {
		return nil, err
	}
	if len(loss) == 0 {
		return nil, errors.New("a training curve needs at least one step")
	}
	p, header := newPlot(t.Title, "optimiser step", t.Unit)
	header.addLine(t.Loss.Name, line(p, loss, Blue, nil))
	if len(val) > 0 {
		header.addLine(t.Val.Name, line(p, val, Vermillion, dashes[1]))
	}
	if t.Best >= 0 && t.Best < len(val) {
		best := val[t.Best]
		ring := draw.GlyphStyle{Color: Vermillion, Radius: 4, Shape: mark{hollow: true}}
		p.Add(&plotter.Scatter{XYs: plotter.XYs{best}, GlyphStyle: ring})
		header.addGlyph(fmt.Sprintf("best: %.4g at step %d", best.Y, t.Val.Steps[t.Best]), ring)
	}
	p.X.Min = 0
	spread(&p.Y, 0.06)
	header.reserve(p)
	return p, nil
}
