package augment

import (
	"math"
	"math/rand/v2"

	"mambamixer/datasets/picture"
)

// rect is a part of a picture.
type rect struct{ x, y, w, h int }

// cut copies a part; what lies outside the picture is black.
func cut(p *picture.RGB, r rect) *picture.RGB {
	out := picture.New(r.w, r.h)
	from, to := max(r.x, 0), min(r.x+r.w, p.W)
	for y := range r.h {
		if row := y + r.y; row >= 0 && row < p.H && from < to {
			copy(out.Pix[3*(y*r.w+from-r.x):], p.Pix[3*(row*p.W+from):3*(row*p.W+to)])
		}
	}
	return out
}

// The aspects of a resized crop, width over height.
const (
	leastAspect = 3. / 4
	mostAspect  = 4. / 3
)

func randomResizedCrop(p *picture.RGB, size int, minArea float64, rng *rand.Rand) *picture.RGB {
	return resize(cut(p, randomRect(p.W, p.H, minArea, rng)), size, size)
}

// randomRect draws a part of minArea to 1 of the area. Where ten draws don't fit into the picture, it is the largest one
// of a fitting aspect in the middle.
func randomRect(w, h int, minArea float64, rng *rand.Rand) rect {
	for range 10 {
		area := uniform(rng, minArea, 1) * float64(w*h)
		aspect := math.Exp(uniform(rng, math.Log(leastAspect), math.Log(mostAspect)))
		r := rect{w: round(math.Sqrt(area * aspect)), h: round(math.Sqrt(area / aspect))}
		if r.w >= 1 && r.h >= 1 && r.w <= w && r.h <= h {
			r.y, r.x = rng.IntN(h-r.h+1), rng.IntN(w-r.w+1)
			return r
		}
	}
	return middleRect(w, h)
}

// middleRect is the largest part of a fitting aspect, in the middle.
func middleRect(w, h int) rect {
	r := rect{w: w, h: h}
	switch aspect := float64(w) / float64(h); {
	case aspect < leastAspect:
		r.h = round(float64(w) / leastAspect)
	case aspect > mostAspect:
		r.w = round(float64(h) * mostAspect)
	}
	r.x, r.y = (w-r.w)/2, (h-r.h)/2
	return r
}

// paddedCrop shifts a picture by up to pad pixels.
func paddedCrop(p *picture.RGB, pad int, rng *rand.Rand) *picture.RGB {
	return cut(p, rect{rng.IntN(2*pad+1) - pad, rng.IntN(2*pad+1) - pad, p.W, p.H})
}

// middle resizes a picture so that its shorter side is Size/CropPct, and cuts Size x Size out of its middle.
func (r Recipe) middle(p *picture.RGB) *picture.RGB {
	if most := 16 * min(p.W, p.H); max(p.W, p.H) > most { // only the middle counts, and the rest of a strip may be endless
		w, h := min(p.W, most), min(p.H, most)
		p = cut(p, rect{(p.W - w) / 2, (p.H - h) / 2, w, h})
	}
	short := int(math.Floor(float64(r.Size) / r.CropPct))
	w, h := short, short
	if p.W < p.H {
		h = short * p.H / p.W
	} else {
		w = short * p.W / p.H
	}
	p = resize(p, w, h)
	return cut(p, rect{round(float64(w-r.Size) / 2), round(float64(h-r.Size) / 2), r.Size, r.Size})
}

// flip turns left to right.
func flip(p *picture.RGB) *picture.RGB {
	out := picture.New(p.W, p.H)
	for y := range p.H {
		for x := range p.W {
			copy(out.At(p.W-1-x, y), p.At(x, y))
		}
	}
	return out
}

func uniform(rng *rand.Rand, low, high float64) float64 { return low + (high-low)*rng.Float64() }

// round is Python's: halves go to the even number.
func round(x float64) int { return int(math.RoundToEven(x)) }
