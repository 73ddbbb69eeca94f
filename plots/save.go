package plots

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"io"
	"path/filepath"
	"strings"

	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"

	"mambamixer/experiments/result"
)

// Size is the size of one panel on paper.
type Size struct{ Width, Height vg.Length }

// The usual sizes: a text column's width.
var (
	Wide  = Size{Width: 18 * vg.Centimeter, Height: 9 * vg.Centimeter}  // a figure of one panel
	Tall  = Size{Width: 18 * vg.Centimeter, Height: 12 * vg.Centimeter} // the same, with many keys or curves
	Strip = Size{Width: 18 * vg.Centimeter, Height: 6 * vg.Centimeter}  // a panel of several
)

// resolution is that of a PNG, in dots per inch.
const resolution = 150

// Save writes plots, one below the other with their data aligned, into a file whose name ends in .png, .svg
// or .pdf. The file is replaced atomically.
func Save(path string, panel Size, panels ...*plot.Plot) error {
	if len(panels) == 0 {
		return errors.New("there is no plot to save")
	}
	const margin = 8
	width, height := panel.Width, panel.Height*vg.Length(len(panels))
	var canvas vg.CanvasWriterTo
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".png":
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(resolution))}
	case ".svg":
		canvas = svgCanvas{vgsvg.New(width, height)}
	case ".pdf":
		canvas = pdfCanvas{vgpdf.New(width, height)}
	default:
		return fmt.Errorf("a figure is saved as .png, .svg or .pdf; the name %s ends in none of them", path)
	}
	page := draw.NewCanvas(canvas, width, height)
	page.SetColor(color.White)
	page.Fill(page.Rectangle.Path())
	page = draw.Crop(page, margin, -2*margin, margin, -margin)

	rows := make([][]*plot.Plot, len(panels))
	for i, p := range panels {
		rows[i] = []*plot.Plot{p}
	}
	tiles := draw.Tiles{Rows: len(panels), Cols: 1, PadY: margin}
	for i, row := range plot.Align(rows, tiles, page) {
		panels[i].Draw(row[0])
	}
	return result.WriteAtomic(path, func(w io.Writer) error {
		_, err := canvas.WriteTo(w)
		return err
	})
}

// svgCanvas names, after gonum's face, others of the same widths: an SVG holds no faces, and most machines lack that one.
type svgCanvas struct{ *vgsvg.Canvas }

// WriteTo implements io.WriterTo.
func (c svgCanvas) WriteTo(w io.Writer) (int64, error) {
	var svg bytes.Buffer
	if _, err := c.Canvas.WriteTo(&svg); err != nil {
		return 0, err
	}
	n, err := w.Write(bytes.ReplaceAll(svg.Bytes(), []byte("font-family:Liberation Sans"), []byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif")))
	return int64(n), err
}

// pdfCanvas draws bold text, on which gonum's PDF canvas fails because it registers every face as
// regular but looks for the bold ones: it hands them on as the regular face of another typeface.
type pdfCanvas struct{ *vgpdf.Canvas }

// FillString implements vg.Canvas.
func (c pdfCanvas) FillString(face font.Face, at vg.Point, text string) {
	if face.Font.Weight == stdfont.WeightBold {
		face.Font.Typeface += "Bold"
		face.Font.Weight = stdfont.WeightNormal
	}
	c.Canvas.FillString(face, at, text)
}
