package plots

import (
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// Bands is the course of the same training with several seeds.
type Bands struct {
	Title  string
	Unit   string // what the vertical axis shows, such as "MSE on standardised data"
	Curves []Band // such as training loss and validation error
}

// Band is one quantity over optimiser steps, once for each seed. Seeds may end at different steps; the names of the series
// are not shown.
type Band struct {
	Name  string
	Seeds []Series
}

// SeedBands draws each quantity as the mean over seeds, in a band from the least to the greatest, over the steps that all
// seeds have, with each seed as a faint line behind it.
func SeedBands(b Bands) (*plot.Plot, error) {
	if len(b.Curves) == 0 {
		return nil, fmt.Errorf("the figure %q has no curve", b.Title)
	}
	p, header := newPlot(b.Title, "optimiser step", b.Unit)
	colors := []color.Color{Blue, Vermillion, BluishGreen, ReddishPurple, Orange, SkyBlue}
	banded := false
	for i, curve := range b.Curves {
		seeds, err := curve.seeds()
		if err != nil {
			return nil, err
		}
		mean, band := between(seeds)
		c := colors[i%len(colors)]
		_, dash := look(i)
		if len(seeds) > 1 {
			banded = true
			p.Add(&plotter.Polygon{XYs: []plotter.XYs{band}, Color: translucent(c, 0.18)})
			for _, seed := range seeds {
				p.Add(&plotter.Line{XYs: seed, LineStyle: draw.LineStyle{Color: translucent(c, 0.4), Width: 0.6}})
			}
		}
		name := curve.Name + ", 1 seed"
		if len(seeds) > 1 {
			name = fmt.Sprintf("%s, mean of %d seeds", curve.Name, len(seeds))
		}
		header.addLine(name, line(p, mean, c, dashes[dash]))
	}
	if banded {
		header.addArea("least to greatest", translucent(quiet, 0.3))
	}
	p.X.Min = 0
	spread(&p.Y, 0.06)
	header.reserve(p)
	return p, nil
}

// seeds checks the band and gives the points of each seed.
func (b Band) seeds() ([]plotter.XYs, error) {
	var seeds []plotter.XYs
	for _, seed := range b.Seeds {
		points, err := seed.points()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.Name, err)
		}
		seeds = append(seeds, points)
	}
	if mean, _ := between(seeds); len(mean) == 0 {
		return nil, fmt.Errorf("the %d seeds of %q have no step in common", len(b.Seeds), b.Name)
	}
	return seeds, nil
}

// between gives the mean at the steps that all seeds have, and the outline of the area between least and greatest.
func between(seeds []plotter.XYs) (mean, outline plotter.XYs) {
	values := map[float64][]float64{}
	for _, seed := range seeds {
		for _, point := range seed {
			values[point.X] = append(values[point.X], point.Y)
		}
	}
	if len(seeds) == 0 {
		return nil, nil
	}
	var top plotter.XYs
	for _, point := range seeds[0] {
		if y := values[point.X]; len(y) == len(seeds) {
			mean = append(mean, plotter.XY{X: point.X, Y: stat.Mean(y, nil)})
			outline = append(outline, plotter.XY{X: point.X, Y: slices.Min(y)})
			top = append(top, plotter.XY{X: point.X, Y: slices.Max(y)})
		}
	}
	slices.Reverse(top)
	return mean, append(outline, top...)
}
