package augment

import (
	"math"
	"math/rand/v2"
)

// The areas and aspects of what is erased.
const (
	leastErased       = 0.02
	mostErased        = 1. / 3
	leastErasedAspect = 0.3
)

// erase fills a rectangle of a normalised picture with normal noise.
func erase(pixels []float32, size int, rng *rand.Rand) {
	for range 10 {
		area := uniform(rng, leastErased, mostErased) * float64(size*size)
		aspect := math.Exp(uniform(rng, math.Log(leastErasedAspect), -math.Log(leastErasedAspect)))
		h, w := round(math.Sqrt(area*aspect)), round(math.Sqrt(area/aspect))
		if w >= size || h >= size {
			continue
		}
		top, left := rng.IntN(size-h+1), rng.IntN(size-w+1)
		for y := top; y < top+h; y++ {
			for i := 3 * (y*size + left); i < 3*(y*size+left+w); i++ {
				pixels[i] = float32(rng.NormFloat64())
			}
		}
		return
	}
}
