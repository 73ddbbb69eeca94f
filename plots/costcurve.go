package plots

import (
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Costs is how the time of programs grows with the size of what they work on.
type Costs struct {
	Title    string
	Size     string     // what the horizontal axis shows, such as "sequence length L"
	Time     string     // and the vertical one, such as "milliseconds"
	Families [][]Growth // each has a colour; its members differ in dash
}

// Growth is the time of one program over sizes, both positive.
type Growth struct {
	Name string
	Size []float64
	Time []float64
}

// Slope is the exponent with which time grows with size, by the least squares of a line through the logarithms; NaN with
// fewer than two points.
func (g Growth) Slope() float64 {
	if len(g.Size) < 2 {
		return math.NaN()
	}
	_, slope := stat.LinearRegression(logs(g.Size), logs(g.Time), nil, false)
	return slope
}

func logs(values []float64) []float64 {
	logs := make([]float64, len(values))
	for i, v := range values {
		logs[i] = math.Log(v)
	}
	return logs
}

// points checks the curve and gives it as points.
func (g Growth) points() (plotter.XYs, error) {
	if len(g.Size) != len(g.Time) || len(g.Size) == 0 {
		return nil, fmt.Errorf("the curve %q has %d sizes and %d times; it needs as many, and at least one", g.Name, len(g.Size), len(g.Time))
	}
	points := make(plotter.XYs, len(g.Size))
	for i, size := range g.Size {
		if !(size > 0 && g.Time[i] > 0) || math.IsInf(size, 0) || math.IsInf(g.Time[i], 0) {
			return nil, fmt.Errorf("the curve %q has the time %v at size %v; logarithmic axes need positive numbers", g.Name, g.Time[i], size)
		}
		points[i] = plotter.XY{X: size, Y: g.Time[i]}
	}
	return points, nil
}

// CostCurve draws times over sizes, both on logarithmic axes, with a mark at each measurement. The keys give the slope of
// each curve: 1 is linear growth.
func CostCurve(c Costs) (*plot.Plot, error) {
	p, header := newPlot(c.Title, c.Size, c.Time)
	for i, family := range c.Families {
		color := series[i%len(series)]
		for j, growth := range family {
			points, err := growth.points()
			if err != nil {
				return nil, err
			}
			name := growth.Name
			if slope := growth.Slope(); !math.IsNaN(slope) {
				name = fmt.Sprintf("%s: %.2f", name, slope)
			}
			header.addLine(name, line(p, points, color, dashes[j%len(dashes)]))
			p.Add(&plotter.Scatter{XYs: points, GlyphStyle: draw.GlyphStyle{Color: color, Radius: vg.Length(1.8), Shape: mark{}}})
		}
	}
	if len(header.keys) == 0 {
		return nil, fmt.Errorf("the cost curve %q has no curve", c.Title)
	}
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Scale = plot.LogScale{}
		axis.Tick.Marker = decades{}
		axis.Min, axis.Max = axis.Min/1.15, axis.Max*1.15
	}
	header.reserve(p)
	return p, nil
}

// decades marks the powers of ten, and where there are few of them also 2 and 5 times these.
type decades struct{}

// Ticks implements plot.Ticker.
func (decades) Ticks(low, high float64) []plot.Tick {
	factors := []float64{1}
	if high/low < 300 {
		factors = []float64{1, 2, 5}
	}
	var marks []plot.Tick
	for power := math.Floor(math.Log10(low)); math.Pow(10, power) <= high; power++ {
		for _, factor := range factors {
			if value := factor * math.Pow(10, power); value >= low && value <= high {
				marks = append(marks, plot.Tick{Value: value, Label: strconv.FormatFloat(value, 'f', -1, 64)})
			}
		}
	}
	return marks
}
