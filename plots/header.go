package plots

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// header writes a bold title and rows of keys above the data, flush with its left edge, where they
// cover nothing.
type header struct {
	title  string
	keys   []key
	perRow int // keys in a row, in columns; 0 = all in one row
}

// key names a style of lines or of marks.
type key struct {
	name  string
	line  draw.LineStyle
	glyph draw.GlyphStyle // used if it has a shape
}

// addLine names a line.
func (h *header) addLine(name string, style draw.LineStyle) {
	h.keys = append(h.keys, key{name: name, line: style})
}

// addGlyph names a mark.
func (h *header) addGlyph(name string, style draw.GlyphStyle) {
	h.keys = append(h.keys, key{name: name, glyph: style})
}

// reserve makes room above the data; call it when the header is complete. gonum reserves room for its
// own title alone, so that title is a blank of the right height.
func (h *header) reserve(p *plot.Plot) {
	room := vg.Length(6)
	if h.title != "" {
		room += titleRow
	}
	room += keyRow * vg.Length(len(h.rows()))
	p.Title.Text = " "
	p.Title.TextStyle = sans(1, false)
	p.Title.Padding = room
}

// rows are the keys as they stand, the lowest row first.
func (h *header) rows() [][]key {
	if len(h.keys) == 0 {
		return nil
	}
	rows := slices.Collect(slices.Chunk(h.keys, cmp.Or(h.perRow, len(h.keys))))
	slices.Reverse(rows)
	return rows
}

// Plot implements plot.Plotter.
func (h *header) Plot(c draw.Canvas, _ *plot.Plot) {
	y := c.Max.Y + 6
	for _, row := range h.rows() {
		x := c.Min.X
		for i, k := range row {
			right := k.draw(c, vg.Point{X: x, Y: y + 5})
			x = right + 16
			if h.perRow > 0 {
				x = c.Min.X + vg.Length(i+1)*(c.Max.X-c.Min.X)/vg.Length(h.perRow)
			}
		}
		y += keyRow
	}
	if h.title != "" {
		style := sans(titleSize, true)
		style.Color = Black
		c.FillText(style, vg.Point{X: c.Min.X, Y: y + 2}, h.title)
	}
}

// draw shows the key with the middle of its left edge at a point and gives its right edge.
func (k key) draw(c draw.Canvas, at vg.Point) vg.Length {
	right := at.X
	if k.glyph.Shape != nil {
		right += 2 * k.glyph.Radius
		c.DrawGlyphNoClip(k.glyph, vg.Point{X: at.X + k.glyph.Radius, Y: at.Y})
	} else {
		right += swatchSize
		c.StrokeLine2(k.line, at.X, at.Y, right, at.Y)
	}
	style := sans(textSize, false)
	style.YAlign = draw.YCenter
	right += 5
	c.FillText(style, vg.Point{X: right, Y: at.Y + 1.2}, k.name) // the middle of small letters, not of the line
	return right + style.Width(k.name)
}
