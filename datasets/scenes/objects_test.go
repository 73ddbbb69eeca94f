package scenes

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mambamixer/datasets/mask"
)

// Categories have gaps and any order; a mask is polygons, or runs as numbers or text; a crowd is marked.
const fewAnnotations = `{
	"images": [{"id": 7, "file_name": "b.jpg"}, {"id": 3, "file_name": "a.jpg"}],
	"categories": [{"id": 90, "name": "dog"}, {"id": 2, "name": "cat"}],
	"annotations": [
		{"image_id": 3, "category_id": 90, "bbox": [1, 0, 2, 2], "area": 4, "iscrowd": 0, "segmentation": [[1, 0, 3, 0, 3, 2, 1, 2]]},
		{"image_id": 3, "category_id": 2, "bbox": [0, 0, 1, 3], "area": 3.5, "iscrowd": 1, "segmentation": {"size": [3, 4], "counts": [0, 3, 9]}},
		{"image_id": 3, "category_id": 2, "bbox": [0, 0, 1, 3], "area": 3, "iscrowd": 0, "segmentation": {"size": [3, 4], "counts": "039"}}
	]}`

// writeCOCO puts a set in COCO's form below root, with these annotations of the training pictures.
func writeCOCO(t *testing.T, root, training string) {
	t.Helper()
	files := map[string][]byte{"annotations/train.json": []byte(training), "annotations/val.json": []byte(fewAnnotations)}
	for _, split := range []string{"train2017/", "val2017/"} {
		for _, name := range []string{"a.jpg", "b.jpg"} {
			files[split+name] = encode(t, 4, 3, constant(50))
		}
	}
	write(t, root, files)
}

var readFew = coco("annotations/train.json", "annotations/val.json")

func TestCOCO(t *testing.T) {
	root := t.TempDir()
	writeCOCO(t, root, fewAnnotations)
	set, err := readFew(root)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	if !slices.Equal(set.Classes, []string{"cat", "dog"}) || set.Train.Len() != 2 || set.Test.Len() != 2 || set.Val.Len() != 0 || !set.Objects || len(set.SHA256) != 64 {
		t.Errorf("%+v", set)
	}
	scene, err := set.Train.Scene(0)
	if err != nil {
		t.Fatal(err)
	}
	want := []Object{
		{Class: 1, Box: mask.Box{X0: 1, X1: 3, Y1: 2}, Area: 4},
		{Class: 0, Box: mask.Box{X1: 1, Y1: 3}, Area: 3.5, Crowd: true},
		{Class: 0, Box: mask.Box{X1: 1, Y1: 3}, Area: 3},
	}
	pixels := []string{"\x00\x01\x01\x00\x00\x01\x01\x00\x00\x00\x00\x00", "\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00", "\x01\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00"}
	for i, o := range scene.Objects {
		if got := string(o.Mask.Pixels()); got != pixels[i] {
			t.Errorf("object %d has the pixels %q, want %q", i, got, pixels[i])
		}
		if o.Mask = nil; o != want[i] {
			t.Errorf("object %d is %+v, want %+v", i, o, want[i])
		}
	}
	if other, err := set.Train.Scene(1); err != nil || len(other.Objects) != 0 || !strings.HasSuffix(set.Train.Where(1), "b.jpg") {
		t.Errorf("%+v, %v", other, err)
	}
}

// What is wrong with annotations is said.
func TestDamagedAnnotations(t *testing.T) {
	for says, change := range map[string][2]string{
		"invalid character":                                                {`"images"`, `images`},
		"names the picture c.jpg, which is not in":                         {`"b.jpg"`, `"c.jpg"`},
		"name different categories":                                        {`"dog"`, `"cow"`},
		"the category 89, which":                                           {`"category_id": 90`, `"category_id": 89`},
		"a polygon of an object has 5 numbers":                             {`3, 2, 1, 2]`, `3]`},
		"a corner at (1e+300, 2), far outside the picture of 4 x 3 pixels": {`3, 2, 1, 2]`, `1e300, 2, 1, 2]`},
		"a corner at (1, -3.1), far outside":                               {`3, 2, 1, 2]`, `3, 2, 1, -3.1]`},
		"only 9 are left":                                                  {`[0, 3, 9]`, `[0, 3, 10]`},
		"is of 3 x 4 pixels, but the picture has":                          {`"size": [3, 4], "counts": [`, `"size": [4, 3], "counts": [`},
		"neither numbers nor text":                                         {`"counts": "039"`, `"counts": 39`},
		"neither polygons nor runs":                                        {`{"size": [3, 4], "counts": "039"}`, `[]`},
	} {
		root := t.TempDir()
		writeCOCO(t, root, strings.Replace(fewAnnotations, change[0], change[1], 1))
		set, err := readFew(root)
		if err == nil {
			_, err = set.Train.Scene(0)
			set.Close()
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want %q", err, says)
		}
	}
}

