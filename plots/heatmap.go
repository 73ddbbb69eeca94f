package plots

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
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
	Limits        [2]float64  // values that the colour scale must hold besides, to share it with another map; two zeros = none
	Ends          [2]float64  // where the colour scale ends, whatever lies beyond, which has the colour of its end; two zeros = at the last value
}

// Sizes of the map in points.
const (
	heatRow    = 20  // height of a row where there are few
	heatHeight = 560 // of all rows at most
	heatLabel  = 200 // length of a label at most
	heatGap    = 4   // between the colour scale and the cells
)

// HeatMap draws the table as cells of colour, the first row on top, with a colour scale above and, where they have the
// room, the values in the cells. An empty cell is white. Save it with h.Size().
func HeatMap(h Heat) (*plot.Plot, error) {
	if err := h.validate(); err != nil {
		return nil, err
	}
	layout := h.layout()
	p := layout.plot
	p.Add(&cells{h, h.scale()})
	p.X.Tick.Marker = cellLabels(layout.columns, layout.columnStep, false)
	p.Y.Tick.Marker = cellLabels(layout.rows, layout.rowStep, true)
	layout.header.reserve(p)
	p.Title.Padding += heatGap
	return p, nil
}

// Size is the size of the map, which grows with its rows. It is as wide as [Wide].
func (h Heat) Size() Size { return h.layout().size }

// heatLayout says where the parts of a map go.
type heatLayout struct {
	plot                *plot.Plot
	header              *header
	rows, columns       []string // as they are written
	rowStep, columnStep int      // 1 = all are written, 2 = every other
	size                Size
}

func (h Heat) layout() heatLayout {
	p, header := newPlot(h.Title, h.XAxis, h.YAxis)
	l := heatLayout{plot: p, header: header}
	style := sans(textSize, false)
	for _, name := range h.Rows {
		l.rows = append(l.rows, shorten(name, style, heatLabel))
	}
	header.indent, header.room = leftOf(p.Y, widest(l.rows)), pageRoom
	header.addScale(h.scale(), h.Unit)

	p.X.LineStyle.Width, p.X.Tick.LineStyle.Width, p.X.Tick.Length, p.X.Padding = 0, 0, 0, 4
	foot := vg.Length(46)
	cell := (pageRoom - header.indent) / vg.Length(len(h.Columns))
	var lines int
	l.columns, lines = wrapAll(h.Columns, cell-6)
	foot += style.FontExtents().Height * vg.Length(lines-1)
	need := widest(l.columns) + 6
	if need > cell && !numeric(h.Columns) { // upright; of numbers some are left out instead
		p.X.Tick.Label.Rotation, p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = math.Pi/2, draw.XRight, draw.YCenter
		for i, name := range h.Columns {
			l.columns[i] = shorten(name, style, heatLabel)
		}
		foot, need = 46-textSize+widest(l.columns), textSize+2
	}
	row := min(heatRow, heatHeight/vg.Length(len(h.Rows)))
	l.rowStep, l.columnStep = int(math.Ceil(float64((textSize+2)/row))), int(math.Ceil(float64(need/cell)))
	if numeric(h.Columns) {
		l.columnStep = max(1, int(niceStep(float64(need/cell))))
	}
	l.size = Size{Width: Wide.Width, Height: header.height() + heatGap + row*vg.Length(len(h.Rows)) + foot}
	return l
}

// wrapAll breaks names into lines and gives the most lines that one has.
func wrapAll(names []string, room vg.Length) (wrapped []string, most int) {
	for _, name := range names {
		lines := wrap(name, sans(textSize, false), room)
		wrapped, most = append(wrapped, strings.Join(lines, "\n")), max(most, len(lines))
	}
	return wrapped, most
}

// widest is the width of the widest label.
func widest(labels []string) (width vg.Length) {
	style := sans(textSize, false)
	for _, label := range labels {
		width = max(width, style.Rectangle(label).Size().X)
	}
	return width
}

// numeric says whether all are numbers.
func numeric(names []string) bool {
	for _, name := range names {
		if _, err := strconv.ParseFloat(name, 64); err != nil {
			return false
		}
	}
	return true
}

// cellLabels marks every step-th cell of an axis, from its start or down from its end.
func cellLabels(labels []string, step int, down bool) (marks plot.ConstantTicks) {
	for i := 0; i < len(labels); i += step {
		at := i
		if down {
			at = len(labels) - 1 - i
		}
		marks = append(marks, plot.Tick{Value: float64(at), Label: labels[i]})
	}
	return marks
}

// scale fits the values and the limits, but for its ends.
func (h Heat) scale() colorScale {
	if h.Ends != [2]float64{} {
		return newColorScale(h.Ends[0], h.Ends[1])
	}
	low, high := math.Inf(1), math.Inf(-1)
	if h.Limits != [2]float64{} {
		low, high = h.Limits[0], h.Limits[1]
	}
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
	if !(h.Limits[0] <= h.Limits[1]) || math.IsInf(h.Limits[0], 0) || math.IsInf(h.Limits[1], 0) {
		return fmt.Errorf("the heat map %q has the limits %v and %v; they must be finite and rise", h.Title, h.Limits[0], h.Limits[1])
	}
	if h.Ends != [2]float64{} && (!(h.Ends[0] < h.Ends[1]) || math.IsInf(h.Ends[0], 0) || math.IsInf(h.Ends[1], 0)) {
		return fmt.Errorf("the colour scale of the heat map %q ends at %v and %v; they must be finite and rise", h.Title, h.Ends[0], h.Ends[1])
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
