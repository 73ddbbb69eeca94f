package picture

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	"golang.org/x/image/bmp"
)

// inkJPEG is a JPEG file of 8 x 8 pixels of one colour in four components, with Adobe's marker if there is one of their meanings:
// "\x00" for CMYK, "\x02" for YCCK.
func inkJPEG(meaning string, components [4]int) []byte {
	var b bytes.Buffer
	segment := func(marker byte, data ...byte) {
		b.Write(append([]byte{0xff, marker, 0, byte(len(data) + 2)}, data...))
	}
	b.WriteString("\xff\xd8")
	if meaning != "" {
		segment(0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00"+meaning)...)
	}
	segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{8}, 64)...)...) // with a quantum of 8 the first coefficient is the colour, less 128
	segment(0xc0, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0)
	segment(0xc4, append([]byte{0x00, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 1, 2, 3, 4, 5, 6, 7, 8)...) // each length as itself, in four bits
	segment(0xc4, append([]byte{0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 0)...)                         // the end of a block is one bit, 0
	segment(0xda, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0)
	bits := ""
	for _, v := range components {
		v, length := v-128, 0
		for max(v, -v)>>length > 0 {
			length++
		}
		if v < 0 {
			v += 1<<length - 1
		}
		bits += fmt.Sprintf("%04b", length)
		if length > 0 {
			bits += fmt.Sprintf("%0*b", length, v)
		}
		bits += "0"
	}
	for len(bits)%8 != 0 {
		bits += "1"
	}
	for ; bits != ""; bits = bits[8:] {
		var octet byte
		fmt.Sscanf(bits[:8], "%b", &octet)
		if b.WriteByte(octet); octet == 0xff {
			b.WriteByte(0)
		}
	}
	b.WriteString("\xff\xd9")
	return b.Bytes()
}

// Adobe's CMYK holds 255 less each ink; its YCCK the luminance and colour differences of the three inks as they are, and 255 less the black.
func TestInks(t *testing.T) {
	for name, data := range map[string][]byte{ // cyan 255, magenta 0, yellow 102, black 51
		"CMYK": inkJPEG("\x00", [4]int{0, 255, 153, 204}),
		"YCCK": inkJPEG("\x02", [4]int{88, 136, 247, 204}),
	} {
		p := decode(t, data)
		if near(t, name, p, 4, 4, 0, 204, 122); p.W != 8 || p.H != 8 {
			t.Errorf("%s: %d x %d", name, p.W, p.H)
		}
	}
}

// What is whole, but of a kind that no decoder knows, isn't damaged.
func TestUnsupported(t *testing.T) {
	shallow := pngOf(t, corners().Image())
	shallow[24] = 3 // bits a value
	short := encoded(t, func(w io.Writer) error { return bmp.Encode(w, corners().Image()) })
	short[28] = 16 // bits a pixel
	for name, data := range map[string][]byte{"CMYK without a marker": inkJPEG("", [4]int{0, 255, 153, 204}), "a PNG of 3 bits": shallow, "a BMP of 16 bits": short} {
		if _, err := Decode(data); !errors.Is(err, ErrUnsupported) || errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
