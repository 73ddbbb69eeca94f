package augment

import (
	"fmt"
	"math"
	"math/rand/v2"

	"mambamixer/datasets/picture"
)

// SceneRecipe says how pictures are prepared whose pixels have classes. A training picture is scaled, cut or filled up, and
// flipped, as in the common recipe for ADE20K (mmsegmentation); a test picture is resized as a whole.
type SceneRecipe struct {
	Height int `json:"height"` // of what the model gets, pixels
	Width  int `json:"width"`

	MinScale    float64    `json:"min_scale"`    // of a training picture, against the least at which it fills Height x Width
	MaxScale    float64    `json:"max_scale"`    //
	Flip        float64    `json:"flip"`         // probability
	ColorJitter float64    `json:"color_jitter"` // of brightness, contrast and saturation
	Mean        [3]float64 `json:"mean"`         // of red, green and blue, from 0 to 1
	Std         [3]float64 `json:"std"`
}

// Scene is the common recipe at a size.
func Scene(height, width int) SceneRecipe {
	base := ImageNet()
	return SceneRecipe{Height: height, Width: width, MinScale: 0.5, MaxScale: 2, Flip: 0.5, ColorJitter: 0.4, Mean: base.Mean, Std: base.Std}
}

// Validate names the first field that makes no sense, by its JSON name.
func (r SceneRecipe) Validate() error {
	for name, size := range map[string]int{"height": r.Height, "width": r.Width} {
		if size < 1 || size > 1<<14 {
			return fmt.Errorf("%s is %d; it must be between 1 and %d", name, size, 1<<14)
		}
	}
	for _, f := range []struct {
		name     string
		value    float64
		ok       bool
		sentence string
	}{
		{"min_scale", r.MinScale, r.MinScale > 0 && r.MinScale <= r.MaxScale, "above 0 and at most max_scale"},
		{"max_scale", r.MaxScale, r.MaxScale <= 16, "at most 16"},
		{"flip", r.Flip, r.Flip >= 0 && r.Flip <= 1, "between 0 and 1"},
		{"color_jitter", r.ColorJitter, r.ColorJitter >= 0 && r.ColorJitter <= 1, "between 0 and 1"},
		{"std", min(r.Std[0], r.Std[1], r.Std[2]), min(r.Std[0], r.Std[1], r.Std[2]) > 0, "positive"},
	} {
		if !f.ok {
			return fmt.Errorf("%s is %v; it must be %s", f.name, f.value, f.sentence)
		}
	}
	return nil
}

// Train writes a training picture to pixels, [Height, Width, 3], and its labels, [H, W], to out, [Height, Width]. What lies
// outside the picture has the label outside.
func (r SceneRecipe) Train(p *picture.RGB, labels []uint8, outside uint8, rng *rand.Rand, pixels []float32, out []int32) {
	scale := uniform(rng, r.MinScale, r.MaxScale) * max(float64(r.Height)/float64(p.H), float64(r.Width)/float64(p.W))
	w, h := max(1, int(math.Round(scale*float64(p.W)))), max(1, int(math.Round(scale*float64(p.H))))
	labels = nearestTo(labels, p.W, p.H, w, h)
	part := rect{x: within(rng, w-r.Width), y: within(rng, h-r.Height), w: r.Width, h: r.Height}
	p = cut(resize(p, w, h), part)
	labels = cutLabels(labels, w, h, part, outside)
	if rng.Float64() < r.Flip {
		p, labels = flip(p), flipLabels(labels, r.Width)
	}
	if r.ColorJitter > 0 {
		p = colorJitter(p, r.ColorJitter, rng)
	}
	r.write(p, labels, pixels, out)
}

// Test writes a test picture to pixels and its labels to out, resized as a whole.
func (r SceneRecipe) Test(p *picture.RGB, labels []uint8, pixels []float32, out []int32) {
	r.write(resize(p, r.Width, r.Height), nearestTo(labels, p.W, p.H, r.Width, r.Height), pixels, out)
}

func (r SceneRecipe) write(p *picture.RGB, labels []uint8, pixels []float32, out []int32) {
	normalise(p, r.Mean, r.Std, pixels)
	for i, label := range labels {
		out[i] = int32(label)
	}
}

// within draws a place from 0 to room, or from room to 0 where it is below.
func within(rng *rand.Rand, room int) int {
	if room < 0 {
		return -rng.IntN(-room + 1)
	}
	return rng.IntN(room + 1)
}

// nearestTo resizes labels: each new pixel has that of the old one in which its middle lies.
func nearestTo(labels []uint8, fromW, fromH, w, h int) []uint8 {
	if fromW == w && fromH == h {
		return labels
	}
	out := make([]uint8, w*h)
	for y := range h {
		row := labels[(2*y+1)*fromH/(2*h)*fromW:]
		for x := range w {
			out[y*w+x] = row[(2*x+1)*fromW/(2*w)]
		}
	}
	return out
}

// cutLabels copies a part; what lies outside has a label of its own.
func cutLabels(labels []uint8, w, h int, r rect, outside uint8) []uint8 {
	out := make([]uint8, r.w*r.h)
	for y := range r.h {
		for x := range r.w {
			label := outside
			if px, py := x+r.x, y+r.y; px >= 0 && px < w && py >= 0 && py < h {
				label = labels[py*w+px]
			}
			out[y*r.w+x] = label
		}
	}
	return out
}

func flipLabels(labels []uint8, w int) []uint8 {
	out := make([]uint8, len(labels))
	for i, label := range labels {
		x := i % w
		out[i-x+w-1-x] = label
	}
	return out
}
