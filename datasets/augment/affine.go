package augment

import (
	"math"

	"mambamixer/datasets/picture"
)

// matrix maps a place in the new picture to one in the old: (ax + by + c, dx + ey + f).
type matrix [6]float64

// fill is the colour where nothing was: ImageNet's mean, which timm takes too.
var fill = [3]uint8{124, 116, 104}

// affine moves a picture by a matrix, with Pillow's bicubic interpolation, which here has a = -1.
func affine(p *picture.RGB, m matrix) *picture.RGB {
	out := picture.New(p.W, p.H)
	for y := range p.H {
		for x := range p.W {
			px, py := float64(x)+0.5, float64(y)+0.5
			sx, sy := m[0]*px+m[1]*py+m[2], m[3]*px+m[4]*py+m[5]
			if sx < 0 || sx >= float64(p.W) || sy < 0 || sy >= float64(p.H) {
				copy(out.At(x, y), fill[:])
			} else {
				bicubic(p, sx-0.5, sy-0.5, out.At(x, y))
			}
		}
	}
	return out
}

// bicubic writes the colour at a place between pixels. Pixels beyond the border are those at it.
func bicubic(p *picture.RGB, x, y float64, out []uint8) {
	left, top := int(math.Floor(x)), int(math.Floor(y))
	dx, dy := x-float64(left), y-float64(top)
	var columns [4]int
	for i := range columns {
		columns[i] = 3 * min(max(left-1+i, 0), p.W-1)
	}
	var rows [4][3]float64
	for j := range rows {
		row := p.Pix[3*p.W*min(max(top-1+j, 0), p.H-1):]
		for c := range 3 {
			rows[j][c] = between(float64(row[columns[0]+c]), float64(row[columns[1]+c]), float64(row[columns[2]+c]), float64(row[columns[3]+c]), dx)
		}
	}
	for c := range 3 {
		v := between(rows[0][c], rows[1][c], rows[2][c], rows[3][c], dy)
		out[c] = uint8(min(max(v, 0), 255))
	}
}

// between interpolates from the second to the third of four values.
func between(v1, v2, v3, v4, d float64) float64 {
	return v2 + d*(-v1+v3+d*(2*(v1-v2)+v3-v4+d*(-v1+v2-v3+v4)))
}

// rotation turns a picture of a size by degrees, against the clock, around its middle.
func rotation(w, h int, degrees float64) matrix {
	angle := -math.Mod(degrees+360, 360) * math.Pi / 180
	exact := func(x float64) float64 { return math.Round(x*1e15) / 1e15 }
	sin, cos := exact(math.Sin(angle)), exact(math.Cos(angle))
	cx, cy := float64(w)/2, float64(h)/2
	return matrix{cos, sin, cx - cos*cx - sin*cy, -sin, cos, cy + sin*cx - cos*cy}
}
