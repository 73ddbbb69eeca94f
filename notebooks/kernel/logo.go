package kernel

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
)

// The logo is a sequence of three tokens with three channels each, as dots. The row that a channel mixer sees is orange,
// the column that a token mixer sees is blue, and where both meet is green: the colours of the project's figures.
const (
	logoSide   = 64.0 // of the square, in its own units
	logoRadius = 8.5
)

type dot struct {
	x, y   float64
	colour color.NRGBA
}

func dots() (list []dot) {
	grey, orange := color.NRGBA{0xcc, 0xcc, 0xcc, 0xff}, color.NRGBA{0xe6, 0x9f, 0x00, 0xff}
	blue, green := color.NRGBA{0x00, 0x72, 0xb2, 0xff}, color.NRGBA{0x00, 0x9e, 0x73, 0xff}
	for row := range 3 {
		for column := range 3 {
			colour := grey
			switch {
			case row == 1 && column == 1:
				colour = green
			case row == 1:
				colour = orange
			case column == 1:
				colour = blue
			}
			list = append(list, dot{logoSide * (float64(column) + 0.5) / 3, logoSide * (float64(row) + 0.5) / 3, colour})
		}
	}
	return list
}

// logos are the files that Jupyter looks for.
func logos() map[string][]byte {
	return map[string][]byte{"logo-svg.svg": logoSVG(), "logo-32x32.png": logoPNG(32), "logo-64x64.png": logoPNG(64)}
}

func logoSVG() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %g">`+"\n", logoSide, logoSide)
	for _, d := range dots() {
		fmt.Fprintf(&b, `<circle cx="%.2f" cy="%.2f" r="%g" fill="#%02x%02x%02x"/>`+"\n", d.x, d.y, logoRadius, d.colour.R, d.colour.G, d.colour.B)
	}
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

func logoPNG(size int) []byte {
	picture := image.NewNRGBA(image.Rect(0, 0, size, size))
	scale := float64(size) / logoSide
	for _, d := range dots() {
		for y := range size {
			for x := range size {
				// A pixel is covered as far as the edge of the disc runs through it.
				distance := math.Hypot(float64(x)+0.5-d.x*scale, float64(y)+0.5-d.y*scale)
				if covered := min(1, max(0, logoRadius*scale-distance+0.5)); covered > 0 {
					c := d.colour
					c.A = uint8(math.Round(255 * covered))
					picture.SetNRGBA(x, y, c)
				}
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.Bytes()
}
