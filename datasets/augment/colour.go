package augment

import (
	"math/rand/v2"

	"mambamixer/datasets/picture"
)

// mapped gives a picture with each byte exchanged by a table.
func mapped(p *picture.RGB, table func(v int) int) *picture.RGB {
	var bytes [256]uint8
	for v := range bytes {
		bytes[v] = uint8(table(v))
	}
	out := picture.New(p.W, p.H)
	for i, v := range p.Pix {
		out.Pix[i] = bytes[v]
	}
	return out
}

// perChannel gives a picture with each byte exchanged by a table that depends on the channel's histogram.
func perChannel(p *picture.RGB, table func(histogram *[256]int) [256]uint8) *picture.RGB {
	var histograms [3][256]int
	for i, v := range p.Pix {
		histograms[i%3][v]++
	}
	var tables [3][256]uint8
	for c := range tables {
		tables[c] = table(&histograms[c])
	}
	out := picture.New(p.W, p.H)
	for i, v := range p.Pix {
		out.Pix[i] = tables[i%3][v]
	}
	return out
}

func identity() (table [256]uint8) {
	for v := range table {
		table[v] = uint8(v)
	}
	return table
}

// autoContrast stretches each channel to 0..255.
func autoContrast(p *picture.RGB) *picture.RGB {
	return perChannel(p, func(histogram *[256]int) [256]uint8 {
		low, high := 0, 255
		for low < 255 && histogram[low] == 0 {
			low++
		}
		for high > 0 && histogram[high] == 0 {
			high--
		}
		table := identity()
		if high <= low {
			return table
		}
		scale := 255 / float64(high-low)
		offset := -float64(low) * scale
		for v := range table {
			table[v] = clip(int32(float64(v)*scale + offset))
		}
		return table
	})
}

// equalize makes each channel's values about equally frequent.
func equalize(p *picture.RGB) *picture.RGB {
	return perChannel(p, func(histogram *[256]int) [256]uint8 {
		var total, last, kinds int
		for _, n := range histogram {
			total += n
			if n > 0 {
				last = n
				kinds++
			}
		}
		table := identity()
		step := (total - last) / 255
		if kinds <= 1 || step == 0 {
			return table
		}
		n := step / 2
		for v := range table {
			table[v] = clip(int32(n / step))
			n += histogram[v]
		}
		return table
	})
}

// blend mixes two pictures: the share of the second is factor, which may be above 1. Pillow's single precision and
// truncation.
func blend(a, b *picture.RGB, factor float64) *picture.RGB {
	out := picture.New(a.W, a.H)
	share := float32(factor)
	for i, v := range a.Pix {
		mixed := float32(v) + share*float32(int(b.Pix[i])-int(v))
		out.Pix[i] = uint8(min(max(mixed, 0), 255))
	}
	return out
}

// luma is the brightness of a pixel as Pillow's mode L has it.
func luma(pixel []uint8) uint8 {
	return uint8((int(pixel[0])*19595 + int(pixel[1])*38470 + int(pixel[2])*7471 + 0x8000) >> 16)
}

// grey takes the colours away.
func grey(p *picture.RGB) *picture.RGB {
	out := picture.New(p.W, p.H)
	for i := 0; i < len(p.Pix); i += 3 {
		l := luma(p.Pix[i : i+3])
		out.Pix[i], out.Pix[i+1], out.Pix[i+2] = l, l, l
	}
	return out
}

// The enhancements: 0 takes all away, 1 changes nothing, more than 1 strengthens.

func saturation(p *picture.RGB, factor float64) *picture.RGB { return blend(grey(p), p, factor) }

func brightness(p *picture.RGB, factor float64) *picture.RGB {
	return blend(picture.New(p.W, p.H), p, factor)
}

func contrast(p *picture.RGB, factor float64) *picture.RGB {
	var sum int
	for i := 0; i < len(p.Pix); i += 3 {
		sum += int(luma(p.Pix[i : i+3]))
	}
	mean := uint8(float64(sum)/float64(p.W*p.H) + 0.5)
	even := picture.New(p.W, p.H)
	for i := range even.Pix {
		even.Pix[i] = mean
	}
	return blend(even, p, factor)
}

func sharpness(p *picture.RGB, factor float64) *picture.RGB { return blend(smooth(p), p, factor) }

// smooth averages each pixel, five times, with its eight neighbours. The border stays.
func smooth(p *picture.RGB) *picture.RGB {
	out := p.Clone()
	for y := 1; y < p.H-1; y++ {
		for x := 1; x < p.W-1; x++ {
			for c := range 3 {
				sum := 4 * int(p.At(x, y)[c])
				for dy := -1; dy <= 1; dy++ {
					for dx := -1; dx <= 1; dx++ {
						sum += int(p.At(x+dx, y+dy)[c])
					}
				}
				out.At(x, y)[c] = uint8((2*sum + 13) / 26) // rounded
			}
		}
	}
	return out
}

// colorJitter changes brightness, contrast and saturation in random order.
func colorJitter(p *picture.RGB, strength float64, rng *rand.Rand) *picture.RGB {
	changes := []func(*picture.RGB, float64) *picture.RGB{brightness, contrast, saturation}
	for _, i := range rng.Perm(len(changes)) {
		p = changes[i](p, uniform(rng, 1-strength, 1+strength))
	}
	return p
}