// A corner may lie outside a picture by the picture's size, and must be a number.
func TestNear(t *testing.T) {
	for _, test := range []struct {
		corner []float64
		near   bool
	}{
		{[]float64{-4, -3}, true}, {[]float64{8, 6}, true}, {[]float64{-4.1, 0}, false}, {[]float64{0, -3.1}, false}, {[]float64{8.1, 0}, false}, {[]float64{0, 6.1}, false},
		{[]float64{math.NaN(), 0}, false}, {[]float64{0, math.NaN()}, false}, {[]float64{math.Inf(1), 0}, false},
	} {
		if err := near(3, 4, test.corner); (err == nil) != test.near {
			t.Errorf("%v: %v", test.corner, err)
		}
	}
}

// Penn-Fudan in both its layouts: the first 136 pictures are trained on.
func TestPennFudan(t *testing.T) {
	numbers := encode(t, 4, 3, func(x, y int) uint8 { return []uint8{0, 1, 2, 2}[x] })
	for _, layout := range []struct{ pictures, maps, ending string }{{"PNGImages/", "PedMasks/", "_mask.png"}, {"images/", "masks/", ".png"}} {
		files := map[string][]byte{}
		for i := range 138 {
			name := string([]byte{'a' + byte(i/26), 'a' + byte(i%26)})
			files[layout.pictures+name+".png"], files[layout.maps+name+layout.ending] = encode(t, 4, 3, constant(9)), numbers
		}
		root := t.TempDir()
		write(t, root, files)
		set, err := pennFudan(root)
		if err != nil {
			t.Fatal(err)
		}
		scene, err := set.Test.Scene(1)
		if err != nil {
			t.Fatal(err)
		}
		if set.Train.Len() != 136 || set.Test.Len() != 2 || len(scene.Objects) != 2 || !strings.HasSuffix(set.Test.Where(1), "fh.png") {
			t.Errorf("%d and %d scenes, %d objects, %s", set.Train.Len(), set.Test.Len(), len(scene.Objects), set.Test.Where(1))
		}
		if o := scene.Objects[1]; o.Box != (mask.Box{X0: 2, X1: 4, Y1: 3}) || o.Area != 6 || o.Class != 0 {
			t.Errorf("%+v", o)
		}
		set.Close()
		write(t, root, map[string][]byte{layout.pictures + "zz.png": encode(t, 4, 3, constant(9))})
		if _, err := pennFudan(root); err == nil || !strings.Contains(err.Error(), "zz.png has no map of objects") {
			t.Errorf("%v", err)
		}
		write(t, root, map[string][]byte{layout.maps + "zz" + layout.ending: encode(t, 3, 3, constant(9))})
		if set, err = pennFudan(root); err != nil {
			t.Fatal(err)
		}
		if _, err := set.Test.Scene(2); err == nil || !strings.Contains(err.Error(), "it has 3 x 3 pixels, but the picture has 4 x 3") {
			t.Errorf("%v", err)
		}
		set.Close()
	}
	if _, err := pennFudan(t.TempDir()); err == nil || !strings.Contains(err.Error(), filepath.Join("", "PNGImages")) {
		t.Errorf("%v", err)
	}
}

// The things are the figures that can be seen: where one lies, its class is the pixel's.
func TestDrawObjects(t *testing.T) {
	classed, set := Draw(false), Draw(true)
	const sum = "c8356f1f13b819118c901639669547c9b5d3f14ae5df67a4b31e585c7eebab5d"
	if set.SHA256 != sum {
		t.Errorf("its sum is %s, want %s", set.SHA256, sum)
	}
	for i := range 20 {
		a, _ := classed.Train.Scene(i)
		b, _ := set.Train.Scene(i)
		covered := make([]uint8, drawnWidth*drawnHeight)
		for _, o := range b.Objects {
			for at, inside := range o.Mask.Pixels() {
				if inside == 1 {
					covered[at] = uint8(o.Class) + 1
				}
			}
			if o.Box != o.Mask.Box() || o.Area != float64(o.Mask.Area()) || o.Area == 0 {
				t.Errorf("scene %d: %+v", i, o)
			}
		}
		for at, label := range a.Labels {
			if label != Ignored && label != covered[at] {
				t.Fatalf("scene %d: pixel %d has class %d, but the object there %d", i, at, label, covered[at])
			}
		}
		if !slices.Equal(a.Picture.Pix, b.Picture.Pix) || b.Labels != nil {
			t.Errorf("scene %d is another picture", i)
		}
	}
}
