package plots

import (
	"image"
	"image/color"
	"math"
	"strings"
	"testing"
)

// wave is a map with a path over its diagonal places.
func wave(name string, rows, columns int, scale float64) Tile {
	t := Tile{Name: name}
	for i := range rows {
		t.Values = append(t.Values, nil)
		for j := range columns {
			t.Values[i] = append(t.Values[i], scale*math.Sin(float64(i)/3)*math.Cos(float64(j)/2))
		}
	}
	for i := range min(rows, columns) {
		t.Path = append(t.Path, [2]int{i, i})
	}
	return t
}

func TestTileGrid(t *testing.T) {
	picture := image.NewRGBA(image.Rect(0, 0, 12, 8))
	for i := range 12 * 8 {
		picture.Set(i%12, i/12, color.RGBA{R: uint8(20 * (i % 12)), G: uint8(30 * (i / 12)), B: 0x80, A: 0xff})
	}
	plain := wave("a map whose name takes more than a line", 8, 12, 2)
	plain.Path = nil
	for name, tiles := range map[string]Tiles{
		"tiles":     {Title: "A picture and maps on one scale", Columns: 3, Unit: "step size", Of: []Tile{{Name: "picture", Picture: picture}, wave("along a path", 8, 8, 1), plain, wave("tall", 12, 6, 1)}},
		"tiles_own": {Title: "Each with colours of its own", Columns: 5, Own: true, Of: []Tile{wave("one", 16, 16, 1), wave("ten", 16, 16, 10)}},
	} {
		p, err := TileGrid(tiles)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name, tiles.Size(), p)
	}
}

func TestTileGridRefuses(t *testing.T) {
	uneven, broken := wave("uneven", 3, 3, 1), wave("broken", 3, 3, 1)
	uneven.Values[2] = uneven.Values[2][1:]
	broken.Values[1][0] = math.NaN()
	for want, tiles := range map[string]Tiles{
		"has 0 tiles in 2 columns":      {Columns: 2},
		"has 1 tiles in 0 columns":      {Of: []Tile{wave("", 2, 2, 1)}},
		"either a picture or values":    {Columns: 1, Of: []Tile{{Name: "nothing"}}},
		`row 2 of the tile "uneven"`:    {Columns: 1, Of: []Tile{uneven}},
		`row 1 of the tile "broken" of`: {Columns: 1, Of: []Tile{broken}},
	} {
		if _, err := TileGrid(tiles); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got the error %v, want one with %q", err, want)
		}
	}
}
