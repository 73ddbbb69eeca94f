package plots

import (
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Heat is a table of numbers, to be shown as colours.
type Heat struct {
	Title         string
	XAxis, YAxis  string
	Unit          string // of the values, shown at the colour scale; may be empty
	Columns, Rows []string
	Values        [][]float64 // by row, then column; NaN = an empty cell
}

// Sizes of the map in points.
const (
	heatRow    = 20  // height of a row where there are few
	heatHeight = 560 // of all rows at most
	heatLabel  = 150 // length of a label at most
)

// Size is the size of the map, which grows with its rows. It is as wide as [Wide].
func (h Heat) Size() Size {
	rows := vg.Length(len(h.Rows))
	foot := vg.Length(46)
	if h.upright() {
		foot += h.columnLabel() - textSize
	}
	return Size{Width: Wide.Width, Height: h.header().height() + h.rowHeight()*rows + foot}
}

// HeatMap draws the table as cells of colour, the first row on top, with a colour scale above and, where they have the
// room, the values in the cells. An empty cell is crossed out. Save it with h.Size().
func HeatMap(h Heat) (*plot.Plot, error) {
	if err := h.validate(); err != nil {
		return nil, err
	}
	p, header := newPlot("", h.XAxis, h.YAxis)
	*header = *h.header()
	scale := h.scale()
	p.Add(&plotter.HeatMap{GridXYZ: grid(h.Values), Palette: scale, Min: scale.low, Max: scale.high}, &cellTexts{h, scale})

	p.X.LineStyle.Width, p.X.Tick.LineStyle.Width, p.X.Tick.Length = 0, 0, 0
	p.X.Padding = 4
	label := &p.X.Tick.Label
	if h.upright() {
		label.Rotation, label.XAlign, label.YAlign = math.Pi/2, draw.XRight, draw.YCenter
	}
	p.X.Tick.Marker = cellLabels(h.Columns, h.columnStep(), false)
	p.Y.Tick.Marker = cellLabels(h.Rows, int(math.Ceil(float64(12/h.rowHeight()))), true)
	header.reserve(p)
	return p, nil
}

// cellLabels marks every step-th cell of an axis.
func cellLabels(names []string, step int, down bool) plot.ConstantTicks {
	var marks plot.ConstantTicks
	for i := 0; i < len(names); i += step {
		at := i
		if down {
			at = len(names) - 1 - i
		}
		marks = append(marks, plot.Tick{Value: float64(at), Label: shorten(names[i], sans(textSize, false), heatLabel)})
	}
	return marks
}

func (h Heat) rowHeight() vg.Length {
	return min(heatRow, heatHeight/vg.Length(len(h.Rows)))
}

func (h Heat) rowLabel() vg.Length    { return longest(h.Rows) }
func (h Heat) columnLabel() vg.Length { return longest(h.Columns) }

// longest is the width of the widest of the labels.
func longest(names []string) (width vg.Length) {
	style := sans(textSize, false)
	for _, name := range names {
		width = max(width, style.Width(shorten(name, style, heatLabel)))
	}
	return width
}

func (h Heat) cellWidth() vg.Length {
	room := pageRoom - h.rowLabel() - 6
	if h.YAxis != "" {
		room -= 20
	}
	return room / vg.Length(len(h.Columns))
}

// upright says that the names of the columns are too long to stand side by side; numbers are left out instead.
func (h Heat) upright() bool {
	if h.columnLabel()+6 <= h.cellWidth() {
		return false
	}
	for _, name := range h.Columns {
		if _, err := strconv.ParseFloat(name, 64); err != nil {
			return true
		}
	}
	return false
}

// columnStep is 1 if all columns have room for their label, 2 if every other has, and so on.
func (h Heat) columnStep() int {
	need := h.columnLabel() + 6
	if h.upright() {
		need = textSize + 2
	}
	return int(math.Ceil(float64(need / h.cellWidth())))
}

// header has the colour scale.
func (h Heat) header() *header {
	indent := h.rowLabel() + 6
	if h.YAxis != "" {
		indent += 20
	}
	head := &header{title: h.Title, room: pageRoom, indent: indent}
	head.addScale(h.scale(), h.Unit)
	return head
}

// scale fits the values.
func (h Heat) scale() colorScale {
	low, high := math.Inf(1), math.Inf(-1)
	for _, row := range h.Values {
		for _, v := range row {
			if !math.IsNaN(v) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	return newColorScale(low, high)
}

func (h Heat) validate() error {
	if len(h.Rows) == 0 || len(h.Columns) == 0 || len(h.Values) != len(h.Rows) {
		return fmt.Errorf("the heat map %q has %d rows, %d columns and %d rows of values; it needs a row of values for each row, and at least one", h.Title, len(h.Rows), len(h.Columns), len(h.Values))
	}
	filled := false
	for i, row := range h.Values {
		if len(row) != len(h.Columns) {
			return fmt.Errorf("the row %q of the heat map %q has %d values for %d columns", h.Rows[i], h.Title, len(row), len(h.Columns))
		}
		for j, v := range row {
			if math.IsInf(v, 0) {
				return fmt.Errorf("the value of row %q and column %q of the heat map %q is infinite", h.Rows[i], h.Columns[j], h.Title)
			}
			filled = filled || !math.IsNaN(v)
		}
	}
	if !filled {
		return fmt.Errorf("the heat map %q has no value in any cell", h.Title)
	}
	return nil
}

// grid gives a table to gonum, whose rows grow upwards.
type grid [][]float64

func (g grid) Dims() (columns, rows int) { return len(g[0]), len(g) }
func (g grid) Z(column, row int) float64 { return g[len(g)-1-row][column] }
func (g grid) X(column int) float64      { return float64(column) }
func (g grid) Y(row int) float64         { return float64(row) }

// cellTexts writes the values into the cells, if they have the room, and crosses out the empty ones.
type cellTexts struct {
	Heat
	scale colorScale
}

// Plot implements plot.Plotter.
func (t *cellTexts) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	width, height := x(1)-x(0), y(1)-y(0)
	style := sans(textSize-1, false)
	style.XAlign, style.YAlign = draw.XCenter, draw.YCenter
	var widest vg.Length
	for _, row := range t.Values {
		for _, v := range row {
			if !math.IsNaN(v) {
				widest = max(widest, style.Width(t.scale.format(v)))
			}
		}
	}
	written := widest+4 <= width && height >= 13
	cross := draw.LineStyle{Color: faint, Width: 0.8}
	for i, row := range t.Values {
		for j, v := range row {
			at := vg.Point{X: x(float64(j)), Y: y(float64(len(t.Rows) - 1 - i))}
			switch {
			case math.IsNaN(v):
				c.StrokeLine2(cross, at.X-width/2, at.Y-height/2, at.X+width/2, at.Y+height/2)
				c.StrokeLine2(cross, at.X-width/2, at.Y+height/2, at.X+width/2, at.Y-height/2)
			case written:
				style.Color = readable(t.scale.at(v))
				c.FillText(style, vg.Point{X: at.X, Y: at.Y + 1}, t.scale.format(v))
			}
		}
	}
}

// readable is black or white, whichever can be read better on a ground.
func readable(ground color.Color) color.Color {
	if color.GrayModel.Convert(ground).(color.Gray).Y > 120 {
		return Black
	}
	return color.White
}
