package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"mambamixer/mixer/structure"
)

// Sizes of text in a diagram, in points.
const (
	nameSize = 9
	noteSize = 7.5
)

// fills are the grounds of boxes; what they hold is also written into them.
var fills = map[structure.Kind]color.Color{
	structure.Linear:     pale(SkyBlue, 0.35),
	structure.Conv:       pale(Orange, 0.35),
	structure.Scan:       pale(Vermillion, 0.45),
	structure.Activation: pale(BluishGreen, 0.25),
	structure.Norm:       pale(Black, 0.10),
	structure.Dropout:    pale(Black, 0.05),
	structure.Token:      pale(Blue, 0.14),
	structure.Channel:    pale(ReddishPurple, 0.22),
}

// pale is a colour mixed into white, opaque.
func pale(c color.RGBA, share float64) color.Color {
	part := func(v uint8) uint8 { return uint8(math.Round(255 - share*float64(255-v))) }
	return color.RGBA{R: part(c.R), G: part(c.G), B: part(c.B), A: 255}
}

// weights are the four sets of averaging weights, as they are marked.
var weights = []struct {
	name, letter, says string
	color              color.Color
	mark               mark
}{
	{"alpha", "α", "token → token", Blue, marks[0]},
	{"beta", "β", "channel → token", Vermillion, marks[1]},
	{"theta", "θ", "token → channel", BluishGreen, marks[2]},
	{"gamma", "γ", "channel → channel", ReddishPurple, marks[3]},
}

// weightStyle is the mark of a set of weights; without weights a line just turns.
func weightStyle(name string) draw.GlyphStyle {
	for _, w := range weights {
		if w.name == name {
			return draw.GlyphStyle{Color: w.color, Radius: 2.6, Shape: w.mark}
		}
	}
	return draw.GlyphStyle{Color: ink, Radius: 0.4, Shape: mark{}}
}

// pen draws the pieces of a diagram.
type pen struct{ draw.Canvas }

var wire = draw.LineStyle{Color: ink, Width: 0.8}

// line draws a line through points.
func (p pen) line(points ...vg.Point) { p.StrokeLines(wire, points) }

// arrow is a line with a head at its end.
func (p pen) arrow(points ...vg.Point) {
	const length, half = 4.5, 2.2
	tip, from := points[len(points)-1], points[len(points)-2]
	dx, dy := float64(tip.X-from.X), float64(tip.Y-from.Y)
	norm := math.Hypot(dx, dy)
	if norm == 0 {
		return
	}
	ux, uy := vg.Length(dx/norm), vg.Length(dy/norm)
	back := vg.Point{X: tip.X - length*ux, Y: tip.Y - length*uy}
	points[len(points)-1] = back
	p.line(points...)
	p.FillPolygon(ink, []vg.Point{tip, {X: back.X - half*uy, Y: back.Y + half*ux}, {X: back.X + half*uy, Y: back.Y - half*ux}})
}

// box is a rectangle with round corners.
func (p pen) box(fill, edge color.Color, left, low, right, high vg.Length) {
	const r = 2.5
	var path vg.Path
	path.Move(vg.Point{X: right, Y: low + r})
	for i, corner := range []vg.Point{{X: right - r, Y: high - r}, {X: left + r, Y: high - r}, {X: left + r, Y: low + r}, {X: right - r, Y: low + r}} {
		path.Arc(corner, r, float64(i)*math.Pi/2, math.Pi/2)
	}
	path.Close()
	p.SetColor(fill)
	p.Fill(path)
	p.SetLineStyle(draw.LineStyle{Color: edge, Width: 0.7})
	p.Stroke(path)
}

// text writes words around a point, or from it on, or up to it.
func (p pen) text(at vg.Point, size vg.Length, c color.Color, align draw.XAlignment, words string) {
	style := sans(size, false)
	style.Color, style.XAlign, style.YAlign = c, align, draw.YCenter
	p.FillText(style, vg.Point{X: at.X, Y: at.Y + 0.12*size}, words)
}

// upright writes words around a point, from bottom to top.
func (p pen) upright(at vg.Point, size vg.Length, c color.Color, words string) {
	style := sans(size, false)
	style.Color, style.XAlign, style.YAlign, style.Rotation = c, draw.XCenter, draw.YCenter, math.Pi/2
	p.FillText(style, vg.Point{X: at.X - 0.12*size, Y: at.Y}, words)
}

// joinRadius is that of the circle in which values meet.
const joinRadius = 6

// join is a circle with a sign: "+", "×" or "Σ".
func (p pen) join(at vg.Point, sign string) {
	var path vg.Path
	path.Move(vg.Point{X: at.X + joinRadius, Y: at.Y})
	path.Arc(at, joinRadius, 0, 2*math.Pi)
	path.Close()
	p.SetColor(color.White)
	p.Fill(path)
	p.SetLineStyle(wire)
	p.Stroke(path)
	if sign == "Σ" {
		p.text(at, nameSize, ink, draw.XCenter, sign)
		return
	}
	arm := vg.Length(3.4)
	if sign == "×" {
		arm = 2.6
		p.line(vg.Point{X: at.X - arm, Y: at.Y - arm}, vg.Point{X: at.X + arm, Y: at.Y + arm})
		p.line(vg.Point{X: at.X - arm, Y: at.Y + arm}, vg.Point{X: at.X + arm, Y: at.Y - arm})
		return
	}
	p.line(vg.Point{X: at.X - arm, Y: at.Y}, vg.Point{X: at.X + arm, Y: at.Y})
	p.line(vg.Point{X: at.X, Y: at.Y - arm}, vg.Point{X: at.X, Y: at.Y + arm})
}
