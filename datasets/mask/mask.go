package mask

import "fmt"

// Mask is a set of pixels of a picture. Runs are the lengths of runs of pixels outside and inside in turn, down the columns from
// the left; the first is outside and may be 0. They add up to H·W.
type Mask struct {
	H, W int
	Runs []int
}

// Box is an upright rectangle, in pixels from the picture's upper left corner: a pixel in column x reaches from x to x+1.
type Box struct{ X0, Y0, X1, Y1 float64 }

// Area is 0 where the box is empty.
func (b Box) Area() float64 { return max(0, b.X1-b.X0) * max(0, b.Y1-b.Y0) }

// Within cuts off what is outside a picture of h x w pixels.
func (b Box) Within(h, w int) Box {
	x, y := func(v float64) float64 { return min(max(v, 0), float64(w)) }, func(v float64) float64 { return min(max(v, 0), float64(h)) }
	return Box{x(b.X0), y(b.Y0), x(b.X1), y(b.Y1)}
}

// FromRuns checks runs for a picture of h x w pixels.
func FromRuns(h, w int, runs []int) (*Mask, error) {
	left := h * w
	for i, n := range runs {
		if n < 0 {
			return nil, fmt.Errorf("a run of the mask has the length %d", n)
		}
		if n > left { // a sum of all could overflow
			return nil, fmt.Errorf("run %d of the mask has %d pixels, but of the picture's %d x %d only %d are left", i, n, w, h, left)
		}
		left -= n
	}
	if left > 0 {
		return nil, fmt.Errorf("the runs of the mask add up to %d pixels, but the picture has %d x %d", h*w-left, w, h)
	}
	return &Mask{h, w, runs}, nil
}

// FromPixels takes one byte a pixel, row by row; what is not 0 is inside.
func FromPixels(h, w int, pixels []uint8) *Mask {
	m := &Mask{H: h, W: w}
	inside, run := false, 0
	for x := range w {
		for y := range h {
			if (pixels[y*w+x] != 0) != inside {
				m.Runs = append(m.Runs, run)
				inside, run = !inside, 0
			}
			run++
		}
	}
	m.Runs = append(m.Runs, run)
	return m
}

// each calls visit for the runs of inside pixels: the first pixel's place, down the columns, and the one behind the last.
func (m *Mask) each(visit func(from, to int)) {
	at := 0
	for i, n := range m.Runs {
		if i%2 == 1 && n > 0 {
			visit(at, at+n)
		}
		at += n
	}
}

// Pixels gives one byte a pixel, row by row: 1 inside.
func (m *Mask) Pixels() []uint8 {
	pixels := make([]uint8, m.H*m.W)
	m.each(func(from, to int) {
		for at := from; at < to; at++ {
			pixels[at%m.H*m.W+at/m.H] = 1
		}
	})
	return pixels
}

// Area is the number of pixels inside.
func (m *Mask) Area() int {
	area := 0
	m.each(func(from, to int) { area += to - from })
	return area
}

// Box is the least one around the mask, empty where that is.
func (m *Mask) Box() Box {
	left, right, top, bottom := m.W, 0, m.H, 0
	m.each(func(from, to int) {
		left, right = min(left, from/m.H), max(right, (to-1)/m.H+1)
		if from/m.H != (to-1)/m.H { // more than one column
			top, bottom = 0, m.H
			return
		}
		top, bottom = min(top, from%m.H), max(bottom, (to-1)%m.H+1)
	})
	if right == 0 {
		return Box{}
	}
	return Box{float64(left), float64(top), float64(right), float64(bottom)}
}

// Union is what lies inside one of the masks at least, all of one size.
func Union(masks ...*Mask) *Mask {
	if len(masks) == 1 {
		return masks[0]
	}
	pixels := make([]uint8, masks[0].H*masks[0].W)
	for _, m := range masks {
		for i, v := range m.Pixels() {
			pixels[i] |= v
		}
	}
	return FromPixels(masks[0].H, masks[0].W, pixels)
}

// IoU is the overlap of a guess with a truth, of one size: their common pixels over those in one of them at least. Where the truth is a
// crowd, of which a guess can only be a part, it is over the guess's pixels.
func IoU(guess, truth *Mask, crowd bool) float64 {
	a, b := guess.spans(), truth.spans()
	common := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		common += max(0, min(a[i][1], b[j][1])-max(a[i][0], b[j][0]))
		if a[i][1] < b[j][1] {
			i++
		} else {
			j++
		}
	}
	return overlap(float64(common), float64(guess.Area()), float64(truth.Area()), crowd)
}

func (m *Mask) spans() (list [][2]int) {
	m.each(func(from, to int) { list = append(list, [2]int{from, to}) })
	return list
}

// BoxIoU is that of boxes.
func BoxIoU(guess, truth Box, crowd bool) float64 {
	common := Box{max(guess.X0, truth.X0), max(guess.Y0, truth.Y0), min(guess.X1, truth.X1), min(guess.Y1, truth.Y1)}
	return overlap(common.Area(), guess.Area(), truth.Area(), crowd)
}

func overlap(common, guess, truth float64, crowd bool) float64 {
	all := guess + truth - common
	if crowd {
		all = guess
	}
	if all <= 0 {
		return 0
	}
	return common / all
}
