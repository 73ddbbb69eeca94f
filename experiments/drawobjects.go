package experiments

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"path/filepath"

	"mambamixer/datasets/mask"
	"mambamixer/datasets/picture"
	"mambamixer/experiments/train"
	"mambamixer/plots"
)

// ObjectsFigure is the file of what a detector found.
const ObjectsFigure = "objects.png"

// What the figure shows: test pictures, and of what was found that which is at least so sure.
const (
	picturesShown = 6
	sureEnough    = 0.5
)

// draw shows the objects of the first test pictures and what was found of them. Of real sets it leaves nothing: most pictures may not
// be passed on.
func (t *detection) draw(r *run, _ *train.Weights) error {
	if !t.set.Synthetic {
		return nil
	}
	tiles := plots.Tiles{Title: fmt.Sprintf("%s, seed %d: objects of test pictures above, what was found below", r.spec.Name, r.options.Seed), Columns: picturesShown}
	var below []plots.Tile
	for i := range min(picturesShown, first(t.set.Test, t.task.Limit).Len()) {
		scene, err := t.set.Test.Scene(i)
		if err != nil {
			return err
		}
		there, found := newOverlay(scene.Picture), newOverlay(scene.Picture)
		for _, o := range scene.Objects {
			there.add(o.Mask, o.Box, o.Class)
		}
		for _, g := range t.guesses {
			if g.Picture == i && g.Score >= sureEnough {
				found.add(g.Mask, g.Box, g.Class)
			}
		}
		tiles.Of = append(tiles.Of, plots.Tile{Name: objectCount(there.objects), Picture: there.image})
		below = append(below, plots.Tile{Name: objectCount(found.objects), Picture: found.image})
	}
	tiles.Of = append(tiles.Of, below...)
	p, err := plots.TileGrid(tiles)
	if err != nil {
		return err
	}
	return plots.Save(filepath.Join(r.dir, ObjectsFigure), tiles.Size(), p)
}

func objectCount(n int) string {
	if n == 1 {
		return "1 object"
	}
	return fmt.Sprintf("%d objects", n)
}

// overlay is a picture, enlarged, with masks and boxes over it.
type overlay struct {
	image   *image.RGBA
	objects int
}

const overlayScale = 6

func newOverlay(p *picture.RGB) *overlay {
	o := &overlay{image: image.NewRGBA(image.Rect(0, 0, overlayScale*p.W, overlayScale*p.H))}
	for y := range p.H {
		for x := range p.W {
			pixel := p.At(x, y)
			o.fill(x, y, color.RGBA{pixel[0], pixel[1], pixel[2], 255})
		}
	}
	return o
}

// fill paints a pixel of the picture.
func (o *overlay) fill(x, y int, c color.Color) {
	square := image.Rect(overlayScale*x, overlayScale*y, overlayScale*(x+1), overlayScale*(y+1))
	draw.Draw(o.image, square, image.NewUniform(c), image.Point{}, draw.Over)
}

// add tints an object's pixels with the colour of its class, and draws its box.
func (o *overlay) add(m *mask.Mask, b mask.Box, class int) {
	o.objects++
	colors := []color.RGBA{plots.Vermillion, plots.SkyBlue, plots.Yellow, plots.BluishGreen, plots.ReddishPurple, plots.Orange}
	line := colors[class%len(colors)]
	tint := color.NRGBA{line.R, line.G, line.B, 128}
	for at, inside := range m.Pixels() {
		if inside == 1 {
			o.fill(at%m.W, at/m.W, tint)
		}
	}
	outer := image.Rect(int(overlayScale*b.X0), int(overlayScale*b.Y0), int(overlayScale*b.X1), int(overlayScale*b.Y1))
	inner := outer.Inset(overlayScale / 3)
	for _, side := range []image.Rectangle{
		{outer.Min, image.Pt(outer.Max.X, inner.Min.Y)}, {image.Pt(outer.Min.X, inner.Max.Y), outer.Max},
		{outer.Min, image.Pt(inner.Min.X, outer.Max.Y)}, {image.Pt(inner.Max.X, outer.Min.Y), outer.Max},
	} {
		draw.Draw(o.image, side, image.NewUniform(line), image.Point{}, draw.Over)
	}
}
