package augment

import (
	"math"

	"mambamixer/datasets/picture"
)

// resize scales a picture by Pillow's bicubic filter, which widens where the picture gets smaller. Weights are whole
// numbers with 22 bits after the point, and the first pass gives bytes to the second, as in Pillow.
func resize(p *picture.RGB, w, h int) *picture.RGB {
	if w != p.W {
		out := picture.New(w, p.H)
		taps := tapsOf(p.W, w)
		for y := range p.H {
			row, to := p.Pix[3*y*p.W:], out.Pix[3*y*w:]
			for x, t := range taps {
				to[3*x], to[3*x+1], to[3*x+2] = t.sum(row[3*t.first:], 3)
			}
		}
		p = out
	}
	if h != p.H {
		out := picture.New(p.W, h)
		for y, t := range tapsOf(p.H, h) {
			to := out.Pix[3*y*p.W:]
			for x := range p.W {
				to[3*x], to[3*x+1], to[3*x+2] = t.sum(p.Pix[3*(t.first*p.W+x):], 3*p.W)
			}
		}
		p = out
	}
	return p
}

// precision is the number of bits after the point of a weight.
const precision = 22

// taps are the pixels that a new one is made of: from first on, with these weights.
type taps struct {
	first   int
	weights []int32
}

// sum weighs the pixels that begin at in, a stride apart.
func (t taps) sum(in []uint8, stride int) (r, g, b uint8) {
	const half = 1 << (precision - 1)
	sr, sg, sb := int32(half), int32(half), int32(half)
	for i, w := range t.weights {
		at := in[i*stride : i*stride+3 : i*stride+3]
		sr += int32(at[0]) * w
		sg += int32(at[1]) * w
		sb += int32(at[2]) * w
	}
	return clip(sr >> precision), clip(sg >> precision), clip(sb >> precision)
}

func clip(v int32) uint8 { return uint8(min(max(v, 0), 255)) }

// tapsOf gives what each pixel of a new row is made of.
func tapsOf(from, to int) []taps {
	scale := float64(from) / float64(to)
	wide := max(scale, 1)
	support := 2 * wide
	all := make([]taps, to)
	for i := range all {
		center := (float64(i) + 0.5) * scale
		first := max(int(center-support+0.5), 0)
		end := min(int(center+support+0.5), from)
		weights := make([]float64, end-first)
		var total float64
		for k := range weights {
			weights[k] = cubic((float64(first+k) - center + 0.5) / wide)
			total += weights[k]
		}
		all[i] = taps{first, make([]int32, len(weights))}
		for k, w := range weights {
			all[i].weights[k] = int32(math.Round(w / total * (1 << precision)))
		}
	}
	return all
}

// cubic is Keys' kernel with a = -1/2.
func cubic(x float64) float64 {
	const a = -0.5
	x = math.Abs(x)
	switch {
	case x < 1:
		return ((a+2)*x-(a+3))*x*x + 1
	case x < 2:
		return (((x-5)*x+8)*x - 4) * a
	}
	return 0
}
