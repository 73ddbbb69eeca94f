package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// mark is a filled circle or regular polygon, or a white one with an edge as thick as the curves.
type mark struct {
	corners int // 0 = a circle
	turned  bool
	hollow  bool
}

// marks is the order in which the curves of a figure take their marks.
var marks = []mark{{}, {corners: 4}, {corners: 3}, {corners: 4, turned: true}, {corners: 3, turned: true}, {corners: 5}}

// DrawGlyph implements draw.GlyphDrawer.
func (m mark) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	c.SetColor(style.Color)
	if !m.hollow {
		c.Fill(m.path(style.Radius, at))
		return
	}
	c.Fill(m.path(style.Radius+lineWidth/2, at))
	c.SetColor(color.White)
	c.Fill(m.path(style.Radius-lineWidth/2, at))
}

// path is the outline; polygons are made a little larger, to look as large as circles.
func (m mark) path(radius vg.Length, at vg.Point) (path vg.Path) {
	if m.corners == 0 {
		path.Move(vg.Point{X: at.X + radius, Y: at.Y})
		path.Arc(at, radius, 0, 2*math.Pi)
		path.Close()
		return path
	}
	first := math.Pi / 2 // a corner on top
	if (m.corners == 4) != m.turned {
		first += math.Pi / float64(m.corners)
	}
	for i := range m.corners {
		sin, cos := math.Sincos(first + 2*math.Pi*float64(i)/float64(m.corners))
		corner := vg.Point{X: at.X + 1.25*radius*vg.Length(cos), Y: at.Y + 1.25*radius*vg.Length(sin)}
		if i == 0 {
			path.Move(corner)
		} else {
			path.Line(corner)
		}
	}
	path.Close()
	return path
}
