package plots

import (
	"image/color"
	"math"
	"strings"

	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// The colours of Okabe and Ito, "Color Universal Design" (2008).
var (
	Black         = color.RGBA{R: 0x00, G: 0x00, B: 0x00, A: 0xff}
	Orange        = color.RGBA{R: 0xe6, G: 0x9f, B: 0x00, A: 0xff}
	SkyBlue       = color.RGBA{R: 0x56, G: 0xb4, B: 0xe9, A: 0xff}
	BluishGreen   = color.RGBA{R: 0x00, G: 0x9e, B: 0x73, A: 0xff}
	Yellow        = color.RGBA{R: 0xf0, G: 0xe4, B: 0x42, A: 0xff}
	Blue          = color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff}
	Vermillion    = color.RGBA{R: 0xd5, G: 0x5e, B: 0x00, A: 0xff}
	ReddishPurple = color.RGBA{R: 0xcc, G: 0x79, B: 0xa7, A: 0xff}
)

// Shades of grey for what is not data.
var (
	ink   = color.Gray{Y: 0x33} // text
	quiet = color.Gray{Y: 0x77} // axes, marks, what came before
	faint = color.Gray{Y: 0xe4} // rules
)

// series is the order in which the curves of a figure take their colours.
var series = []color.Color{Vermillion, Blue, BluishGreen, ReddishPurple, Orange, SkyBlue}

// dashes is the order in which they take their dashes; the first is solid.
var dashes = [][]vg.Length{nil, {6, 3}, {2, 2}, {8, 3, 2, 3}, {12, 4}, {1, 3}}

// Sizes in points.
const (
	titleSize  = 13
	textSize   = 10.5
	lineWidth  = 1.6
	titleRow   = 17 // height of the title above the data
	keyRow     = 18 // height of the keys above the data
	swatchSize = 20 // width of the sample of a line in a key

	pageRoom = 484           // width of a figure without its margins
	keyRoom  = pageRoom - 44 // and without the labels of the vertical axis
)

// sans gives the face of all text.
func sans(size vg.Length, bold bool) text.Style {
	face := font.Font{Typeface: "Liberation", Variant: "Sans"}
	if bold {
		face.Weight = stdfont.WeightBold
	}
	return text.Style{Color: ink, Font: font.From(face, size), Handler: plot.DefaultTextHandler}
}

// newPlot gives an empty plot in the theme, with what lies below everything. An empty title takes no room.
func newPlot(title, x, y string, below ...plot.Plotter) (*plot.Plot, *header) {
	p := plot.New()
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.LineStyle = draw.LineStyle{Color: quiet, Width: 0.7}
		axis.Tick.LineStyle = axis.LineStyle
		axis.Tick.Length = 4
		axis.Tick.Marker = ticks{}
		axis.Padding = 0
		axis.Label.Padding = 6
		for _, style := range []*text.Style{&axis.Tick.Label, &axis.Label.TextStyle} {
			style.Color, style.Font = ink, sans(textSize, false).Font
		}
	}
	p.X.Label.Text, p.Y.Label.Text = x, y
	p.Y.LineStyle.Width = 0
	p.Y.Tick.LineStyle.Width = 0
	p.Y.Tick.Length = 0
	p.Y.Padding = 6

	grid := plotter.NewGrid()
	grid.Vertical.Width = 0
	grid.Horizontal = draw.LineStyle{Color: faint, Width: 0.7}
	h := &header{title: title, room: keyRoom}
	p.Add(append(below, grid, h)...)
	return p, h
}

// leftOf is the room that an axis takes to the left of the data for labels of this width and, if it has one, its name.
func leftOf(axis plot.Axis, labels vg.Length) vg.Length {
	room := labels + axis.Tick.Label.Width(" ") + axis.Padding
	if name := axis.Label; name.Text != "" {
		room += name.TextStyle.Rectangle(name.Text).Size().Y + name.Padding
	}
	return room
}

// line adds a curve in a colour and a dash.
func line(p *plot.Plot, points plotter.XYs, c color.Color, dash []vg.Length) draw.LineStyle {
	style := draw.LineStyle{Color: c, Width: lineWidth, Dashes: dash}
	p.Add(&plotter.Line{XYs: points, LineStyle: style})
	return style
}

// spread widens the range of the axis by a share of its length on both sides.
func spread(axis *plot.Axis, share float64) {
	margin := (axis.Max - axis.Min) * share
	if margin == 0 {
		margin = max(math.Abs(axis.Max)*share, share)
	}
	axis.Min, axis.Max = axis.Min-margin, axis.Max+margin
}

// wrap breaks a string between words into lines that fit into the room, as far as the words do.
func wrap(s string, style text.Style, room vg.Length) (lines []string) {
	for word := range strings.FieldsSeq(s) {
		last := len(lines) - 1
		if last >= 0 && style.Width(lines[last]+" "+word) <= room {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

// shorten cuts a string that is wider than the room it has, and marks the cut by three points.
func shorten(s string, style text.Style, room vg.Length) string {
	if style.Width(s) <= room {
		return s
	}
	letters := []rune(s)
	for len(letters) > 0 && style.Width(string(letters)+"...") > room {
		letters = letters[:len(letters)-1]
	}
	return string(letters) + "..."
}

// translucent gives a colour that lets through what lies below it.
func translucent(c color.Color, opacity float64) color.Color {
	opaque := color.NRGBAModel.Convert(c).(color.NRGBA)
	opaque.A = uint8(math.Round(opacity * math.MaxUint8))
	return opaque
}
