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

// canvases makes the canvas of a page of some size, by the ending of the file's name.
var canvases = map[string]func(width, height vg.Length) vg.CanvasWriterTo{
	".png": func(width, height vg.Length) vg.CanvasWriterTo {
		return vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(resolution))}
	},
	".svg": func(width, height vg.Length) vg.CanvasWriterTo { return &svgCanvas{Canvas: vgsvg.New(width, height)} },
	".pdf": func(width, height vg.Length) vg.CanvasWriterTo { return pdfCanvas{vgpdf.New(width, height)} },
}

// Save writes plots, one below the other with their data aligned, into a file whose name ends in .png, .svg
// or .pdf. The file is replaced atomically.
func Save(path string, panel Size, panels ...*plot.Plot) error {
	canvas, err := paint(path, panel, panels)
	if err != nil {
		return err
	}
	return result.WriteAtomic(path, func(w io.Writer) error {
		_, err := canvas.WriteTo(w)
		return err
	})
}

// SVG gives what [Save] writes into an .svg file, from the element <svg> on, to be put into a page.
func SVG(panel Size, panels ...*plot.Plot) (string, error) {
	canvas, err := paint(".svg", panel, panels)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	if _, err := canvas.WriteTo(&text); err != nil {
		return "", err
	}
	_, element, _ := strings.Cut(text.String(), "<svg")
	return "<svg" + element, nil
}

// PNG writes to w what [Save] writes into a .png file.
func PNG(w io.Writer, panel Size, panels ...*plot.Plot) error {
	canvas, err := paint(".png", panel, panels)
	if err == nil {
		_, err = canvas.WriteTo(w)
	}
	return err
}

// paint draws plots one below the other on a canvas for a file of that name.
func paint(name string, panel Size, panels []*plot.Plot) (vg.CanvasWriterTo, error) {
	if len(panels) == 0 {
		return nil, errors.New("there is no plot to save")
	}
	const margin = 8
	newCanvas, known := canvases[strings.ToLower(filepath.Ext(name))]
	if !known {
		return nil, fmt.Errorf("a figure is saved as .png, .svg or .pdf; the name %s ends in none of them", name)
	}
	width, height := panel.Width, panel.Height*vg.Length(len(panels))
	canvas := newCanvas(width, height)
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
	return canvas, nil
}

// svgCanvas names, after gonum's face, others of the same widths: an SVG holds no faces, and most machines lack that one. Where those lack
// too, each text says how long it is to be, so that none runs into what is beside it.
type svgCanvas struct {
	*vgsvg.Canvas
	lengths []vg.Length // of the texts so far
}

// FillString implements vg.Canvas.
func (c *svgCanvas) FillString(face font.Face, at vg.Point, text string) {
	c.lengths = append(c.lengths, face.Width(text))
	c.Canvas.FillString(face, at, text)
}

// WriteTo implements io.WriterTo.
func (c *svgCanvas) WriteTo(w io.Writer) (int64, error) {
	var svg bytes.Buffer
	if _, err := c.Canvas.WriteTo(&svg); err != nil {
		return 0, err
	}
	page := strings.ReplaceAll(svg.String(), "font-family:Liberation Sans", "font-family:Liberation Sans,Arial,Helvetica,sans-serif")
	var out strings.Builder
	for i, part := range strings.SplitAfter(page, "<text ") {
		out.WriteString(part)
		if i < len(c.lengths) && c.lengths[i] > 0 {
			fmt.Fprintf(&out, `textLength="%.5g" lengthAdjust="spacingAndGlyphs" `, c.lengths[i].Points())
		}
	}
	n, err := io.WriteString(w, out.String())
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
