package augment

import (
	"math/rand/v2"

	"mambamixer/datasets/picture"
)

// maxLevel is the strongest level of an operation.
const maxLevel = 10

// translateShare is how far level 10 moves a picture, as a share of its side.
const translateShare = 0.45

// operation is one of RandAugment's: it changes a picture by a level of 0 to 10; sign is -1 or 1, and counts where there
// are two directions.
type operation struct {
	name  string
	apply func(p *picture.RGB, level, sign float64) *picture.RGB
}

// operations are the increasing set of timm, with its names.
var operations = []operation{
	{"AutoContrast", func(p *picture.RGB, _, _ float64) *picture.RGB { return autoContrast(p) }},
	{"Equalize", func(p *picture.RGB, _, _ float64) *picture.RGB { return equalize(p) }},
	{"Invert", func(p *picture.RGB, _, _ float64) *picture.RGB { return mapped(p, func(v int) int { return 255 - v }) }},
	{"Rotate", func(p *picture.RGB, level, sign float64) *picture.RGB {
		if level == 0 {
			return p
		}
		return affine(p, rotation(p.W, p.H, sign*level/maxLevel*30))
	}},
	{"PosterizeIncreasing", func(p *picture.RGB, level, _ float64) *picture.RGB {
		dropped := 8 - (4 - int(level/maxLevel*4)) // bits
		return mapped(p, func(v int) int { return v >> dropped << dropped })
	}},
	{"SolarizeIncreasing", func(p *picture.RGB, level, _ float64) *picture.RGB {
		return solarize(p, 256-min(256, int(level/maxLevel*256)))
	}},
	{"SolarizeAdd", func(p *picture.RGB, level, _ float64) *picture.RGB {
		add := min(128, int(level/maxLevel*110))
		return mapped(p, func(v int) int {
			if v < 128 {
				return min(255, v+add)
			}
			return v
		})
	}},
	{"ColorIncreasing", enhance(saturation)},
	{"ContrastIncreasing", enhance(contrast)},
	{"BrightnessIncreasing", enhance(brightness)},
	{"SharpnessIncreasing", enhance(sharpness)},
	{"ShearX", func(p *picture.RGB, level, sign float64) *picture.RGB {
		return affine(p, matrix{1, sign * level / maxLevel * 0.3, 0, 0, 1, 0})
	}},
	{"ShearY", func(p *picture.RGB, level, sign float64) *picture.RGB {
		return affine(p, matrix{1, 0, 0, sign * level / maxLevel * 0.3, 1, 0})
	}},
	{"TranslateXRel", func(p *picture.RGB, level, sign float64) *picture.RGB {
		return affine(p, matrix{1, 0, sign * level / maxLevel * translateShare * float64(p.W), 0, 1, 0})
	}},
	{"TranslateYRel", func(p *picture.RGB, level, sign float64) *picture.RGB {
		return affine(p, matrix{1, 0, 0, 0, 1, sign * level / maxLevel * translateShare * float64(p.H)})
	}},
}

// solarize turns values from a threshold on into their opposite.
func solarize(p *picture.RGB, threshold int) *picture.RGB {
	return mapped(p, func(v int) int {
		if v < threshold {
			return v
		}
		return 255 - v
	})
}

// enhance makes an operation of an enhancement: level 10 is a factor of 0.1 or 1.9.
func enhance(change func(*picture.RGB, float64) *picture.RGB) func(*picture.RGB, float64, float64) *picture.RGB {
	return func(p *picture.RGB, level, sign float64) *picture.RGB {
		return change(p, max(0.1, 1+sign*level/maxLevel*0.9))
	}
}

// randAugment applies Layers operations, drawn with repetition, each with probability 1/2.
func (r Recipe) randAugment(p *picture.RGB, rng *rand.Rand) *picture.RGB {
	for range r.Layers {
		op := operations[rng.IntN(len(operations))]
		level := min(max(r.Magnitude+r.MagnitudeStd*rng.NormFloat64(), 0), maxLevel)
		sign := float64(2*rng.IntN(2) - 1)
		if rng.IntN(2) == 0 {
			p = op.apply(p, level, sign)
		}
	}
	return p
}
