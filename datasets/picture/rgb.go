package picture

import (
	"image"
	"image/color"
	"image/draw"
)

// RGB is a picture of W x H pixels, three bytes each, row by row without gaps.
type RGB struct {
	W, H int
	Pix  []uint8 // [H, W, 3]
}

// New makes a black picture.
func New(w, h int) *RGB { return &RGB{W: w, H: h, Pix: make([]uint8, 3*w*h)} }

// At gives the three bytes of a pixel, for reading and writing.
func (p *RGB) At(x, y int) []uint8 {
	i := 3 * (y*p.W + x)
	return p.Pix[i : i+3 : i+3]
}

// Clone copies the picture.
func (p *RGB) Clone() *RGB { return &RGB{W: p.W, H: p.H, Pix: append([]uint8(nil), p.Pix...)} }

// From converts any picture of the standard library's; see the package comment for how.
func From(img image.Image) *RGB {
	bounds := img.Bounds()
	out := New(bounds.Dx(), bounds.Dy())
	switch img := img.(type) {
	case *image.YCbCr:
		out.fromOpaque(img)
	case *image.Gray:
		for y := range out.H {
			row := img.Pix[img.PixOffset(bounds.Min.X, bounds.Min.Y+y):][:out.W]
			for x, v := range row {
				i := 3 * (y*out.W + x)
				out.Pix[i], out.Pix[i+1], out.Pix[i+2] = v, v, v
			}
		}
	default:
		for y := range out.H {
			for x := range out.W {
				r, g, b := opaque(img.At(bounds.Min.X+x, bounds.Min.Y+y))
				pixel := out.At(x, y)
				pixel[0], pixel[1], pixel[2] = r, g, b
			}
		}
	}
	return out
}

// opaque gives a colour without its transparency.
func opaque(c color.Color) (r, g, b uint8) {
	switch c := c.(type) {
	case color.NRGBA:
		return c.R, c.G, c.B
	case color.NRGBA64:
		return uint8(c.R >> 8), uint8(c.G >> 8), uint8(c.B >> 8)
	}
	deep := color.NRGBA64Model.Convert(c).(color.NRGBA64)
	return uint8(deep.R >> 8), uint8(deep.G >> 8), uint8(deep.B >> 8)
}

// fromOpaque goes by the standard library's fast conversion, which needs a fourth byte.
func (p *RGB) fromOpaque(img *image.YCbCr) {
	rgba := image.NewRGBA(image.Rect(0, 0, p.W, p.H))
	draw.Draw(rgba, rgba.Rect, img, img.Rect.Min, draw.Src)
	for i, j := 0, 0; j < len(rgba.Pix); i, j = i+3, j+4 {
		copy(p.Pix[i:i+3:i+3], rgba.Pix[j:j+3:j+3])
	}
}

// Image gives the picture as the standard library has it, for encoders and figures.
func (p *RGB) Image() image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, p.W, p.H))
	for i, j := 0, 0; i < len(p.Pix); i, j = i+3, j+4 {
		copy(img.Pix[j:], p.Pix[i:i+3])
		img.Pix[j+3] = 255
	}
	return img
}
