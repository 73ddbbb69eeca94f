package augment

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mambamixer/datasets/picture"
)

func trained(r Recipe, rng *rand.Rand) []float32 {
	pixels := make([]float32, r.Size*r.Size*3)
	r.Train(generated(40, 30), rng, pixels)
	return pixels
}

// A picture depends on seed, epoch and index, and on nothing before.
func TestRandomnessIsThePictures(t *testing.T) {
	recipe := ImageNet()
	recipe.Size = 24
	want := trained(recipe, Random(1, 2, 3))
	trained(recipe, Random(1, 2, 4))
	if !slices.Equal(trained(recipe, Random(1, 2, 3)), want) {
		t.Error("the same picture looks different the next time")
	}
	for _, other := range [][3]int{{2, 2, 3}, {1, 3, 3}, {1, 2, 4}} {
		if slices.Equal(trained(recipe, Random(uint64(other[0]), other[1], other[2])), want) {
			t.Errorf("seed, epoch and index %v give the same as 1, 2, 3", other)
		}
	}
}

// Without anything random, a training picture is a test picture.
func TestPlain(t *testing.T) {
	recipe := Plain(16)
	want := make([]float32, 16*16*3)
	recipe.Test(generated(40, 30), want)
	if !slices.Equal(trained(recipe, Random(1, 2, 3)), want) {
		t.Error("a training picture differs from a test picture")
	}
}

// Parts are as large as they should be: area and aspect are spread evenly over their ranges, on their scales.
func TestRandomRect(t *testing.T) {
	rng := Random(1, 0, 0)
	var area, aspect []float64
	for range 4000 {
		r := randomRect(1000, 1000, 0.08, rng)
		if r.x < 0 || r.y < 0 || r.x+r.w > 1000 || r.y+r.h > 1000 {
			t.Fatalf("%v leaves the picture", r)
		}
		area = append(area, float64(r.w*r.h)/1e6)
		aspect = append(aspect, math.Log(float64(r.w)/float64(r.h)))
	}
	least, most := slices.Min(area), slices.Max(area)
	if math.Abs(least-0.08) > 0.01 || most < 0.95 {
		t.Errorf("areas from %v to %v", least, most)
	}
	if mean := mean(aspect); math.Abs(mean) > 0.01 || slices.Max(aspect) > math.Log(4./3)+0.01 {
		t.Errorf("the mean of the logarithm of the aspect is %v, its most %v", mean, slices.Max(aspect))
	}
}

func mean(values []float64) (m float64) {
	for _, v := range values {
		m += v / float64(len(values))
	}
	return m
}

func TestPaddedCropAndFlip(t *testing.T) {
	p := generated(32, 32)
	shifted := map[[2]int]bool{}
	for i := range 400 {
		out := paddedCrop(p, 4, Random(1, 0, i))
		for dy := -4; dy <= 4; dy++ {
			for dx := -4; dx <= 4; dx++ {
				if slices.Equal(out.Pix, cut(p, rect{dx, dy, 32, 32}).Pix) {
					shifted[[2]int{dx, dy}] = true
				}
			}
		}
	}
	if len(shifted) < 75 { // of 81
		t.Errorf("only %d shifts", len(shifted))
	}
	if corner := cut(p, rect{-4, -4, 32, 32}); !slices.Equal(corner.At(3, 4), []uint8{0, 0, 0}) || !slices.Equal(corner.At(4, 4), p.At(0, 0)) {
		t.Error("the border isn't black, or the picture isn't where it should be")
	}
	if f := flip(p); !slices.Equal(f.At(0, 7), p.At(31, 7)) || !slices.Equal(flip(f).Pix, p.Pix) {
		t.Error("flip doesn't turn left to right")
	}
}

// Erasing writes noise of deviation 1 into one rectangle of 2 to 33 % of the picture; in the mean less than the middle of
// that range, since long rectangles must fit too.
func TestErase(t *testing.T) {
	const size = 64
	var areas, values []float64
	for i := range 200 {
		pixels := make([]float32, size*size*3)
		erase(pixels, size, Random(1, 0, i))
		x0, x1, y0, y1, n := size, -1, size, -1, 0
		for at, v := range pixels {
			if v != 0 {
				x, y := at/3%size, at/3/size
				x0, x1, y0, y1 = min(x0, x), max(x1, x), min(y0, y), max(y1, y)
				values = append(values, float64(v))
				n++
			}
		}
		if n != 3*(x1-x0+1)*(y1-y0+1) {
			t.Fatalf("%d numbers changed, not those of the rectangle %d..%d, %d..%d", n, x0, x1, y0, y1)
		}
		areas = append(areas, float64(n)/float64(len(pixels)))
	}
	var square float64
	for _, v := range values {
		square += v * v / float64(len(values))
	}
	if math.Abs(mean(values)) > 0.02 || math.Abs(square-1) > 0.02 {
		t.Errorf("noise of mean %v and mean square %v", mean(values), square)
	}
	if least, most := slices.Min(areas), slices.Max(areas); least < 0.015 || most > 0.35 || math.Abs(mean(areas)-0.16) > 0.015 {
		t.Errorf("areas from %v to %v, %v in the mean", least, most, mean(areas))
	}
}

