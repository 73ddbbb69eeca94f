package imagefolder

import (
	"math"
	"slices"
	"testing"
)

func TestShapesAreTheSameEachTime(t *testing.T) {
	set, err := strictly("shapes", nil)
	if err != nil {
		t.Fatal(err)
	}
	const want = "d94d55f2951ffe1609f2576beb870202648490d2e1f8c1bedf52e206fd6397b2" // changes with what is drawn
	if set.SHA256 != want || !set.Synthetic || set.Train.Len() != 2000 || set.Test.Len() != 500 {
		t.Errorf("sum %s, %d and %d pictures", set.SHA256, set.Train.Len(), set.Test.Len())
	}
	a, _ := set.Train.Picture(0)
	b, _ := set.Test.Picture(0)
	if slices.Equal(a.Pix, b.Pix) {
		t.Error("a picture is in both splits")
	}
	c := DefaultShapes()
	c.Seed++
	if other, err := Shapes(c); err != nil || other.SHA256 == want {
		t.Error("another seed gives the same set")
	}
	if _, err := Shapes(ShapesConfig{Size: 8, Train: 1, Test: 1}); err == nil {
		t.Error("8 pixels are not enough for a figure")
	}
}

// What a model could see without looking at form says nothing: a classifier by the nearest mean of colours and their
// deviations guesses.
func TestShapesNeedForm(t *testing.T) {
	set, err := Shapes(DefaultShapes())
	if err != nil {
		t.Fatal(err)
	}
	features := func(p Pictures, i int) (f [6]float64) {
		rgb, _ := p.Picture(i)
		n := float64(len(rgb.Pix) / 3)
		for at, v := range rgb.Pix {
			f[at%3] += float64(v) / n
			f[3+at%3] += float64(v) * float64(v) / n
		}
		for k := range 3 {
			f[3+k] = math.Sqrt(f[3+k] - f[k]*f[k])
		}
		return f
	}
	var means [8][6]float64
	for i := range set.Train.Len() {
		for k, v := range features(set.Train, i) {
			means[set.Train.Label(i)][k] += v * 8 / float64(set.Train.Len())
		}
	}
	right := 0
	for i := range set.Test.Len() {
		best, at := math.Inf(1), 0
		f := features(set.Test, i)
		for label, mean := range means {
			var d float64
			for k := range f {
				d += (f[k] - mean[k]) * (f[k] - mean[k])
			}
			if d < best {
				best, at = d, label
			}
		}
		if at == set.Test.Label(i) {
			right++
		}
	}
	if share := float64(right) / float64(set.Test.Len()); share > 0.25 {
		t.Errorf("colours alone tell %.0f %% of the figures; guessing tells 12.5 %%", 100*share)
	}
}
