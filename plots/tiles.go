package plots

import (
	"fmt"
	"image"
	imagedraw "image/draw"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Tiles are small pictures and maps side by side.
type Tiles struct {
	Title   string
	Columns int    // tiles in a row
	Unit    string // of the maps' values, shown at the colour scale; may be empty
	Own     bool   // each map has colours from its own lowest to its own highest value, in place of one scale for all
	Of      []Tile
}

// Tile is a picture, or a map of numbers over places. Either keeps its aspect.
type Tile struct {
	Name    string
	Picture image.Image // nil for a map
	Values  [][]float64 // by row, the first on top, then column
	Path    [][2]int    // rows and columns of places, drawn over the map as a line with a dot at its start; may be empty
}

// Sizes of the figure in points.
const (
	tileGap  = 10
	tileName = 15  // height of a name of one line
	tileLine = 11  // of each line more
	tileSide = 150 // of a tile at most
)

// TileGrid draws the tiles row by row, each with its name above. Save it with t.Size().
func TileGrid(t Tiles) (*plot.Plot, error) {
	if err := t.validate(); err != nil {
		return nil, err
	}
	p, header := t.begin()
	p.HideAxes()
	p.X.Padding, p.Y.Padding = 0, 0
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, 0, 1
	p.Add(tileCells{t})
	header.reserve(p)
	return p, nil
}

// Size is the size of the figure, which grows with its rows. It is as wide as [Wide].
func (t Tiles) Size() Size {
	_, header := t.begin()
	rows := (len(t.Of) + t.Columns - 1) / t.Columns
	return Size{Width: Wide.Width, Height: header.height() + vg.Length(rows)*(t.side()+t.names()+tileGap) + 18}
}

func (t Tiles) begin() (*plot.Plot, *header) {
	p, header := newPlot(t.Title, "", "")
	header.room = pageRoom
	if low, high := t.limits(); !t.Own && low <= high {
		header.addScale(newColorScale(low, high), t.Unit)
	}
	return p, header
}

// side is that of the square that a tile fits into.
func (t Tiles) side() vg.Length {
	n := vg.Length(t.Columns)
	return min(tileSide, (pageRoom-(n-1)*tileGap)/n)
}

// names is the height of the names, which are broken where they are wider than their tiles.
func (t Tiles) names() vg.Length {
	most := 1
	for _, tile := range t.Of {
		most = max(most, len(wrap(tile.Name, tileStyle(), t.side())))
	}
	return tileName + tileLine*vg.Length(most-1)
}

func tileStyle() text.Style { return sans(textSize-1, false) }

// limits are the lowest and the highest value of all maps; of none, the low one is higher.
func (t Tiles) limits() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, tile := range t.Of {
		a, b := tile.limits()
		low, high = min(low, a), max(high, b)
	}
	return low, high
}

func (t Tile) limits() (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, row := range t.Values {
		for _, v := range row {
			low, high = min(low, v), max(high, v)
		}
	}
	return low, high
}

func (t Tiles) validate() error {
	if len(t.Of) == 0 || t.Columns < 1 {
		return fmt.Errorf("the figure %q has %d tiles in %d columns; it needs one of each at least", t.Title, len(t.Of), t.Columns)
	}
	for _, tile := range t.Of {
		if (tile.Picture == nil) == (len(tile.Values) == 0) {
			return fmt.Errorf("the tile %q of %q must have either a picture or values", tile.Name, t.Title)
		}
		for i, row := range tile.Values {
			if len(row) == 0 || len(row) != len(tile.Values[0]) {
				return fmt.Errorf("row %d of the tile %q of %q has %d values, the first has %d", i, tile.Name, t.Title, len(row), len(tile.Values[0]))
			}
			for _, v := range row {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					return fmt.Errorf("row %d of the tile %q of %q holds the value %v", i, tile.Name, t.Title, v)
				}
			}
		}
	}
	return nil
}

// tileCells draws the tiles.
type tileCells struct{ Tiles }

// Plot implements plot.Plotter.
func (t tileCells) Plot(c draw.Canvas, _ *plot.Plot) {
	low, high := t.limits()
	side, names, style := t.side(), t.names(), tileStyle()
	for i, tile := range t.Of {
		left := c.Min.X + vg.Length(i%t.Columns)*(side+tileGap)
		top := c.Max.Y - vg.Length(i/t.Columns)*(side+names+tileGap) - names
		lines := wrap(tile.Name, style, side)
		for n, line := range lines {
			c.FillText(style, vg.Point{X: left, Y: top + 4 + tileLine*vg.Length(len(lines)-1-n)}, shorten(line, style, side))
		}
		if tile.Picture != nil {
			size := tile.Picture.Bounds().Size()
			unit := side / vg.Length(max(size.X, size.Y))
			corner := vg.Point{X: left, Y: top - unit*vg.Length(size.Y)}
			c.DrawImage(vg.Rectangle{Min: corner, Max: vg.Point{X: left + unit*vg.Length(size.X), Y: top}}, tile.Picture)
			continue
		}
		if t.Own {
			low, high = tile.limits()
		}
		tile.draw(c, newColorScale(low, high), left, top, side)
	}
}

// draw draws a map below and right of a point.
func (t Tile) draw(c draw.Canvas, scale colorScale, left, top, side vg.Length) {
	rows, columns := len(t.Values), len(t.Values[0])
	unit := side / vg.Length(max(rows, columns))
	right, bottom := left+unit*vg.Length(columns), top-unit*vg.Length(rows)
	c.DrawImage(vg.Rectangle{Min: vg.Point{X: left, Y: bottom}, Max: vg.Point{X: right, Y: top}}, raster(t.Values, scale))
	if len(t.Path) == 0 {
		return
	}
	var line []vg.Point
	for _, place := range t.Path {
		line = append(line, vg.Point{X: left + unit*(vg.Length(place[1])+0.5), Y: top - unit*(vg.Length(place[0])+0.5)})
	}
	c.StrokeLines(draw.LineStyle{Color: SkyBlue, Width: lineWidth}, line)
	c.DrawGlyphNoClip(draw.GlyphStyle{Color: SkyBlue, Radius: 3.5, Shape: mark{}}, line[0])
}

// rasterSide is what the longer side of a raster has at least, in pixels.
const rasterSide = 400

// raster is a map as an image, in which each place is a square of pixels: a tenth of the bytes that as many boxes take in a
// file of vectors, and large enough to stay sharp where a viewer smooths images.
func raster(values [][]float64, scale colorScale) image.Image {
	rows, columns := len(values), len(values[0])
	unit := (rasterSide + max(rows, columns) - 1) / max(rows, columns)
	picture := image.NewNRGBA(image.Rect(0, 0, unit*columns, unit*rows))
	for i, row := range values {
		for j, v := range row {
			square := image.Rect(unit*j, unit*i, unit*(j+1), unit*(i+1))
			imagedraw.Draw(picture, square, image.NewUniform(scale.at(v)), image.Point{}, imagedraw.Src)
		}
	}
	return picture
}
