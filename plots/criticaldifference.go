package plots

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// AverageRanks is how models rank against each other, and by how much the ranks of two must differ.
type AverageRanks struct {
	Title      string
	Names      []string
	Ranks      []float64 // average rank of each, 1 = best
	Difference float64   // the critical difference
	Cells      int       // number of comparisons that the ranks are averages of
}

// Sizes of the diagram in points.
const (
	rankScale   = 48  // height above the axis: critical difference, name of the axis, numbers
	rankBar     = 7   // between two bars
	rankRow     = 16  // between two names
	rankNames   = 150 // width of a name at most
	captionRoom = 340 // width of what stands beside the critical difference
)

// Size is the size of the diagram, which grows with the number of models. It is as wide as [Wide].
func (r AverageRanks) Size() Size {
	d := newRankDiagram(r)
	rows := vg.Length((len(r.Ranks) + 1) / 2)
	return Size{Width: Wide.Width, Height: d.header.height() + rankScale + d.below() + rankRow*rows + 12}
}

// CriticalDifference draws the diagram of Demšar, "Statistical Comparisons of Classifiers over Multiple Data Sets" (2006):
// the models stand on an axis of average ranks, the best at the left, and a bar joins those that differ by less than the
// critical difference. Save it with r.Size().
func CriticalDifference(r AverageRanks) (*plot.Plot, error) {
	if err := r.validate(); err != nil {
		return nil, err
	}
	d := newRankDiagram(r)
	p, header := newPlot("", "", "", d)
	*header = *d.header
	p.HideAxes()
	header.reserve(p)
	return p, nil
}

func (r AverageRanks) validate() error {
	if len(r.Names) != len(r.Ranks) || len(r.Names) < 2 {
		return fmt.Errorf("a critical-difference diagram needs as many ranks as names, and at least two; %q has %d names and %d ranks", r.Title, len(r.Names), len(r.Ranks))
	}
	if !(r.Difference > 0) || math.IsInf(r.Difference, 0) {
		return fmt.Errorf("the critical difference of %q is %v; it must be positive", r.Title, r.Difference)
	}
	if r.Cells < 1 {
		return fmt.Errorf("the ranks of %q are averages of %d comparisons; at least one is needed", r.Title, r.Cells)
	}
	for i, rank := range r.Ranks {
		if !(rank >= 1 && rank <= float64(len(r.Ranks))) {
			return fmt.Errorf("the average rank of %q is %v; among %d models it is between 1 and %d", r.Names[i], rank, len(r.Ranks), len(r.Ranks))
		}
	}
	return nil
}

// rankDiagram draws all but the title.
type rankDiagram struct {
	AverageRanks
	header *header
	models []rankedModel // the best first
	joined [][2]int      // first and last of the models that a bar joins
}

type rankedModel struct {
	name string
	rank float64
}

func newRankDiagram(r AverageRanks) *rankDiagram {
	d := &rankDiagram{AverageRanks: r, header: &header{title: r.Title, room: pageRoom}}
	for i, rank := range r.Ranks {
		d.models = append(d.models, rankedModel{r.Names[i], rank})
	}
	slices.SortStableFunc(d.models, func(a, b rankedModel) int { return cmp.Compare(a.rank, b.rank) })
	end := -1
	for i, first := range d.models {
		last := i
		for last+1 < len(d.models) && d.models[last+1].rank-first.rank < r.Difference {
			last++
		}
		if last > i && last > end {
			d.joined = append(d.joined, [2]int{i, last})
			end = last
		}
	}
	return d
}

// below is the distance from the axis to the first name.
func (d *rankDiagram) below() vg.Length { return 20 + rankBar*vg.Length(len(d.joined)) }

// DataRange implements plot.DataRanger.
func (d *rankDiagram) DataRange() (left, right, low, high float64) {
	return 1, float64(len(d.Ranks)), 0, 1
}

// Plot implements plot.Plotter.
func (d *rankDiagram) Plot(c draw.Canvas, _ *plot.Plot) {
	small := sans(textSize, false)
	var names vg.Length
	for _, m := range d.models {
		names = max(names, min(rankNames, small.Width(m.label())))
	}
	left, right, axis := c.Min.X+names+14, c.Max.X-names-14, c.Max.Y-rankScale
	x := func(rank float64) vg.Length {
		return left + (right-left)*vg.Length((rank-1)/float64(len(d.models)-1))
	}
	d.drawScale(c, x, axis)

	thin := draw.LineStyle{Color: quiet, Width: 0.8}
	half := (len(d.models) + 1) / 2
	for i, m := range d.models {
		row, edge, align := i, left-6, text.XAlignment(draw.XRight)
		if i >= half {
			row, edge, align = len(d.models)-1-i, right+6, draw.XLeft
		}
		y := axis - d.below() - rankRow*vg.Length(row)
		c.StrokeLines(thin, []vg.Point{{X: x(m.rank), Y: axis}, {X: x(m.rank), Y: y}, {X: edge, Y: y}})
		style := small
		style.XAlign, style.YAlign = align, draw.YCenter
		gap := vg.Length(4)
		if align == draw.XRight {
			gap = -gap
		}
		c.FillText(style, vg.Point{X: edge + gap, Y: y + 1.2}, shorten(m.label(), style, rankNames))
	}
	thick := draw.LineStyle{Color: Vermillion, Width: 3}
	for i, pair := range d.joined {
		y := axis - 9 - rankBar*vg.Length(i)
		c.StrokeLine2(thick, x(d.models[pair[0]].rank)-3, y, x(d.models[pair[1]].rank)+3, y)
	}
}

func (m rankedModel) label() string { return fmt.Sprintf("%s  %.2f", m.name, m.rank) }

// drawScale draws the critical difference, the name of the axis and the axis.
func (d *rankDiagram) drawScale(c draw.Canvas, x func(float64) vg.Length, axis vg.Length) {
	line := draw.LineStyle{Color: ink, Width: 1}
	style := sans(textSize, false)
	style.YAlign = draw.YCenter
	y := c.Max.Y - 8
	end, room := c.Min.X+x(1+d.Difference)-x(1), c.Max.X-captionRoom
	if end <= room {
		c.StrokeLine2(line, end, y-3, end, y+3)
	}
	end = min(end, room) // an open end is longer than there is room
	c.StrokeLine2(line, c.Min.X, y, end, y)
	c.StrokeLine2(line, c.Min.X, y-3, c.Min.X, y+3)
	c.FillText(style, vg.Point{X: end + 6, Y: y + 1.2}, fmt.Sprintf("critical difference %.2f of average ranks (1 = best), n = %d", d.Difference, d.Cells))

	c.StrokeLine2(line, x(1), axis, x(float64(len(d.models))), axis)
	style.XAlign, style.YAlign = draw.XCenter, draw.YBottom
	for rank := 1; rank <= len(d.models); rank++ {
		at := x(float64(rank))
		c.StrokeLine2(line, at, axis, at, axis+4)
		c.FillText(style, vg.Point{X: at, Y: axis + 5}, strconv.Itoa(rank))
	}
}
