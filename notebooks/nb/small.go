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

// limit replaces rare colours, which charts have at the edges of lines, by the nearest of the most frequent ones.
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
	for _, c := range order[:min(len(order), colours)] {
		limited.Palette = append(limited.Palette, c)
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
