package nb

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"slices"

	"golang.org/x/image/draw"
)

// A picture in a notebook is at most widest pixels wide and has a palette: notebooks are kept with their outputs, and with
// the figures as files have them a notebook would soon be some megabytes.
const (
	widest  = 800
	colours = 256
)

// small gives a PNG picture in the form for notebooks.
func small(picture []byte) ([]byte, error) {
	full, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, fmt.Errorf("the picture is damaged: %w", err)
	}
	size := full.Bounds().Size()
	if size.X > widest {
		size = image.Pt(widest, size.Y*widest/size.X)
	}
	scaled := image.NewRGBA(image.Rectangle{Max: size})
	draw.CatmullRom.Scale(scaled, scaled.Bounds(), full, full.Bounds(), draw.Src, nil)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	err = encoder.Encode(&out, limit(scaled))
	return out.Bytes(), err
}

// limit replaces colours by the nearest of a palette: of each kind of colour the most frequent one, then finer shades as
// long as there is room. So a small mark keeps its colour, though shades of grey at the edges of lines are more frequent.
func limit(full *image.RGBA) *image.Paletted {
	count := map[color.RGBA]int{}
	at := func(i int) color.RGBA { return color.RGBA{full.Pix[i], full.Pix[i+1], full.Pix[i+2], full.Pix[i+3]} }
	for i := 0; i < len(full.Pix); i += 4 {
		count[at(i)]++
	}
	order := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B), cmp.Compare(a.A, b.A))
	})
	limited := image.NewPaletted(full.Bounds(), nil)
	for near := 24 * 24; len(limited.Palette) < min(len(order), colours) && near > 0; near /= 4 {
		for _, c := range order {
			if len(limited.Palette) < colours && !slices.ContainsFunc(limited.Palette, func(p color.Color) bool { return distance(p.(color.RGBA), c) < near }) {
				limited.Palette = append(limited.Palette, c)
			}
		}
	}
	index := map[color.RGBA]uint8{}
	for c := range count {
		index[c] = uint8(limited.Palette.Index(c))
	}
	for i := range limited.Pix {
		limited.Pix[i] = index[at(4*i)]
	}
	return limited
}

// distance is the square of that of two colours.
func distance(a, b color.RGBA) int {
	r, g, blue := int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B)
	return r*r + g*g + blue*blue
}
