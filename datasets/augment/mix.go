package augment

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// Batch is a batch of normalised pictures and their targets.
type Batch struct {
	Count, Size, Classes int
	Pixels               []float32 // [Count, Size, Size, 3]
	Targets              []float32 // [Count, Classes], each summing to 1
}

// NewBatch makes a batch of zeros.
func NewBatch(count, size, classes int) *Batch {
	return &Batch{Count: count, Size: size, Classes: classes,
		Pixels: make([]float32, count*size*size*3), Targets: make([]float32, count*classes)}
}

// Picture gives the pixels of example i, [Size, Size, 3].
func (b *Batch) Picture(i int) []float32 {
	n := b.Size * b.Size * 3
	return b.Pixels[i*n : (i+1)*n]
}

// target gives the target of example i.
func (b *Batch) target(i int) []float32 { return b.Targets[i*b.Classes : (i+1)*b.Classes] }

// Label sets the target of example i to its class, with a share of smoothing spread over all classes.
func (b *Batch) Label(i, class int, smoothing float64) {
	off := smoothing / float64(b.Classes)
	target := b.target(i)
	for k := range target {
		target[k] = float32(off)
	}
	target[class] = float32(1 - smoothing + off)
}

// Mix mixes the batch with its reverse by mixup or cutmix, each half of the time where both are on. Targets must be set.
func (r Recipe) Mix(b *Batch, rng *rand.Rand) {
	cut := r.Cutmix > 0 && (r.Mixup == 0 || rng.IntN(2) == 0)
	switch {
	case cut:
		lambda := distuv.Beta{Alpha: r.Cutmix, Beta: r.Cutmix, Src: rng}.Rand()
		b.cutmix(cutBox(b.Size, lambda, rng.IntN(b.Size), rng.IntN(b.Size)))
	case r.Mixup > 0:
		b.mixup(distuv.Beta{Alpha: r.Mixup, Beta: r.Mixup, Src: rng}.Rand())
	}
}

// mixup makes each picture lambda of itself and the rest of its partner, the example as far from the other end.
func (b *Batch) mixup(lambda float64) {
	b.pairs(func(i, j int) { blendBoth(b.Picture(i), b.Picture(j), lambda) })
	b.mixTargets(lambda)
}

// cutBox is what cutmix exchanges: a square of share 1 - lambda around a centre, as far as it lies in the picture.
func cutBox(size int, lambda float64, cy, cx int) rect {
	half := int(float64(size)*math.Sqrt(1-lambda)) / 2
	x0, y0 := max(cx-half, 0), max(cy-half, 0)
	return rect{x0, y0, min(cx+half, size) - x0, min(cy+half, size) - y0}
}

// cutmix exchanges a part of each picture with its partner's. The targets go by the area that is left.
func (b *Batch) cutmix(box rect) {
	b.pairs(func(i, j int) {
		one, other := b.Picture(i), b.Picture(j)
		for y := box.y; y < box.y+box.h; y++ {
			for k := 3 * (y*b.Size + box.x); k < 3*(y*b.Size+box.x+box.w); k++ {
				one[k], other[k] = other[k], one[k]
			}
		}
	})
	b.mixTargets(1 - float64(box.w*box.h)/float64(b.Size*b.Size))
}

func (b *Batch) mixTargets(lambda float64) {
	b.pairs(func(i, j int) { blendBoth(b.target(i), b.target(j), lambda) })
}

// pairs visits each example below the middle with its partner. The one in the middle has itself, which changes nothing.
func (b *Batch) pairs(visit func(i, j int)) {
	for i := range b.Count / 2 {
		visit(i, b.Count-1-i)
	}
}

func blendBoth(one, other []float32, lambda float64) {
	keep, give := float32(lambda), float32(1-lambda)
	for k, v := range one {
		w := other[k]
		one[k], other[k] = v*keep+w*give, w*keep+v*give
	}
}
