package picture

import (
	"bytes"
	"encoding/binary"
)

// orientation reads the EXIF tag of a JPEG file: 1 to 8, where 1 is upright and stands for none at all.
func orientation(data []byte) int {
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		marker, size := data[at+1], int(binary.BigEndian.Uint16(data[at+2:]))
		if marker == 0xda || size < 2 || at+2+size > len(data) { // the scan begins, or the segment is not whole
			return 1
		}
		segment := data[at+4 : at+2+size]
		if tiff, found := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); found && marker == 0xe1 {
			return orientationTag(tiff)
		}
		at += 2 + size
	}
	return 1
}

// orientationTag finds tag 0x0112 in the first directory of a TIFF header.
func orientationTag(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if tiff[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 8 || at > len(tiff)-2 {
		return 1
	}
	entries := int(order.Uint16(tiff[at:]))
	for at += 2; entries > 0 && at+12 <= len(tiff); entries, at = entries-1, at+12 {
		if order.Uint16(tiff[at:]) != 0x0112 {
			continue
		}
		if value := int(order.Uint16(tiff[at+8:])); value >= 1 && value <= 8 {
			return value
		}
	}
	return 1
}

// upright turns a picture that was taken in an orientation.
func (p *RGB) upright(orientation int) *RGB {
	if orientation == 1 {
		return p
	}
	w, h := p.W, p.H
	if orientation >= 5 {
		w, h = h, w
	}
	out := New(w, h)
	for y := range p.H {
		for x := range p.W {
			right, down := p.W-1-x, p.H-1-y // counted from the other side
			at := [...][2]int{2: {right, y}, 3: {right, down}, 4: {x, down}, 5: {y, x}, 6: {down, x}, 7: {down, right}, 8: {y, right}}[orientation]
			copy(out.At(at[0], at[1]), p.At(x, y))
		}
	}
	return out
}
