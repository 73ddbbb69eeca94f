package plots

import (
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Bars are differences from a reference, which is at zero, with their intervals.
type Bars struct {
	Title  string
	Axis   string // what the horizontal axis shows, such as "change of the test MSE (%), above 0 is worse"
	Test   string // what filled points pass, such as "told apart"; empty = their interval excludes zero
	Groups []BarGroup
}

// BarGroup is a section of rows under a heading; an empty name is no heading.
type BarGroup struct {
	Name string
	Bars []Bar
}

// Bar is one row: a difference and the interval that holds it, Low <= Mean <= High. Low and High are both NaN where there
// is no interval. N is the number of measurements, shown if it isn't 0.
type Bar struct {
	Label           string
	Mean, Low, High float64
	N               int
	Passes          bool // the test of the chart, if it has one
}

// Sizes of the chart in points.
const (
	barRow    = 17  // height of a row
	barLabels = 210 // width of the labels at most
	barCounts = 34  // width of the column of counts
	barFoot   = 48  // height of the axis and the margins of the page
)

// Size is the size of the chart, which grows with its rows. It is as wide as [Wide].
func (b Bars) Size() Size {
	return Size{Width: Wide.Width, Height: b.header().height() + barRow*vg.Length(b.rows()) + barFoot}
}

// rows counts the bars and the headings.
func (b Bars) rows() (n int) {
	for _, g := range b.Groups {
		n += len(g.Bars)
		if g.Name != "" {
			n++
		}
	}
	return n
}

// AblationBars draws each bar as a point on its interval, one below the other, with the reference as a line at zero.
// Points that pass the chart's test, or else whose interval excludes zero, are filled. Save it with b.Size().
func AblationBars(b Bars) (*plot.Plot, error) {
	if err := b.validate(); err != nil {
		return nil, err
	}
	p, header := newPlot("", b.Axis, "")
	*header = *b.header()
	header.indent = leftOf(p.Y, header.indent)
	grid := plotter.NewGrid()
	grid.Vertical, grid.Horizontal.Width = draw.LineStyle{Color: faint, Width: 0.7}, 0
	chart := &barChart{indent: header.indent}
	p.Add(grid, chart)

	label := sans(textSize, false)
	var labels []plot.Tick
	y := 0.0
	for _, group := range b.Groups {
		if group.Name != "" {
			chart.headings = append(chart.headings, heading{group.Name, y})
			y--
		}
		for _, bar := range group.Bars {
			labels = append(labels, plot.Tick{Value: y, Label: shorten(bar.Label, label, barLabels)})
			chart.bars = append(chart.bars, placedBar{bar, b.kind(bar), y})
			for _, x := range []float64{bar.Mean, bar.Low, bar.High} {
				if !math.IsNaN(x) {
					p.X.Min, p.X.Max = min(p.X.Min, x), max(p.X.Max, x)
				}
			}
			y--
		}
	}
	p.X.Min, p.X.Max = min(p.X.Min, 0), max(p.X.Max, 0)
	spread(&p.X, 0.05)
	p.Y.Min, p.Y.Max = y+0.4, 0.6
	p.Y.Tick.Marker = plot.ConstantTicks(labels)
	header.reserve(p)
	return p, nil
}

// header explains the marks that occur.
func (b Bars) header() *header {
	label := sans(textSize, false)
	h := &header{title: b.Title, room: pageRoom}
	var seen [3]bool
	for _, group := range b.Groups {
		for _, bar := range group.Bars {
			h.indent = max(h.indent, label.Width(shorten(bar.Label, label, barLabels)))
			seen[b.kind(bar)] = true
		}
	}
	names := [...]string{passes: "the interval excludes 0", fails: "the interval includes 0", pointOnly: "no interval"}
	if b.Test != "" {
		names[passes], names[fails] = b.Test, "not "+b.Test
	}
	for kind, name := range names {
		if seen[kind] {
			h.addGlyph(name, barKind(kind).glyph())
		}
	}
	return h
}

// barKind says what is known of a bar.
type barKind int

const (
	passes barKind = iota
	fails
	pointOnly
)

func (b Bars) kind(bar Bar) barKind {
	passed := bar.Low > 0 || bar.High < 0
	if b.Test != "" {
		passed = bar.Passes
	}
	switch {
	case math.IsNaN(bar.Low):
		return pointOnly
	case passed:
		return passes
	}
	return fails
}

func (k barKind) glyph() draw.GlyphStyle {
	return [...]draw.GlyphStyle{
		passes:    {Color: Blue, Radius: 3.4, Shape: mark{}},
		fails:     {Color: quiet, Radius: 3.4, Shape: mark{hollow: true}},
		pointOnly: {Color: quiet, Radius: 2.8, Shape: mark{corners: 4, turned: true, hollow: true}},
	}[k]
}

// barChart draws headings, intervals, points and counts.
type barChart struct {
	bars     []placedBar
	headings []heading
	indent   vg.Length
}

type placedBar struct {
	Bar
	kind barKind
	y    float64
}

type heading struct {
	name string
	y    float64
}

// Plot implements plot.Plotter.
func (b *barChart) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	c.StrokeLine2(draw.LineStyle{Color: ink, Width: 1}, x(0), c.Min.Y, x(0), c.Max.Y)
	style := sans(textSize, true)
	style.YAlign = draw.YCenter
	for _, h := range b.headings {
		c.FillText(style, vg.Point{X: c.Min.X - b.indent, Y: y(h.y) + 1.8}, h.name)
	}
	style = sans(textSize, false)
	style.YAlign, style.XAlign, style.Color = draw.YCenter, draw.XRight, quiet
	for _, bar := range b.bars {
		glyph := bar.kind.glyph()
		if !math.IsNaN(bar.Low) {
			c.StrokeLine2(draw.LineStyle{Color: glyph.Color, Width: lineWidth}, x(bar.Low), y(bar.y), x(bar.High), y(bar.y))
		}
		c.DrawGlyph(glyph, vg.Point{X: x(bar.Mean), Y: y(bar.y)})
		if bar.N > 0 {
			c.FillText(style, vg.Point{X: c.Max.X + barCounts, Y: y(bar.y) + 1.8}, "n = "+strconv.Itoa(bar.N))
		}
	}
}

// GlyphBoxes implements plot.GlyphBoxer: room for the counts.
func (b *barChart) GlyphBoxes(*plot.Plot) []plot.GlyphBox {
	return []plot.GlyphBox{{X: 1, Y: 0.5, Rectangle: vg.Rectangle{Max: vg.Point{X: barCounts, Y: 1}}}}
}

func (b Bars) validate() error {
	if b.rows() == 0 {
		return fmt.Errorf("the chart %q has no bar", b.Title)
	}
	for _, group := range b.Groups {
		for _, bar := range group.Bars {
			without := math.IsNaN(bar.Low) && math.IsNaN(bar.High)
			if err := plotter.CheckFloats(bar.Mean); err != nil || !without && !(bar.Low <= bar.Mean && bar.Mean <= bar.High) ||
				math.IsInf(bar.Low, 0) || math.IsInf(bar.High, 0) {
				return fmt.Errorf("the bar %q has the mean %v and the interval %v to %v; the mean must be finite and inside a finite interval", bar.Label, bar.Mean, bar.Low, bar.High)
			}
		}
	}
	return nil
}
