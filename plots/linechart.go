package plots

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// Lines are quantities over a common axis.
type Lines struct {
	Title string
	X, Y  string // what the axes show
	Marks bool   // marks where a quantity is known, for lines of few places
	Of    []Line
}

// Line is one quantity: Y[i] at X[i], with X rising.
type Line struct {
	Name string // empty = no key
	X, Y []float64
}

// LineChart draws quantities for which the package has no figure of their own.
func LineChart(l Lines) (*plot.Plot, error) {
	if len(l.Of) == 0 {
		return nil, fmt.Errorf("the figure %q has no line", l.Title)
	}
	p, header := newPlot(l.Title, l.X, l.Y)
	for i, quantity := range l.Of {
		points, err := quantity.points()
		if err != nil {
			return nil, err
		}
		colour, dash := look(i)
		style := line(p, points, series[colour], dashes[dash])
		glyph := draw.GlyphStyle{Color: series[colour], Radius: 2.8, Shape: marks[i%len(marks)]}
		if l.Marks {
			p.Add(&plotter.Scatter{XYs: points, GlyphStyle: glyph})
		}
		switch {
		case quantity.Name == "":
		case l.Marks:
			header.addMarkedLine(quantity.Name, style, glyph)
		default:
			header.addLine(quantity.Name, style)
		}
	}
	spread(&p.Y, 0.06)
	header.reserve(p)
	return p, nil
}

// look gives the colour and the dash of line i: what takes a colour again takes another dash.
func look(i int) (colour, dash int) {
	return i % len(series), (i + i/len(series)) % len(dashes)
}

// points checks the line and gives its points.
func (l Line) points() (plotter.XYs, error) {
	if len(l.X) != len(l.Y) || len(l.X) == 0 {
		return nil, fmt.Errorf("the line %q has %d places, but %d values", l.Name, len(l.X), len(l.Y))
	}
	points := make(plotter.XYs, len(l.X))
	for i, x := range l.X {
		if err := plotter.CheckFloats(x, l.Y[i]); err != nil {
			return nil, fmt.Errorf("the line %q cannot be drawn at place %d: %w", l.Name, i, err)
		}
		points[i] = plotter.XY{X: x, Y: l.Y[i]}
	}
	return points, nil
}
