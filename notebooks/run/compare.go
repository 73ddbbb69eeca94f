package run

import (
	"encoding/base64"
	"fmt"
	"image"
	"image/draw"
	_ "image/png" // pictures are compared by their pixels
	"maps"
	"reflect"
	"slices"
	"strings"

	"mambamixer/notebooks/ipynb"
)

// Compare says in one sentence for each cell where the outputs of a new run differ from those in the file, by the rule
// of the package. Both must have the same cells.
func Compare(file, fresh *ipynb.Notebook) (differences []string) {
	for i, cell := range file.Cells {
		if cell.Type != ipynb.Code {
			continue
		}
		before, now := view(cell), view(fresh.Cells[i])
		if difference := before.compare(now, cell.Tagged(Live)); difference != "" {
			differences = append(differences, fmt.Sprintf("cell %d (id %s): %s", i+1, cell.ID, difference))
		}
	}
	return differences
}

// outcome is what has to be the same about a cell's outputs.
type outcome struct {
	stdout string
	shown  []map[string]any
	err    *ipynb.Error
}

func view(cell *ipynb.Cell) (o outcome) {
	for _, output := range cell.Outputs {
		switch {
		case output.Type == "error":
			o.err = &output.Error
		case output.Type != "stream":
			o.shown = append(o.shown, output.Data)
		case output.Name == "stdout":
			o.stdout += output.Text
		}
	}
	return o
}

func (o outcome) compare(now outcome, live bool) string {
	switch {
	case (o.err == nil) != (now.err == nil):
		return fmt.Sprintf("there was %s, now there is %s", describe(o.err), describe(now.err))
	case (o.stdout == "") != (now.stdout == ""), !live && o.stdout != now.stdout:
		return firstDifference("it printed", o.stdout, now.stdout)
	case len(o.shown) != len(now.shown):
		return fmt.Sprintf("it showed %d things, now it shows %d", len(o.shown), len(now.shown))
	case !live && o.err != nil && (o.err.Name != now.err.Name || o.err.Value != now.err.Value):
		return firstDifference("its error was", plain(o.err.Value), plain(now.err.Value))
	}
	for i, data := range o.shown {
		kinds, kindsNow := kinds(data), kinds(now.shown[i])
		if !slices.Equal(kinds, kindsNow) {
			return fmt.Sprintf("the thing number %d that it shows was %s, now it is %s", i+1, strings.Join(kinds, " and "), strings.Join(kindsNow, " and "))
		}
		for _, mime := range kinds {
			if live || same(mime, data[mime], now.shown[i][mime]) {
				continue
			}
			if text, ok := data[mime].(string); ok && strings.HasPrefix(mime, "text/") {
				return firstDifference("it showed the "+mime, text, fmt.Sprint(now.shown[i][mime]))
			}
			return fmt.Sprintf("the %s that it shows looks different", mime)
		}
	}
	return ""
}

func describe(err *ipynb.Error) string {
	if err == nil {
		return "no error"
	}
	return "the error " + plain(err.Value)
}

// kinds lists MIME types in order.
func kinds(data map[string]any) []string { return slices.Sorted(maps.Keys(data)) }

func same(mime string, a, b any) bool {
	if mime == "image/png" {
		pixels, err := decode(a)
		pixelsNow, errNow := decode(b)
		if err == nil && errNow == nil {
			return reflect.DeepEqual(pixels, pixelsNow)
		}
	}
	return reflect.DeepEqual(a, b)
}

// decode gives a picture, which a notebook holds as base64, in one form for all colour models.
func decode(data any) (*image.NRGBA, error) {
	text, _ := data.(string)
	picture, _, err := image.Decode(base64.NewDecoder(base64.StdEncoding, strings.NewReader(text)))
	if err != nil {
		return nil, err
	}
	pixels := image.NewNRGBA(picture.Bounds())
	draw.Draw(pixels, pixels.Bounds(), picture, picture.Bounds().Min, draw.Src)
	return pixels, nil
}

// firstDifference shows the first lines that differ.
func firstDifference(what, before, now string) string {
	lines, linesNow := strings.Split(before, "\n"), strings.Split(now, "\n")
	i := 0
	for i < min(len(lines), len(linesNow))-1 && lines[i] == linesNow[i] {
		i++
	}
	if lines[i] == linesNow[i] { // one is the beginning of the other
		i++
	}
	at := func(lines []string) string {
		if i >= len(lines) {
			return "nothing more"
		}
		line := []rune(lines[i])
		if len(line) > 120 {
			return fmt.Sprintf("%q...", string(line[:120]))
		}
		return fmt.Sprintf("%q", string(line))
	}
	return fmt.Sprintf("%s, in line %d, %s, now %s", what, i+1, at(lines), at(linesNow))
}
