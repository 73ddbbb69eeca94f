package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
)

// corners is a picture whose four corners differ: red, green / blue, white, in blocks of 16 x 16.
func corners() *RGB {
	p := New(48, 32)
	for y := range p.H {
		for x := range p.W {
			c := []uint8{255, 0, 0}
			switch {
			case x >= 24 && y >= 16:
				c = []uint8{255, 255, 255}
			case x >= 24:
				c = []uint8{0, 255, 0}
			case y >= 16:
				c = []uint8{0, 0, 255}
			}
			copy(p.At(x, y), c)
		}
	}
	return p
}

func encoded(t *testing.T, encode func(w io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t *testing.T, img image.Image) []byte {
	return encoded(t, func(w io.Writer) error { return jpeg.Encode(w, img, &jpeg.Options{Quality: 95}) })
}

func pngOf(t *testing.T, img image.Image) []byte {
	return encoded(t, func(w io.Writer) error { return png.Encode(w, img) })
}

// near compares a pixel, with room for what JPEG loses.
func near(t *testing.T, what string, p *RGB, x, y int, want ...uint8) {
	t.Helper()
	for i, v := range p.At(x, y) {
		if d := int(v) - int(want[i]); d > 8 || d < -8 {
			t.Errorf("%s: pixel (%d, %d) is %v, want %v", what, x, y, p.At(x, y), want)
			return
		}
	}
}

func decode(t *testing.T, data []byte) *RGB {
	t.Helper()
	p, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPNGIsExact(t *testing.T) {
	want := corners()
	if got := decode(t, pngOf(t, want.Image())); !slices.Equal(got.Pix, want.Pix) || got.W != 48 || got.H != 32 {
		t.Error("the picture changed")
	}
}

func TestJPEGAndGIF(t *testing.T) {
	var b bytes.Buffer
	if err := gif.Encode(&b, corners().Image(), nil); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"jpeg": jpegOf(t, corners().Image()), "gif": b.Bytes()} {
		p := decode(t, data)
		near(t, name, p, 4, 4, 255, 0, 0)
		near(t, name, p, 44, 28, 255, 255, 255)
	}
}

func TestOtherKindsOfColour(t *testing.T) {
	rect := image.Rect(0, 0, 2, 1)
	grey := image.NewGray(rect)
	grey.Pix = []uint8{10, 200}
	deep := image.NewGray16(rect)
	deep.SetGray16(1, 0, color.Gray16{Y: 0xc8ff})
	clear := image.NewNRGBA(rect)
	clear.SetNRGBA(1, 0, color.NRGBA{R: 10, G: 20, B: 30, A: 0})
	palette := image.NewPaletted(rect, color.Palette{color.Black, color.RGBA{R: 1, G: 2, B: 3, A: 255}})
	palette.Pix[1] = 1
	inks := image.NewCMYK(rect)
	inks.SetCMYK(1, 0, color.CMYK{C: 255, M: 0, Y: 102, K: 51})
	wide := image.NewNRGBA64(rect)
	wide.SetNRGBA64(1, 0, color.NRGBA64{R: 0x01ff, G: 0x80ff, B: 0xffff, A: 0xffff})
	for _, test := range []struct {
		name string
		img  image.Image
		want []uint8
	}{
		{"grey", decode(t, pngOf(t, grey)).Image(), []uint8{200, 200, 200}},
		{"grey, 16 bit", decode(t, pngOf(t, deep)).Image(), []uint8{200, 200, 200}},
		{"colour, 16 bit", decode(t, pngOf(t, wide)).Image(), []uint8{1, 128, 255}},
		{"transparent", decode(t, pngOf(t, clear)).Image(), []uint8{10, 20, 30}},
		{"palette", decode(t, pngOf(t, palette)).Image(), []uint8{1, 2, 3}},
		{"CMYK", inks, []uint8{0, 204, 122}}, // (255-102)·(255-51)/255 = 122.4
	} {
		if got := From(test.img).At(1, 0); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

// withOrientation puts an EXIF segment into a JPEG file.
func withOrientation(file []byte, order binary.ByteOrder, value uint16) []byte {
	tiff := make([]byte, 8+2+12)
	copy(tiff, map[binary.ByteOrder]string{binary.LittleEndian: "II*\x00", binary.BigEndian: "MM\x00*"}[order])
	order.PutUint32(tiff[4:], 8)
	order.PutUint16(tiff[8:], 1)
	order.PutUint16(tiff[10:], 0x0112)
	order.PutUint16(tiff[12:], 3)
	order.PutUint32(tiff[14:], 1)
	order.PutUint16(tiff[18:], value)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	head := []byte{0xff, 0xd8, 0xff, 0xe1, byte((len(segment) + 2) >> 8), byte(len(segment) + 2)}
	return slices.Concat(head, segment, file[2:])
}

// Each orientation is that of a picture which, turned upright, has red, green, blue and white in its corners.
func TestOrientation(t *testing.T) {
	upright := corners()
	for value, turn := range map[uint16]func(x, y int) (int, int){ // where an upright pixel is stored
		1: func(x, y int) (int, int) { return x, y },
		2: func(x, y int) (int, int) { return 47 - x, y },
		3: func(x, y int) (int, int) { return 47 - x, 31 - y },
		4: func(x, y int) (int, int) { return x, 31 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, 47 - x },
		7: func(x, y int) (int, int) { return 31 - y, 47 - x },
		8: func(x, y int) (int, int) { return 31 - y, x },
	} {
		stored := New(48, 32)
		if value >= 5 {
			stored = New(32, 48)
		}
		for y := range 32 {
			for x := range 48 {
				sx, sy := turn(x, y)
				copy(stored.At(sx, sy), upright.At(x, y))
			}
		}
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			p := decode(t, withOrientation(jpegOf(t, stored.Image()), order, value))
			if p.W != 48 || p.H != 32 {
				t.Errorf("orientation %d: %d x %d", value, p.W, p.H)
				continue
			}
			near(t, "top left", p, 4, 4, 255, 0, 0)
			near(t, "top right", p, 44, 4, 0, 255, 0)
			near(t, "bottom left", p, 4, 28, 0, 0, 255)
			near(t, "bottom right", p, 44, 28, 255, 255, 255)
		}
	}
}

func TestWhatIsNoPicture(t *testing.T) {
	whole := jpegOf(t, corners().Image())
	huge := pngOf(t, corners().Image())
	binary.BigEndian.PutUint32(huge[16:], 1<<20) // the width, whose checksum then is wrong too
	noisy := corners()
	for i := range noisy.Pix {
		noisy.Pix[i] ^= uint8(i * i)
	}
	whiteNoise := pngOf(t, noisy.Image())
	var animated bytes.Buffer
	if err := gif.Encode(&animated, noisy.Image(), nil); err != nil {
		t.Fatal(err)
	}
	bomb := append([]byte("GIF89a"), 0xff, 0xff, 0xff, 0xff, 0, 0, 0)
	for _, test := range []struct {
		name string
		data []byte
		want error
	}{
		{"empty", nil, ErrCutOff},
		{"text", []byte("<html>404 not found</html>"), ErrFormat},
		{"cut off in its header", whole[:30], ErrCutOff},
		{"cut off", whole[:len(whole)/2], ErrCutOff},
		{"a PNG that is cut off", whiteNoise[:len(whiteNoise)/2], ErrCutOff},
		{"a GIF that is cut off", animated.Bytes()[:animated.Len()/2], ErrCutOff},
		{"damaged", huge, ErrDamaged},
		{"large", bomb, ErrTooLarge},
	} {
		if _, err := Decode(test.data); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

// Whatever bytes change, there is a picture or an error.
func TestDamageNeverPanics(t *testing.T) {
	files := [][]byte{withOrientation(jpegOf(t, corners().Image()), binary.BigEndian, 6), pngOf(t, corners().Image())}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		data := slices.Clone(files[rng.IntN(len(files))])
		for range 1 + rng.IntN(4) {
			data[rng.IntN(min(len(data), 200))] = byte(rng.IntN(256))
		}
		if p, err := Decode(data[:rng.IntN(len(data)+1)]); (p == nil) == (err == nil) {
			t.Fatalf("a picture %v and an error %v", p != nil, err)
		}
	}
}
