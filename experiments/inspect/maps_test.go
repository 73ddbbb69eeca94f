package inspect

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReach has a field whose sum lies at known places.
func TestReach(t *testing.T) {
	field := make([][]float64, 8)
	for i := range field {
		field[i] = make([]float64, 8)
	}
	field[4][4], field[3][3], field[1][4], field[0][7] = 4, 2, 3, 1
	for share, want := range map[float64]int{0.5: 2, 0.6: 2, 0.7: 6, 0.9: 6, 0.95: 8, 1: 8} {
		if got := Reach(field, share); got != want {
			t.Errorf("%v of the sum lies in a square of side %d, want %d", share, got, want)
		}
	}
}

// A route is named in words, with the mean that its map is held against.
func TestDeltaTiles(t *testing.T) {
	i := two()
	for route, want := range map[string]string{"rows_tl": "rows from top left, mean 0.0200", "columns_br": "columns from bottom right, mean 0.0200",
		"falling_tr": "falling diagonals from top right, mean 0.0200", "rising_bl": "rising diagonals from bottom left, mean 0.0200"} {
		i.Maps = []Map{{"delta/stage1/token0/" + route, [][]float64{{0.01, 0.03}}}}
		tile := i.deltaTiles()[0].Of[0]
		if tile.Name != want || len(tile.Values) != 1 || math.Abs(tile.Values[0][1]-50) > 1e-9 {
			t.Errorf("%+v, want the name %q", tile, want)
		}
	}
}

func TestDamagedMaps(t *testing.T) {
	for _, test := range []struct{ from, to, want string }{
		{"picture,1,0", "picture,2,0", "maps.csv line 4 is damaged: row 2, column 0 of picture is out of order"},
		{"picture,1,1,4\n", "", "the last row of picture is cut off"},
		{"picture,0,1", "picture,0,2", "line 3 is damaged"},
		{"quantity,row", "quantity,line", "does not start with the columns"},
	} {
		i := two()
		i.Maps = []Map{{"picture", [][]float64{{1, 2}, {3, 4}}}}
		dir := t.TempDir()
		if err := i.Write(dir); err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(dir, mapsFile)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, bytes.Replace(data, []byte(test.from), []byte(test.to), 1), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(dir); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got the error %v, want one with %q", err, test.want)
		}
		if err := two().Write(dir); err != nil {
			t.Fatal(err)
		}
		if again, err := Read(dir); err != nil || again.Maps != nil {
			t.Errorf("an inspection without maps leaves %v, %v", again.Maps, err)
		}
	}
}
