package mask

import "math"

// Paste is where a mask of shares, side x side points on a box, is one half at least, in a picture of h x w pixels. A pixel's share
// is interpolated at its middle; outside the box it is 0.
func Paste(h, w int, box Box, side int, shares []float32) *Mask {
	pixels := make([]uint8, h*w)
	at := func(row, column int) float64 {
		if row < 0 || row >= side || column < 0 || column >= side {
			return 0
		}
		return float64(shares[row*side+column])
	}
	top, bottom := max(0, int(math.Floor(box.Y0))), min(h, int(math.Ceil(box.Y1)))
	left, right := max(0, int(math.Floor(box.X0))), min(w, int(math.Ceil(box.X1)))
	for y := top; y < bottom; y++ {
		v := (float64(y)+0.5-box.Y0)/(box.Y1-box.Y0)*float64(side) - 0.5
		row := int(math.Floor(v))
		down := v - float64(row)
		for x := left; x < right; x++ {
			u := (float64(x)+0.5-box.X0)/(box.X1-box.X0)*float64(side) - 0.5
			column := int(math.Floor(u))
			across := u - float64(column)
			share := (1-down)*((1-across)*at(row, column)+across*at(row, column+1)) + down*((1-across)*at(row+1, column)+across*at(row+1, column+1))
			if share >= 0.5 {
				pixels[y*w+x] = 1
			}
		}
	}
	return FromPixels(h, w, pixels)
}
