package mask

import (
	"math"
	"slices"
)

// finer is how many times finer the grid is on which the sides of a polygon are drawn.
const finer = 5

// Polygon is the inside of a closed polygon with corners x, y, x, y, ..., in pixels from the picture's upper left corner, cut off at
// the picture's edges. Its sides are drawn on a finer grid; where one steps from a column of the fine grid to the next in the
// middle of a column of pixels, the column's pixels change sides from the step's row on.
func Polygon(h, w int, corners []float64) *Mask {
	var places []int // where pixels change sides, down the columns
	path := outline(corners)
	for i := 1; i < len(path); i++ {
		from, to := path[i-1], path[i]
		if from.x == to.x {
			continue
		}
		column := (float64(min(from.x, to.x))+0.5)/finer - 0.5
		if column != math.Floor(column) || column < 0 || column > float64(w-1) {
			continue
		}
		row := (float64(min(from.y, to.y))+0.5)/finer - 0.5
		row = math.Ceil(min(max(row, 0), float64(h)))
		places = append(places, int(column)*h+int(row))
	}
	slices.Sort(places)
	places = append(places, h*w)
	m := &Mask{H: h, W: w}
	at := 0
	for _, place := range places {
		m.Runs = append(m.Runs, place-at)
		at = place
	}
	return m.tidied()
}

type point struct{ x, y int }

// outline walks along the sides of a polygon on the fine grid, from corner to corner and back to the first.
func outline(corners []float64) (path []point) {
	n := len(corners) / 2
	corner := func(i int) point {
		i %= n
		return point{int(finer*corners[2*i] + 0.5), int(finer*corners[2*i+1] + 0.5)}
	}
	for i := range n {
		a, b := corner(i), corner(i+1)
		wide := abs(b.x-a.x) >= abs(b.y-a.y)
		steps := max(abs(b.x-a.x), abs(b.y-a.y))
		// A side is walked in the direction of growing places, whichever way it goes, so that two polygons share a side's pixels.
		turned := wide && a.x > b.x || !wide && a.y > b.y
		if turned {
			a, b = b, a
		}
		for s := range steps + 1 {
			if turned {
				s = steps - s
			}
			if wide {
				path = append(path, point{a.x + s, int(float64(a.y) + slope(b.y-a.y, steps)*float64(s) + 0.5)})
			} else {
				path = append(path, point{int(float64(a.x) + slope(b.x-a.x, steps)*float64(s) + 0.5), a.y + s})
			}
		}
	}
	return path
}

func slope(rise, steps int) float64 { return float64(rise) / float64(max(1, steps)) }

func abs(x int) int { return max(x, -x) }

// tidied merges runs with the runs beside those of length 0.
func (m *Mask) tidied() *Mask {
	runs := m.Runs[:1]
	for i := 1; i < len(m.Runs); i++ {
		if m.Runs[i] == 0 && i+1 < len(m.Runs) {
			runs[len(runs)-1] += m.Runs[i+1]
			i++
			continue
		}
		runs = append(runs, m.Runs[i])
	}
	m.Runs = runs
	return m
}
