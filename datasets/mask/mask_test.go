package mask_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"mambamixer/datasets/mask"
)

// TestPolygon holds fillings against those of COCO's tools, which the file names.
func TestPolygon(t *testing.T) {
	var golden struct {
		Polygons []struct {
			H, W    int
			Corners []float64
			Text    string
			Area    int
			Box     [4]float64 // x, y, width, height
		}
	}
	data, err := os.ReadFile("testdata/polygons.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &golden); err != nil {
		t.Fatal(err)
	}
	for i, g := range golden.Polygons {
		want, err := mask.Parse(g.H, g.W, g.Text)
		if err != nil {
			t.Fatal(err)
		}
		got := mask.Polygon(g.H, g.W, g.Corners)
		if !slices.Equal(got.Pixels(), want.Pixels()) {
			t.Errorf("polygon %d of %d x %d, %v: runs %v, want %v", i, g.W, g.H, g.Corners, got.Runs, want.Runs)
		}
		box := got.Box()
		if got.Area() != g.Area || (g.Area > 0 && box != mask.Box{X0: g.Box[0], Y0: g.Box[1], X1: g.Box[0] + g.Box[2], Y1: g.Box[1] + g.Box[3]}) {
			t.Errorf("polygon %d has area %d and box %v, want %d and %v", i, got.Area(), box, g.Area, g.Box)
		}
	}
}

func random(rng *rand.Rand, h, w int, share float64) *mask.Mask {
	pixels := make([]uint8, h*w)
	for i := range pixels {
		if rng.Float64() < share {
			pixels[i] = 1
		}
	}
	return mask.FromPixels(h, w, pixels)
}

// TestAgainstPixels: area, box, overlap and union are those counted pixel by pixel.
func TestAgainstPixels(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		h, w := 1+rng.IntN(9), 1+rng.IntN(9)
		a, b := random(rng, h, w, rng.Float64()*1.2-0.1), random(rng, h, w, rng.Float64()*1.2-0.1)
		pa, pb := a.Pixels(), b.Pixels()
		both, either, area := 0, 0, 0
		box := mask.Box{X0: math.Inf(1), Y0: math.Inf(1)}
		for i := range pa {
			both, either, area = both+int(pa[i]&pb[i]), either+int(pa[i]|pb[i]), area+int(pa[i])
			if x, y := float64(i%w), float64(i/w); pa[i] == 1 {
				box = mask.Box{X0: min(box.X0, x), Y0: min(box.Y0, y), X1: max(box.X1, x+1), Y1: max(box.Y1, y+1)}
			}
		}
		if area == 0 {
			box = mask.Box{}
		}
		if a.Area() != area || a.Box() != box || mask.Union(a, b).Area() != either {
			t.Fatalf("%d x %d %v: area %d, box %v, union %d; want %d, %v, %d", w, h, a.Runs, a.Area(), a.Box(), mask.Union(a, b).Area(), area, box, either)
		}
		if got, want := mask.IoU(a, b, false), float64(both)/max(1, float64(either)); got != want {
			t.Fatalf("overlap %v, want %v", got, want)
		}
		if got, want := mask.IoU(a, b, true), float64(both)/max(1, float64(area)); got != want {
			t.Fatalf("overlap with a crowd %v, want %v", got, want)
		}
	}
}

func TestBoxes(t *testing.T) {
	a, b := mask.Box{X0: 0, Y0: 0, X1: 4, Y1: 2}, mask.Box{X0: 2, Y0: 1, X1: 6, Y1: 3}
	if got, want := mask.BoxIoU(a, b, false), 2./14; got != want {
		t.Errorf("%v, want %v", got, want)
	}
	if got, want := mask.BoxIoU(a, b, true), 2./8; got != want {
		t.Errorf("with a crowd %v, want %v", got, want)
	}
	if apart := (mask.Box{X0: 5, Y0: 0, X1: 9, Y1: 2}); mask.BoxIoU(a, apart, false) != 0 || (mask.Box{X0: 2, X1: 1, Y1: 5}).Area() != 0 {
		t.Error("boxes apart overlap, or an empty one has an area")
	}
}

func TestWhatIsNoMask(t *testing.T) {
	for text, says := range map[string]string{"0": "add up to 0 pixels", "é": "which is no part of a run", "P": "ends within a run", "O1": "a run of the mask has the length -1"} {
		if _, err := mask.Parse(1, 1, text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v; want %q", text, err, says)
		}
	}
	const huge = 1 << 62 // four of them add up to 0
	for says, runs := range map[string][]int{
		"run 1 of the mask has 4611686018427387904 pixels, but of the picture's 4 x 3 only 12 are left": {0, huge, huge, huge, huge + 12},
		"run 2 of the mask has 4 pixels, but of the picture's 4 x 3 only 3 are left":                    {0, 9, 4},
		"add up to 11 pixels, but the picture has 4 x 3":                                                {0, 9, 2},
	} {
		if _, err := mask.FromRuns(3, 4, runs); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: %v; want %q", runs, err, says)
		}
	}
	if m, err := mask.Parse(1, 1, "01"); err != nil || m.Area() != 1 {
		t.Errorf("%v, %v", m, err)
	}
}

// TestPaste: all of a box, its left half, and what lies outside the picture; an empty box has no pixel.
func TestPaste(t *testing.T) {
	const side = 8
	full, half := make([]float32, side*side), make([]float32, side*side)
	for i := range full {
		full[i] = 1
		if i%side < side/2 {
			half[i] = 1
		}
	}
	for name, test := range map[string]struct {
		box    mask.Box
		shares []float32
		want   mask.Box
	}{
		"all":     {mask.Box{X0: 2, Y0: 3, X1: 10, Y1: 11}, full, mask.Box{X0: 2, Y0: 3, X1: 10, Y1: 11}},
		"half":    {mask.Box{X0: 2, Y0: 3, X1: 10, Y1: 11}, half, mask.Box{X0: 2, Y0: 3, X1: 6, Y1: 11}},
		"larger":  {mask.Box{X0: 2, Y0: 3, X1: 18, Y1: 19}, half, mask.Box{X0: 2, Y0: 3, X1: 10, Y1: 19}},
		"outside": {mask.Box{X0: -6, Y0: 25, X1: 10, Y1: 41}, full, mask.Box{X0: 0, Y0: 25, X1: 10, Y1: 30}},
		"empty":   {mask.Box{X0: 5, Y0: 5, X1: 5, Y1: 9}, full, mask.Box{}},
	} {
		got := mask.Paste(30, 20, test.box, side, test.shares)
		if got.Box() != test.want || got.Area() != int(test.want.Area()) {
			t.Errorf("%s: %v with %d pixels, want %v", name, got.Box(), got.Area(), test.want)
		}
	}
}
