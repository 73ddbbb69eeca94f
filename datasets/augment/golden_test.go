package augment

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"mambamixer/datasets/picture"
)

// golden is what testdata/golden.py computed with timm, Pillow and torchvision.
type golden struct {
	Picture string
	Resize  []struct {
		W, H   int
		Pixels string
	}
	Operations []struct {
		Name        string
		Level, Sign float64
		Pixels      string
	}
	Test []struct {
		W, H, Size int
		CropPct    float64 `json:"crop_pct"`
		Pixels     []float64
	}
	Fallback []struct {
		W, H int
		Rect [4]int
	}
	Targets []struct {
		Lambda, Smoothing float64
		Values            []float64
	}
	Boxes []struct {
		Size      int
		Lambda    float64
		CY, CX    int
		Rect      [4]int
		Corrected float64
	}
}

func readGolden(t *testing.T) (g golden) {
	t.Helper()
	data, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

// generated is the picture of golden.py.
func generated(w, h int) *picture.RGB {
	p := picture.New(w, h)
	for y := range h {
		for x := range w {
			c := []int{(x*11 + y*3) % 256, (x*y*2 + 40) % 200, 255 - (x*5+y*7)%256}
			if y >= h/4 && y < h/2 && x >= w/3 && x < w/2 {
				c = []int{250, 240, 10}
			}
			copy(p.At(x, y), []uint8{uint8(c[0]), uint8(c[1]), uint8(c[2])})
		}
	}
	return p
}

// wantPixels compares bytes, all of them.
func wantPixels(t *testing.T, what string, got *picture.RGB, want string) {
	t.Helper()
	pixels, err := base64.StdEncoding.DecodeString(want)
	if err != nil {
		t.Fatal(err)
	}
	if len(pixels) != len(got.Pix) {
		t.Errorf("%s: %d bytes, want %d", what, len(got.Pix), len(pixels))
		return
	}
	differ, most := 0, 0
	for i, v := range got.Pix {
		if d := int(v) - int(pixels[i]); d != 0 {
			differ++
			most = max(most, max(d, -d))
		}
	}
	if differ > 0 {
		t.Errorf("%s: %d of %d bytes differ, by up to %d", what, differ, len(pixels), most)
	}
}

func TestGoldenPicture(t *testing.T) {
	wantPixels(t, "the picture", generated(23, 17), readGolden(t).Picture)
}

func TestGoldenResize(t *testing.T) {
	for _, want := range readGolden(t).Resize {
		wantPixels(t, "resize", resize(generated(23, 17), want.W, want.H), want.Pixels)
	}
}

func TestGoldenOperations(t *testing.T) {
	cases := readGolden(t).Operations
	covered := map[string]bool{}
	original := generated(23, 17)
	for _, want := range cases {
		at := slices.IndexFunc(operations, func(op operation) bool { return op.name == want.Name })
		if at < 0 {
			t.Errorf("there is no operation %s", want.Name)
			continue
		}
		covered[want.Name] = true
		p := generated(23, 17)
		wantPixels(t, want.Name, operations[at].apply(p, want.Level, want.Sign), want.Pixels)
		if !bytes.Equal(p.Pix, original.Pix) {
			t.Errorf("%s changes the picture that it was given", want.Name)
		}
	}
	if len(covered) != len(operations) {
		t.Errorf("%d of %d operations have cases", len(covered), len(operations))
	}
}

func TestGoldenTestPictures(t *testing.T) {
	for _, want := range readGolden(t).Test {
		recipe := ImageNet()
		recipe.Size, recipe.CropPct = want.Size, want.CropPct
		pixels := make([]float32, want.Size*want.Size*3)
		recipe.Test(generated(want.W, want.H), pixels)
		for i, v := range pixels {
			if math.Abs(float64(v)-want.Pixels[i]) > 1e-5 {
				t.Errorf("%d x %d to %d: number %d is %v, want %v", want.W, want.H, want.Size, i, v, want.Pixels[i])
				break
			}
		}
	}
}

func TestGoldenFallback(t *testing.T) {
	for _, want := range readGolden(t).Fallback {
		if r := middleRect(want.W, want.H); [4]int{r.x, r.y, r.w, r.h} != want.Rect {
			t.Errorf("%d x %d: %v, want %v", want.W, want.H, r, want.Rect)
		}
	}
}

func TestGoldenTargets(t *testing.T) {
	for _, want := range readGolden(t).Targets {
		b := NewBatch(4, 1, 5)
		for i, class := range []int{2, 0, 3, 1} {
			b.Label(i, class, want.Smoothing)
		}
		b.mixup(want.Lambda)
		for i, v := range b.Targets {
			if math.Abs(float64(v)-want.Values[i]) > 1e-6 {
				t.Errorf("lambda %v: target %d is %v, want %v", want.Lambda, i, v, want.Values[i])
			}
		}
	}
}

func TestGoldenBoxes(t *testing.T) {
	for _, want := range readGolden(t).Boxes {
		r := cutBox(want.Size, want.Lambda, want.CY, want.CX)
		if [4]int{r.x, r.y, r.w, r.h} != want.Rect {
			t.Errorf("lambda %v: %v, want %v", want.Lambda, r, want.Rect)
		}
		b := NewBatch(2, want.Size, 2)
		b.Label(0, 0, 0)
		b.Label(1, 1, 0)
		b.cutmix(r)
		if got := float64(b.Targets[0]); math.Abs(got-want.Corrected) > 1e-6 {
			t.Errorf("lambda %v: it became %v, want %v", want.Lambda, got, want.Corrected)
		}
	}
}
