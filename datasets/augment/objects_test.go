package augment

import (
	"math"
	"strings"
	"testing"

	"mambamixer/datasets/mask"
	"mambamixer/datasets/picture"
	"mambamixer/datasets/scenes"
)

// room makes what a recipe writes to, filled with what was there before.
func room(r ObjectRecipe) Objects {
	o := Objects{make([]float32, 3*r.Height*r.Width), make([]float32, 4*r.MaxObjects), make([]int32, r.MaxObjects), make([]float32, r.MaxObjects*r.Grid*r.Grid)}
	for i := range o.Boxes {
		o.Boxes[i] = 7
	}
	for i := range o.Masks {
		o.Masks[i] = 7
	}
	return o
}

// marked is a black picture with a white object, which is all that is white: a triangle.
func marked(w, h int) *scenes.Scene {
	s := &scenes.Scene{Picture: picture.New(w, h)}
	pixels := make([]uint8, w*h)
	for y := 4; y < 28; y++ {
		for x := 10; x < 10+y; x++ {
			pixels[y*w+x] = 1
			for c := range 3 {
				s.Picture.At(x, y)[c] = 255
			}
		}
	}
	m := mask.FromPixels(h, w, pixels)
	crowd := scenes.Object{Class: 1, Box: mask.Box{X1: 9, Y1: 9}, Mask: mask.FromPixels(h, w, make([]uint8, w*h)), Crowd: true}
	s.Objects = []scenes.Object{crowd, {Class: 2, Box: m.Box(), Mask: m, Area: float64(m.Area())}}
	return s
}

// An object's box and mask go where its pixels go: what is white lies in the box, and the mask, read in the box, is what is white there.
func TestObjectsFollowTheirPixels(t *testing.T) {
	s := marked(60, 40)
	base := Detection(48, 64)
	base.Mean, base.Std, base.MaxObjects, base.Grid = [3]float64{}, [3]float64{1, 1, 1}, 3, 24
	for name, change := range map[string]func(r *ObjectRecipe){
		"fitted":  func(r *ObjectRecipe) { r.Flip = 0 },
		"flipped": func(r *ObjectRecipe) { r.Flip = 1 },
		"smaller": func(r *ObjectRecipe) { r.MinScale, r.MaxScale = 0.5, 0.9 },
		"larger":  func(r *ObjectRecipe) { r.MinScale, r.MaxScale = 1.1, 2.5 },
		"test":    nil,
	} {
		seen := 0
		for epoch := range 20 {
			r := base
			out := room(r)
			if change == nil {
				r.Test(s, out)
			} else {
				change(&r)
				r.Train(s, Random(3, epoch, 0), out)
			}
			if out.Classes[0] < 0 {
				continue // cut off
			}
			seen++
			if out.Classes[0] != 2 || out.Classes[1] != -1 || out.Boxes[4] != 0 || out.Masks[r.Grid*r.Grid] != 0 {
				t.Fatalf("%s: classes %v, boxes %v", name, out.Classes, out.Boxes)
			}
			b := out.Boxes[:4]
			wrong := 0
			for y := range r.Height {
				for x := range r.Width {
					inside := float32(x)+0.5 > b[0]-1 && float32(x)+0.5 < b[2]+1 && float32(y)+0.5 > b[1]-1 && float32(y)+0.5 < b[3]+1
					if out.Pixels[3*(y*r.Width+x)] > 0.5 && !inside {
						t.Fatalf("%s: the pixel %d, %d is white, but the box is %v", name, x, y, b)
					}
				}
			}
			for gy := range r.Grid {
				for gx := range r.Grid {
					x := int(b[0] + (float32(gx)+0.5)/float32(r.Grid)*(b[2]-b[0]))
					y := int(b[1] + (float32(gy)+0.5)/float32(r.Grid)*(b[3]-b[1]))
					if math.Abs(float64(out.Pixels[3*(y*r.Width+x)]-out.Masks[gy*r.Grid+gx])) > 0.6 {
						wrong++
					}
				}
			}
			if share := float64(wrong) / float64(r.Grid*r.Grid); share > 0.06 {
				t.Errorf("%s: the mask and the pixels differ at %.0f %% of the points, box %v", name, 100*share, b)
			}
		}
		if seen < 10 {
			t.Errorf("%s: the object was seen %d times of 20", name, seen)
		}
	}
}

// From undoes To, and a test picture fills one side.
func TestPlacement(t *testing.T) {
	b := mask.Box{X0: 3, Y0: 5, X1: 11, Y1: 30}
	for _, p := range []Placement{{ScaleX: 2, ScaleY: 1.5, Left: -3, Top: 4}, {ScaleX: 0.5, ScaleY: 0.7, Width: 64}} {
		got := p.From(p.To(b))
		for i, d := range []float64{got.X0 - b.X0, got.Y0 - b.Y0, got.X1 - b.X1, got.Y1 - b.Y1} {
			if math.Abs(d) > 1e-12 {
				t.Errorf("%+v: side %d is off by %g", p, i, d)
			}
		}
	}
	place := Detection(48, 64).TestPlacement(picture.New(120, 60))
	if got, want := place.To(mask.Box{X1: 120, Y1: 60}), (mask.Box{X1: 64, Y1: 32}); got != want {
		t.Errorf("the picture is at %v, want %v", got, want)
	}
}

func TestObjectRecipeRefuses(t *testing.T) {
	for says, change := range map[string]func(r *ObjectRecipe){
		"height is 0":      func(r *ObjectRecipe) { r.Height = 0 },
		"max_objects is 0": func(r *ObjectRecipe) { r.MaxObjects = 0 },
		"grid is 5000":     func(r *ObjectRecipe) { r.Grid = 5000 },
		"flip is 2":        func(r *ObjectRecipe) { r.Flip = 2 },
	} {
		r := Detection(48, 64)
		change(&r)
		if err := r.Validate(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want %q", err, says)
		}
	}
	if err := Detection(48, 64).Validate(); err != nil {
		t.Error(err)
	}
}
