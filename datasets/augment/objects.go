package augment

import (
	"fmt"
	"math"
	"math/rand/v2"

	"mambamixer/datasets/mask"
	"mambamixer/datasets/picture"
	"mambamixer/datasets/scenes"
)

// ObjectRecipe says how pictures are prepared whose objects are to be found. A picture keeps its aspect: a training picture is scaled,
// cut or put somewhere on a black ground, and flipped; a test picture is made as large as fits, in the upper left corner.
type ObjectRecipe struct {
	Height int `json:"height"` // of what the model gets, pixels
	Width  int `json:"width"`

	MinScale    float64    `json:"min_scale"`    // of a training picture, against the most at which all of it fits
	MaxScale    float64    `json:"max_scale"`    //
	Flip        float64    `json:"flip"`         // probability
	ColorJitter float64    `json:"color_jitter"` // of brightness, contrast and saturation
	MaxObjects  int        `json:"max_objects"`  // of a picture, the first; crowds are left out
	Grid        int        `json:"grid"`         // the side of the grid on a box at whose points its mask is read
	Mean        [3]float64 `json:"mean"`         // of red, green and blue, from 0 to 1
	Std         [3]float64 `json:"std"`
}

// Detection is the recipe of a detector at a size: flips only.
func Detection(height, width int) ObjectRecipe {
	base := ImageNet()
	return ObjectRecipe{Height: height, Width: width, MinScale: 1, MaxScale: 1, Flip: 0.5, MaxObjects: 100, Grid: 56, Mean: base.Mean, Std: base.Std}
}

// Validate names the first field that makes no sense, by its JSON name.
func (r ObjectRecipe) Validate() error {
	for _, f := range []struct {
		name        string
		value, most int
	}{{"max_objects", r.MaxObjects, 1000}, {"grid", r.Grid, 1000}} {
		if f.value < 1 || f.value > f.most {
			return fmt.Errorf("%s is %d; it must be between 1 and %d", f.name, f.value, f.most)
		}
	}
	return SceneRecipe{r.Height, r.Width, r.MinScale, r.MaxScale, r.Flip, r.ColorJitter, r.Mean, r.Std}.Validate()
}

// Placement says where a picture lies in what the model gets: a point (x, y) of the picture is at (x·ScaleX - Left, y·ScaleY - Top), with
// its sides exchanged where it is flipped.
type Placement struct {
	ScaleX, ScaleY float64
	Left, Top      float64
	Width          float64 // of what the model gets; above 0 where the picture is flipped
}

// To takes a box of the picture to where the model sees it.
func (p Placement) To(b mask.Box) mask.Box {
	b = mask.Box{X0: b.X0*p.ScaleX - p.Left, Y0: b.Y0*p.ScaleY - p.Top, X1: b.X1*p.ScaleX - p.Left, Y1: b.Y1*p.ScaleY - p.Top}
	if p.Width > 0 {
		b.X0, b.X1 = p.Width-b.X1, p.Width-b.X0
	}
	return b
}

// From takes a box that the model sees to the picture.
func (p Placement) From(b mask.Box) mask.Box {
	if p.Width > 0 {
		b.X0, b.X1 = p.Width-b.X1, p.Width-b.X0
	}
	return mask.Box{X0: (b.X0 + p.Left) / p.ScaleX, Y0: (b.Y0 + p.Top) / p.ScaleY, X1: (b.X1 + p.Left) / p.ScaleX, Y1: (b.Y1 + p.Top) / p.ScaleY}
}

// Objects are where a recipe writes a picture and its objects; see pipeline.ObjectBatch.
type Objects struct {
	Pixels, Boxes []float32
	Classes       []int32
	Masks         []float32
}

// Train writes a training picture with its objects.
func (r ObjectRecipe) Train(s *scenes.Scene, rng *rand.Rand, out Objects) {
	p := s.Picture
	scale := uniform(rng, r.MinScale, r.MaxScale) * r.fit(p)
	place, w, h := scaled(p, scale)
	part := rect{x: within(rng, w-r.Width), y: within(rng, h-r.Height), w: r.Width, h: r.Height}
	place.Left, place.Top = float64(part.x), float64(part.y)
	p = cut(resize(p, w, h), part)
	if rng.Float64() < r.Flip {
		p = flip(p)
		place.Width = float64(r.Width)
	}
	if r.ColorJitter > 0 {
		p = colorJitter(p, r.ColorJitter, rng)
	}
	normalise(p, r.Mean, r.Std, out.Pixels)
	r.place(s.Objects, place, out)
}

// Test writes a test picture with its objects.
func (r ObjectRecipe) Test(s *scenes.Scene, out Objects) {
	place, w, h := scaled(s.Picture, r.fit(s.Picture))
	normalise(cut(resize(s.Picture, w, h), rect{w: r.Width, h: r.Height}), r.Mean, r.Std, out.Pixels)
	r.place(s.Objects, place, out)
}

// TestPlacement says where a test picture lies.
func (r ObjectRecipe) TestPlacement(p *picture.RGB) Placement {
	place, _, _ := scaled(p, r.fit(p))
	return place
}

// fit is the scale at which all of a picture is seen.
func (r ObjectRecipe) fit(p *picture.RGB) float64 {
	return min(float64(r.Height)/float64(p.H), float64(r.Width)/float64(p.W))
}

// scaled gives the size of a picture at a scale, in whole pixels, and what that makes of its points.
func scaled(p *picture.RGB, scale float64) (place Placement, w, h int) {
	w, h = max(1, int(math.Round(scale*float64(p.W)))), max(1, int(math.Round(scale*float64(p.H))))
	return Placement{ScaleX: float64(w) / float64(p.W), ScaleY: float64(h) / float64(p.H)}, w, h
}

// place writes the objects that are seen, each with the part of its box that is.
func (r ObjectRecipe) place(objects []scenes.Object, place Placement, out Objects) {
	for i := range out.Classes {
		out.Classes[i] = -1
	}
	clear(out.Boxes)
	clear(out.Masks)
	n := 0
	for _, o := range objects {
		b := place.To(o.Box).Within(r.Height, r.Width)
		if n == r.MaxObjects || o.Crowd || b.X1-b.X0 < 1 || b.Y1-b.Y0 < 1 {
			continue
		}
		copy(out.Boxes[4*n:], []float32{float32(b.X0), float32(b.Y0), float32(b.X1), float32(b.Y1)})
		out.Classes[n] = int32(o.Class)
		r.sample(o.Mask, b, place, out.Masks[n*r.Grid*r.Grid:])
		n++
	}
}

// sample reads a mask at the points of a grid on a box that the model sees.
func (r ObjectRecipe) sample(m *mask.Mask, b mask.Box, place Placement, out []float32) {
	pixels := m.Pixels()
	for gy := range r.Grid {
		for gx := range r.Grid {
			x := b.X0 + (float64(gx)+0.5)/float64(r.Grid)*(b.X1-b.X0)
			y := b.Y0 + (float64(gy)+0.5)/float64(r.Grid)*(b.Y1-b.Y0)
			at := place.From(mask.Box{X0: x, Y0: y, X1: x, Y1: y})
			column, row := min(max(int(at.X0), 0), m.W-1), min(max(int(at.Y0), 0), m.H-1)
			out[gy*r.Grid+gx] = float32(pixels[row*m.W+column])
		}
	}
}
