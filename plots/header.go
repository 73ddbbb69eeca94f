package plots

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"image/color"
)

// header writes a bold title and rows of keys above the data, flush with its left edge, where they
// cover nothing.
type header struct {
	title  string
	keys   []key
	room   vg.Length // width that title and keys may take
	indent vg.Length // how far left of the data they begin
}

// key names a sample of what the figure shows.
type key struct {
	name  string
	width vg.Length                            // of the sample
	draw  func(c draw.Canvas, middle vg.Point) // draws the sample; middle is that of its left edge
}

// gaps in points.
const (
	keyGap  = 16 // between keys
	nameGap = 5  // between a sample and its name
)

// addLine names a line.
func (h *header) addLine(name string, style draw.LineStyle) {
	h.keys = append(h.keys, key{name, swatchSize, func(c draw.Canvas, at vg.Point) {
		c.StrokeLine2(style, at.X, at.Y, at.X+swatchSize, at.Y)
	}})
}

// addGlyph names a mark.
func (h *header) addGlyph(name string, style draw.GlyphStyle) {
	radius := style.Radius + lineWidth/2
	h.keys = append(h.keys, key{name, 2 * radius, func(c draw.Canvas, at vg.Point) {
		c.DrawGlyphNoClip(style, vg.Point{X: at.X + radius, Y: at.Y})
	}})
}

// reserve makes room above the data; call it when the header is complete. gonum reserves room for its
// own title alone, so that title is a blank of the right height.
func (h *header) reserve(p *plot.Plot) {
	p.Title.Text = " "
	p.Title.TextStyle = sans(1, false)
	p.Title.Padding = h.height()
}

// height is the room above the data.
func (h *header) height() vg.Length {
	return 6 + titleRow*vg.Length(len(h.lines())) + keyRow*vg.Length(len(h.rows()))
}

// lines breaks the title where it is too wide.
func (h *header) lines() []string { return wrap(h.title, sans(titleSize, true), h.room) }

// size is the width of a key with its name.
func (k key) size() vg.Length {
	if k.name == "" {
		return k.width
	}
	return k.width + nameGap + sans(textSize, false).Width(k.name)
}

// columns gives the widths of as many columns of keys as there is room for, gaps included.
func (h *header) columns() (widths []vg.Length) {
	for n := len(h.keys); n > 0; n-- {
		widths = make([]vg.Length, n)
		for i, k := range h.keys {
			widths[i%n] = max(widths[i%n], k.size()+keyGap)
		}
		total := vg.Length(-keyGap)
		for _, width := range widths {
			total += width
		}
		if total <= h.room {
			break
		}
	}
	return widths
}

// rows are the keys as they stand, the uppermost row first.
func (h *header) rows() (rows [][]key) {
	n := len(h.columns())
	for first := 0; first < len(h.keys); first += n {
		rows = append(rows, h.keys[first:min(first+n, len(h.keys))])
	}
	return rows
}

// Plot implements plot.Plotter.
func (h *header) Plot(c draw.Canvas, _ *plot.Plot) {
	left, y := c.Min.X-h.indent, c.Max.Y+h.height()
	title := sans(titleSize, true)
	title.Color = Black
	for _, line := range h.lines() {
		y -= titleRow
		c.FillText(title, vg.Point{X: left, Y: y + 2}, line)
	}
	text := sans(textSize, false)
	text.YAlign = draw.YCenter
	columns := h.columns()
	for _, row := range h.rows() {
		y -= keyRow
		x := left
		for i, k := range row {
			k.draw(c, vg.Point{X: x, Y: y + 5})
			// The middle of small letters, not of the line.
			c.FillText(text, vg.Point{X: x + k.width + nameGap, Y: y + 6.2}, shorten(k.name, text, h.room-k.width-nameGap))
			x += columns[i]
		}
	}
}

// addMarkedLine names a line with marks.
func (h *header) addMarkedLine(name string, line draw.LineStyle, glyph draw.GlyphStyle) {
	const width = swatchSize + 6 // so that the dashes show
	h.keys = append(h.keys, key{name, width, func(c draw.Canvas, at vg.Point) {
		c.StrokeLine2(line, at.X, at.Y, at.X+width, at.Y)
		c.DrawGlyphNoClip(glyph, vg.Point{X: at.X + width/2, Y: at.Y})
	}})
}

// addArea names a filled area.
func (h *header) addArea(name string, fill color.Color) {
	h.keys = append(h.keys, key{name, swatchSize, func(c draw.Canvas, at vg.Point) {
		fillBox(c, fill, at.X, at.Y-5, at.X+swatchSize, at.Y+5)
	}})
}

func fillBox(c draw.Canvas, fill color.Color, left, low, right, high vg.Length) {
	c.FillPolygon(fill, []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high}, {X: left, Y: high}})
}
