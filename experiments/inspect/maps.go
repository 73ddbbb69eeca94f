package inspect

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"io/fs"
	"math"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"mambamixer/experiments/result"
	"mambamixer/plots"
)

// Map is a quantity over the pixels or the places of a picture, by row and column:
//
//	field/untrained/stage1       how much what stage 1 gives at its centre depends on each pixel, before the training
//	field/trained/stage1         and after it, means over pictures and the first seed's
//	picture                      the brightness of a generated picture, from 0 to 1
//	delta/stage1/token0/rows_tl  the step sizes of that mixer along that route over this picture, means over features
type Map struct {
	Quantity string
	Values   [][]float64
}

// Map gives the values of a quantity, nil if there are none.
func (i *Inspection) Map(quantity string) [][]float64 {
	for _, m := range i.Maps {
		if m.Quantity == quantity {
			return m.Values
		}
	}
	return nil
}

// Reach is the side, in pixels, of the smallest square around the centre of a receptive field that holds a share of its sum.
func Reach(field [][]float64, share float64) int {
	height, width := len(field), len(field[0])
	within := func(half int) (sum float64) {
		for y, row := range field {
			for x, v := range row {
				if 2*y+1 >= height-2*half && 2*y+1 <= height+2*half && 2*x+1 >= width-2*half && 2*x+1 <= width+2*half {
					sum += v
				}
			}
		}
		return sum
	}
	whole := (max(height, width) + 1) / 2
	all := within(whole)
	for half := 1; half < whole; half++ {
		if within(half) >= share*all {
			return 2 * half
		}
	}
	return 2 * whole
}

// names are those of the maps below a name, such as the stages below "field/trained", in their order.
func (i *Inspection) names(below string) (names []string) {
	for _, m := range i.Maps {
		if name, found := strings.CutPrefix(m.Quantity, below+"/"); found {
			names = append(names, name)
		}
	}
	return names
}

// faintest is the share of a field's highest value that is still told from nothing, as a power of ten.
const faintest = -4

// fieldTiles are the receptive fields of the stages, before the training above and after it below.
func (i *Inspection) fieldTiles() plots.Tiles {
	t := plots.Tiles{Title: i.Spec + ": effective receptive field of each stage's centre", Unit: "log10 of the share of the highest value"}
	for _, state := range []string{"untrained", "trained"} {
		stages := i.names("field/" + state)
		t.Columns = max(t.Columns, len(stages))
		for _, stage := range stages {
			field := i.Map("field/" + state + "/" + stage)
			highest := 0.0
			for _, row := range field {
				highest = max(highest, slices.Max(row))
			}
			tile := plots.Tile{Name: stage + ", " + state}
			for _, row := range field {
				shares := make([]float64, len(row))
				for x, v := range row {
					shares[x] = max(faintest, math.Log10(v/highest))
					if highest == 0 {
						shares[x] = faintest
					}
				}
				tile.Values = append(tile.Values, shares)
			}
			t.Of = append(t.Of, tile)
		}
	}
	return t
}

// deltaTiles are for the first token mixer of each stage the picture and, beside it, the step sizes along each route.
func (i *Inspection) deltaTiles() (list []plots.Tiles) {
	shown := map[string]int{}
	for _, name := range i.names("delta") {
		mixer, route := path.Dir(name), path.Base(name)
		if !strings.HasSuffix(mixer, "token0") {
			continue
		}
		at, found := shown[mixer]
		if !found {
			at, shown[mixer] = len(list), len(list)
			tiles := plots.Tiles{Title: mixer + ": step size Δ along each route", Unit: "% from the mean of the route"}
			if picture := i.Map("picture"); picture != nil {
				tiles.Columns, tiles.Of = 1, []plots.Tile{{Name: "picture", Picture: grey(picture)}}
			}
			list = append(list, tiles)
		}
		list[at].Columns++
		list[at].Of = append(list[at].Of, fromMean(routeName(route), i.Map("delta/"+name)))
	}
	return list
}

