package augment

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"mambamixer/datasets/picture"
)

// Recipe says how pictures are prepared.
type Recipe struct {
	Size int  `json:"size"` // width and height of what the model gets, pixels
	Crop Crop `json:"crop"`

	MinArea      float64 `json:"min_area"`      // of a resized crop, as a share of the picture
	Flip         float64 `json:"flip"`          // probability
	Layers       int     `json:"layers"`        // operations of RandAugment on a picture; 0 = none
	Magnitude    float64 `json:"magnitude"`     // their mean strength, 0 to 10
	MagnitudeStd float64 `json:"magnitude_std"` // and its deviation
	ColorJitter  float64 `json:"color_jitter"`  // where Layers is 0
	Erasing      float64 `json:"erasing"`       // probability

	Mixup     float64 `json:"mixup"`     // alpha of mixup; 0 = off
	Cutmix    float64 `json:"cutmix"`    // alpha of cutmix; 0 = off
	Smoothing float64 `json:"smoothing"` // share of the target that goes to all classes alike

	CropPct float64    `json:"crop_pct"` // a test picture's share that is left after the crop, by its shorter side
	Mean    [3]float64 `json:"mean"`     // of red, green and blue, from 0 to 1
	Std     [3]float64 `json:"std"`
}

// Crop is how a part of a training picture is chosen.
type Crop string

// The crops.
const (
	Resized Crop = "resized" // a random part, resized
	Padded  Crop = "padded"  // all of it, shifted by up to an eighth
	Whole   Crop = "whole"   // as a test picture
)

// ImageNet is the recipe of Swin and VMamba for ImageNet at 224 pixels.
func ImageNet() Recipe {
	return Recipe{Size: 224, Crop: Resized, MinArea: 0.08, Flip: 0.5, Layers: 2, Magnitude: 9, MagnitudeStd: 0.5, ColorJitter: 0.4,
		Erasing: 0.25, Mixup: 0.8, Cutmix: 1, Smoothing: 0.1, CropPct: 0.875,
		Mean: [3]float64{0.485, 0.456, 0.406}, Std: [3]float64{0.229, 0.224, 0.225}}
}

// Small is a recipe for small sets of small pictures and short training: shift, flip and smoothing, the whole picture in
// the test.
func Small(size int) Recipe {
	recipe := Plain(size)
	recipe.Crop, recipe.Flip, recipe.Smoothing = Padded, 0.5, 0.1
	return recipe
}

// Plain changes nothing at random.
func Plain(size int) Recipe {
	base := ImageNet()
	return Recipe{Size: size, Crop: Whole, MinArea: base.MinArea, CropPct: 1, Mean: base.Mean, Std: base.Std}
}

// Validate names the first field that makes no sense, by its JSON name.
func (r Recipe) Validate() error {
	switch r.Crop {
	case Resized, Padded, Whole:
	default:
		return fmt.Errorf("crop is %q; use resized, padded or whole", r.Crop)
	}
	if r.Size < 1 || r.Size > 1<<14 {
		return fmt.Errorf("size is %d; it must be between 1 and %d", r.Size, 1<<14)
	}
	if r.Layers < 0 {
		return fmt.Errorf("layers is %d; it must be at least 0", r.Layers)
	}
	for _, f := range []struct {
		name     string
		value    float64
		ok       bool
		sentence string
	}{
		{"min_area", r.MinArea, r.MinArea > 0 && r.MinArea <= 1, "above 0 and at most 1"},
		{"flip", r.Flip, r.Flip >= 0 && r.Flip <= 1, "between 0 and 1"},
		{"magnitude", r.Magnitude, r.Magnitude >= 0 && r.Magnitude <= maxLevel, "between 0 and 10"},
		{"magnitude_std", r.MagnitudeStd, r.MagnitudeStd >= 0, "at least 0"},
		{"color_jitter", r.ColorJitter, r.ColorJitter >= 0 && r.ColorJitter <= 1, "between 0 and 1"},
		{"erasing", r.Erasing, r.Erasing >= 0 && r.Erasing <= 1, "between 0 and 1"},
		{"mixup", r.Mixup, r.Mixup >= 0, "at least 0"},
		{"cutmix", r.Cutmix, r.Cutmix >= 0, "at least 0"},
		{"smoothing", r.Smoothing, r.Smoothing >= 0 && r.Smoothing < 1, "at least 0 and below 1"},
		{"crop_pct", r.CropPct, r.CropPct > 0 && r.CropPct <= 1, "above 0 and at most 1"},
		{"std", min(r.Std[0], r.Std[1], r.Std[2]), min(r.Std[0], r.Std[1], r.Std[2]) > 0, "positive"},
	} {
		if !f.ok {
			return fmt.Errorf("%s is %v; it must be %s", f.name, f.value, f.sentence)
		}
	}
	return nil
}

// Random is the source of random numbers of a picture in an epoch, or of a batch.
func Random(seed uint64, epoch, index int) *rand.Rand {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[0:], seed)
	binary.LittleEndian.PutUint64(key[8:], uint64(epoch))
	binary.LittleEndian.PutUint64(key[16:], uint64(index))
	return rand.New(rand.NewChaCha8(key))
}

// Train writes a training picture to pixels, [Size, Size, 3].
func (r Recipe) Train(p *picture.RGB, rng *rand.Rand, pixels []float32) {
	switch r.Crop {
	case Resized:
		p = randomResizedCrop(p, r.Size, r.MinArea, rng)
	case Padded:
		p = paddedCrop(r.middle(p), r.Size/8, rng)
	default:
		p = r.middle(p)
	}
	if rng.Float64() < r.Flip {
		p = flip(p)
	}
	if r.Layers > 0 {
		p = r.randAugment(p, rng)
	} else if r.ColorJitter > 0 {
		p = colorJitter(p, r.ColorJitter, rng)
	}
	normalise(p, r.Mean, r.Std, pixels)
	if rng.Float64() < r.Erasing {
		erase(pixels, r.Size, rng)
	}
}

// Test writes a test picture to pixels, [Size, Size, 3].
func (r Recipe) Test(p *picture.RGB, pixels []float32) { normalise(r.middle(p), r.Mean, r.Std, pixels) }

// normalise turns bytes into numbers of mean 0 and deviation 1.
func normalise(p *picture.RGB, mean, std [3]float64, pixels []float32) {
	var table [3][256]float32
	for c := range table {
		for v := range table[c] {
			table[c][v] = float32((float64(v)/255 - mean[c]) / std[c])
		}
	}
	for i := 0; i < len(p.Pix); i += 3 {
		pixels[i], pixels[i+1], pixels[i+2] = table[0][p.Pix[i]], table[1][p.Pix[i+1]], table[2][p.Pix[i+2]]
	}
}
