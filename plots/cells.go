package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// cells draws the cells of a table and, if they have the room, writes their values into them. It differs from gonum's own
// heat map in that no seams show between the cells.
type cells struct {
	Heat
	scale colorScale
}

// overlap is how far an area goes on below its right and lower neighbours, so that no seam shows.
const overlap = 0.6

// DataRange implements plot.DataRanger: the cells are of length 1, with their middle at their index from the left and
// from below.
func (t *cells) DataRange() (left, right, low, high float64) {
	return -0.5, float64(len(t.Columns)) - 0.5, -0.5, float64(len(t.Rows)) - 0.5
}

// Plot implements plot.Plotter.
func (t *cells) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for i, row := range t.Values {
		middle := float64(len(t.Rows) - 1 - i)
		top, bottom := y(middle+0.5), max(y(middle-0.5)-overlap, c.Min.Y)
		for from := 0; from < len(row); {
			fill, to := t.fill(row[from]), from+1
			for to < len(row) && t.fill(row[to]) == fill {
				to++ // neighbours of one colour are one area, which keeps large SVGs small
			}
			fillBox(c, fill, x(float64(from)-0.5), bottom, min(x(float64(to)-0.5)+overlap, c.Max.X), top)
			from = to
		}
	}
	style := sans(textSize-1, false)
	style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
	if y(1)-y(0) < 13 || x(1)-x(0) < t.widestText()+4 {
		return
	}
	for i, row := range t.Values {
		for j, v := range row {
			if !math.IsNaN(v) {
				style.Color = readable(t.scale.at(v))
				c.FillText(style, vg.Point{X: x(float64(j)), Y: y(float64(len(t.Rows)-1-i)) + 1}, t.scale.format(v))
			}
		}
	}
}

// fill is the colour of a value.
func (t *cells) fill(v float64) color.Color {
	if math.IsNaN(v) {
		return color.White
	}
	return t.scale.at(v)
}

func (t *cells) widestText() vg.Length {
	var texts []string
	for _, row := range t.Values {
		for _, v := range row {
			texts = append(texts, t.scale.format(v))
		}
	}
	return widest(texts)
}

// readable is black or white, whichever can be read better on a ground.
func readable(ground color.Color) color.Color {
	if color.GrayModel.Convert(ground).(color.Gray).Y > 120 {
		return Black
	}
	return color.White
}
