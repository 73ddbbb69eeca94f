package augment

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mambamixer/datasets/picture"
)

// numbered is a picture whose red and green bytes say where a pixel is, with labels that say the same in one number.
func numbered(w, h int) (*picture.RGB, []uint8) {
	p, labels := picture.New(w, h), make([]uint8, w*h)
	for y := range h {
		for x := range w {
			pixel := p.At(x, y)
			pixel[0], pixel[1] = uint8(10*x), uint8(10*y)
			labels[y*w+x] = uint8(16*y + x)
		}
	}
	return p, labels
}

// plainScene leaves bytes as they are: 0 to 255.
func plainScene(h, w int) SceneRecipe {
	return SceneRecipe{Height: h, Width: w, MinScale: 1, MaxScale: 1, Std: [3]float64{1. / 255, 1. / 255, 1. / 255}}
}

// Labels go where their pixels go: cut, filled up, flipped.
func TestSceneKeepsPixelsAndLabelsTogether(t *testing.T) {
	const w, h, outside = 12, 9, 255
	p, labels := numbered(w, h)
	for _, test := range []struct {
		name   string
		recipe SceneRecipe
	}{
		{"cut", func() SceneRecipe { r := plainScene(6, 8); r.MinScale, r.MaxScale = 1.5, 1.5; return r }()},
		{"filled up", func() SceneRecipe { r := plainScene(18, 24); r.MinScale, r.MaxScale = 0.5, 0.5; return r }()},
		{"flipped", func() SceneRecipe { r := plainScene(9, 12); r.Flip = 1; return r }()},
	} {
		inside, beyond := 0, 0
		for epoch := range 20 {
			r := test.recipe
			pixels, out := make([]float32, 3*r.Height*r.Width), make([]int32, r.Height*r.Width)
			r.Train(p, labels, outside, Random(1, epoch, 0), pixels, out)
			for i, label := range out {
				x, y := int(math.Round(float64(pixels[3*i])/10)), int(math.Round(float64(pixels[3*i+1])/10))
				switch {
				case label == outside:
					beyond++
					if x != 0 || y != 0 {
						t.Fatalf("%s: a pixel outside is not black", test.name)
					}
				case int(label) != 16*y+x:
					t.Fatalf("%s: the pixel of column %d, row %d has label %d", test.name, x, y, label)
				default:
					inside++
				}
			}
		}
		if inside == 0 || (beyond > 0) != (test.name == "filled up") {
			t.Errorf("%s: %d pixels of the picture and %d outside", test.name, inside, beyond)
		}
	}
}

// A test picture is all there, and its labels are those of the nearest pixels.
func TestSceneTest(t *testing.T) {
	p, labels := numbered(4, 2)
	pixels, out := make([]float32, 3*4*8), make([]int32, 4*8)
	plainScene(4, 8).Test(p, labels, pixels, out)
	want := []int32{0, 0, 1, 1, 2, 2, 3, 3, 0, 0, 1, 1, 2, 2, 3, 3, 16, 16, 17, 17, 18, 18, 19, 19, 16, 16, 17, 17, 18, 18, 19, 19}
	if !slices.Equal(out, want) {
		t.Errorf("labels %v, want %v", out, want)
	}
	if first, last := pixels[0], pixels[3*7]; first > 5 || last < 25 {
		t.Errorf("the row goes from %v to %v", first, last)
	}
}

func TestSceneRecipeRefuses(t *testing.T) {
	for says, change := range map[string]func(r *SceneRecipe){
		"height is 0":           func(r *SceneRecipe) { r.Height = 0 },
		"min_scale is 3":        func(r *SceneRecipe) { r.MinScale = 3 },
		"max_scale is 20":       func(r *SceneRecipe) { r.MaxScale = 20 },
		"flip is -1":            func(r *SceneRecipe) { r.Flip = -1 },
		"color_jitter is 2":     func(r *SceneRecipe) { r.ColorJitter = 2 },
		"std is 0; it must be ": func(r *SceneRecipe) { r.Std[1] = 0 },
	} {
		r := Scene(48, 64)
		change(&r)
		if err := r.Validate(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want %q", err, says)
		}
	}
	if err := Scene(48, 64).Validate(); err != nil {
		t.Error(err)
	}
}