// RandAugment leaves a quarter of the pictures alone: each of two operations is applied half of the time, and some
// change nothing.
func TestRandAugment(t *testing.T) {
	recipe := ImageNet()
	p := generated(40, 30)
	same := 0
	for i := range 2000 {
		if slices.Equal(recipe.randAugment(p, Random(1, 0, i)).Pix, p.Pix) {
			same++
		}
	}
	if share := float64(same) / 2000; share < 0.22 || share > 0.40 {
		t.Errorf("%.2f of the pictures are unchanged", share)
	}
}

func TestColorJitter(t *testing.T) {
	p := generated(20, 20)
	if got := colorJitter(p, 0, Random(1, 0, 0)); !slices.Equal(got.Pix, p.Pix) {
		t.Error("a strength of 0 changes the picture")
	}
	recipe := Plain(20)
	recipe.ColorJitter = 0.4
	if slices.Equal(trained(recipe, Random(1, 0, 0)), trained(Plain(20), Random(1, 0, 0))) {
		t.Error("the colours stay")
	}
}

// Whatever is mixed: targets sum to 1, and nothing is lost over the batch.
func TestMix(t *testing.T) {
	for _, change := range []func(*Recipe){
		func(r *Recipe) { r.Cutmix = 0 }, func(r *Recipe) { r.Mixup = 0 }, func(*Recipe) {},
	} {
		recipe := ImageNet()
		change(&recipe)
		mixed := false
		for trial := range 20 {
			b := NewBatch(5, 8, 3)
			rng := Random(1, 0, trial)
			var sum, target float64
			for i := range b.Pixels {
				b.Pixels[i] = float32(rng.NormFloat64())
				sum += float64(b.Pixels[i])
			}
			for i := range b.Count {
				b.Label(i, i%3, recipe.Smoothing)
			}
			before := slices.Clone(b.Pixels)
			middle := slices.Clone(b.Picture(2))
			recipe.Mix(b, rng)
			for _, v := range b.Pixels {
				sum -= float64(v)
			}
			for _, v := range b.Targets {
				target += float64(v)
			}
			if math.Abs(sum) > 1e-3 || math.Abs(target-5) > 1e-5 || !slices.Equal(b.Picture(2), middle) {
				t.Errorf("the sum changed by %v, that of the targets is %v", sum, target)
			}
			mixed = mixed || !slices.Equal(b.Pixels, before)
		}
		if !mixed {
			t.Error("nothing was mixed")
		}
	}
}

func TestValidate(t *testing.T) {
	for _, good := range []Recipe{ImageNet(), Small(32), Plain(8)} {
		if err := good.Validate(); err != nil {
			t.Error(err)
		}
	}
	for field, change := range map[string]func(*Recipe){
		"crop": func(r *Recipe) { r.Crop = "centre" }, "size": func(r *Recipe) { r.Size = 0 }, "layers": func(r *Recipe) { r.Layers = -1 },
		"min_area": func(r *Recipe) { r.MinArea = 0 }, "flip": func(r *Recipe) { r.Flip = 2 }, "magnitude": func(r *Recipe) { r.Magnitude = 11 },
		"mixup": func(r *Recipe) { r.Mixup = math.NaN() }, "smoothing": func(r *Recipe) { r.Smoothing = 1 }, "std": func(r *Recipe) { r.Std[1] = 0 },
	} {
		r := ImageNet()
		change(&r)
		if err := r.Validate(); err == nil || !strings.HasPrefix(err.Error(), field+" is") {
			t.Errorf("%s: %v", field, err)
		}
	}
}

// Pictures of any form come through every recipe.
func TestOddPictures(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {1, 300}, {300, 1}, {2, 3}, {1, 1 << 22}} {
		for i, recipe := range []Recipe{ImageNet(), Small(32)} {
			recipe.Size = 32
			pixels := make([]float32, 32*32*3)
			for trial := range 3 {
				recipe.Train(picture.New(size[0], size[1]), Random(uint64(i), 0, trial), pixels)
			}
			recipe.Test(picture.New(size[0], size[1]), pixels)
		}
	}
}