// fromMean is a map of how far values are from their mean, in per cent of it. The mean depends on where the training began,
// so one scale for the values of all routes would hide what each selects.
func fromMean(name string, values [][]float64) plots.Tile {
	mean, off := percentOff(values)
	return plots.Tile{Name: fmt.Sprintf("%s, mean %.4f", name, mean), Values: off}
}

// routeName writes a route such as "rows_tl" out: the order of the places, and the corner where it begins.
func routeName(route string) string {
	order, corner, _ := strings.Cut(route, "_")
	if order == "falling" || order == "rising" {
		order += " diagonals"
	}
	return order + " from " + map[string]string{"tl": "top left", "tr": "top right", "bl": "bottom left", "br": "bottom right"}[corner]
}

// grey makes a picture of brightness.
func grey(values [][]float64) image.Image {
	picture := image.NewGray(image.Rect(0, 0, len(values[0]), len(values)))
	for y, row := range values {
		for x, v := range row {
			picture.SetGray(x, y, color.Gray{Y: uint8(math.Round(255 * min(1, max(0, v))))})
		}
	}
	return picture
}

// mapFigures draws the maps.
func (i *Inspection) mapFigures() (figures []Figure, err error) {
	draw := func(name string, all ...plots.Tiles) {
		f := Figure{Name: name, Size: all[0].Size()}
		for _, tiles := range all {
			panel, failure := plots.TileGrid(tiles)
			err = errors.Join(err, failure)
			f.Panels = append(f.Panels, panel)
		}
		figures = append(figures, f)
	}
	if fields := i.fieldTiles(); len(fields.Of) > 0 {
		draw("fields", fields)
	}
	if deltas := i.deltaTiles(); len(deltas) > 0 {
		draw("maps", deltas...)
	}
	return figures, err
}

const mapsFile = "maps.csv"

// mapCell is a line of the file of maps.
type mapCell struct {
	quantity    string
	row, column int
	value       float64
}

var mapsTable = table[mapCell]{
	{"quantity", func(c *mapCell) any { return &c.quantity }},
	{"row", func(c *mapCell) any { return &c.row }},
	{"column", func(c *mapCell) any { return &c.column }},
	{"value", func(c *mapCell) any { return &c.value }},
}

// writeMaps stores the maps, or removes what another inspection left where there are none.
func (i *Inspection) writeMaps(dir string) error {
	path := filepath.Join(dir, mapsFile)
	if len(i.Maps) == 0 {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return result.Explain("remove", path, err)
		}
		return nil
	}
	var cells []mapCell
	for _, m := range i.Maps {
		for y, row := range m.Values {
			for x, value := range row {
				cells = append(cells, mapCell{m.Quantity, y, x, value})
			}
		}
	}
	return mapsTable.write(path, cells)
}

// readMaps loads what writeMaps stored; there may be nothing.
func readMaps(dir string) ([]Map, error) {
	path := filepath.Join(dir, mapsFile)
	cells, err := mapsTable.read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var maps []Map
	for at, cell := range cells {
		if len(maps) == 0 || maps[len(maps)-1].Quantity != cell.quantity {
			maps = append(maps, Map{Quantity: cell.quantity})
		}
		m := &maps[len(maps)-1]
		if cell.row == len(m.Values) && cell.column == 0 {
			m.Values = append(m.Values, nil)
		}
		last := len(m.Values) - 1
		if cell.row != last || cell.column != len(m.Values[last]) || (last > 0 && cell.column >= len(m.Values[0])) {
			return nil, fmt.Errorf("%s line %d is damaged: row %d, column %d of %s is out of order", path, at+2, cell.row, cell.column, cell.quantity)
		}
		m.Values[last] = append(m.Values[last], cell.value)
	}
	for _, m := range maps {
		if len(m.Values[len(m.Values)-1]) != len(m.Values[0]) {
			return nil, fmt.Errorf("%s is damaged: the last row of %s is cut off", path, m.Quantity)
		}
	}
	return maps, nil
}
