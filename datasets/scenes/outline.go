package scenes

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"mambamixer/datasets/mask"
)

// outline reads the mask: polygons, or runs as numbers or text.
func (a annotation) outline(h, w int) (*mask.Mask, error) {
	switch first(a.Segmentation) {
	case '[':
		return polygons(h, w, a.Segmentation)
	case '{':
		return runs(h, w, a.Segmentation)
	}
	return nil, errors.New("its mask is neither polygons nor runs")
}

func polygons(h, w int, text json.RawMessage) (*mask.Mask, error) {
	var list [][]float64
	if !numbers(text, &list) {
		return nil, errors.New("its polygons are not lists of numbers")
	}
	if len(list) == 0 {
		return nil, errors.New("its mask has no polygons")
	}
	var parts []*mask.Mask
	for _, corners := range list {
		if len(corners) < 6 || len(corners)%2 != 0 {
			return nil, fmt.Errorf("a polygon of its mask has %d numbers, but needs x and y of three corners at least", len(corners))
		}
		if err := near(h, w, corners); err != nil {
			return nil, err
		}
		parts = append(parts, mask.Polygon(h, w, corners))
	}
	return mask.Union(parts...), nil
}

// near refuses a corner farther outside a picture than the picture is large: the sides of a polygon are walked step by step.
func near(h, w int, corners []float64) error {
	for i := 0; i < len(corners); i += 2 {
		x, y := corners[i], corners[i+1]
		inside := x >= float64(-w) && x <= float64(2*w) && y >= float64(-h) && y <= float64(2*h) // never true of what is no number
		if !inside {
			return fmt.Errorf("a polygon of its mask has a corner at (%g, %g), far outside the picture of %d x %d pixels", x, y, w, h)
		}
	}
	return nil
}

func runs(h, w int, text json.RawMessage) (*mask.Mask, error) {
	var coded struct{ Size, Counts json.RawMessage }
	if err := json.Unmarshal(text, &coded); err != nil {
		return nil, err
	}
	var size, counts []int // h, w
	if !numbers(coded.Size, &size) || len(size) != 2 {
		return nil, errors.New("the size of its mask is not height and width")
	}
	if size[0] != h || size[1] != w {
		return nil, fmt.Errorf("its mask is of %d x %d pixels, but the picture has %d x %d", size[1], size[0], w, h)
	}
	var short string
	switch {
	case first(coded.Counts) == '"' && json.Unmarshal(coded.Counts, &short) == nil:
		return mask.Parse(h, w, short)
	case first(coded.Counts) == '[' && numbers(coded.Counts, &counts):
		return mask.FromRuns(h, w, counts)
	}
	return nil, errors.New("the runs of its mask are neither whole numbers nor text")
}

// first is the byte that tells of what kind a value is, 0 for none.
func first(value json.RawMessage) byte {
	if len(value) == 0 {
		return 0
	}
	return value[0]
}

// numbers reads lists that hold nothing but numbers; null would be read as 0.
func numbers(text json.RawMessage, list any) bool {
	return !bytes.Contains(text, []byte("null")) && json.Unmarshal(text, list) == nil
}
