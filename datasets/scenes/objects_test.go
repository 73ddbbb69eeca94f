package scenes

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mambamixer/datasets/mask"
	"mambamixer/datasets/pack"
)

// Categories have gaps and any order; a mask is polygons, or runs as numbers or text; a crowd is marked.
const fewAnnotations = `{
	"info": {"year": 2017}, "images": [{"id": 7, "file_name": "b.jpg"}, {"id": 3, "file_name": "a.jpg", "width": 4, "height": 3}],
	"categories": [{"id": 90, "name": "dog"}, {"id": 2, "name": "cat"}],
	"annotations": [
		{"id": 51, "image_id": 3, "category_id": 90, "bbox": [1, 0, 2, 2], "area": 4, "iscrowd": 0, "segmentation": [[1, 0, 3, 0, 3, 2, 1, 2]]},
		{"id": 52, "image_id": 3, "category_id": 2, "bbox": [0, 0, 1, 3], "area": 3.5, "iscrowd": 1, "segmentation": {"size": [3, 4], "counts": [0, 3, 9]}},
		{"id": 53, "image_id": 3, "category_id": 2, "bbox": [2, 1, 0, 0], "area": 3, "iscrowd": 0, "segmentation": {"size": [3, 4], "counts": "039"}}
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
		{Class: 0, Box: mask.Box{X0: 2, Y0: 1, X1: 2, Y1: 1}, Area: 3}, // COCO has empty boxes too
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

func TestOtherClasses(t *testing.T) {
	root := t.TempDir()
	files := map[string][]byte{}
	for _, split := range []string{"train2017", "val2017_from_panoptic"} {
		files["annotations/instances_"+split+".json"] = []byte(fewAnnotations)
	}
	for _, name := range []string{"train2017/a.jpg", "train2017/b.jpg", "val2017/a.jpg", "val2017/b.jpg"} {
		files[name] = encode(t, 4, 3, constant(50))
	}
	write(t, root, map[string][]byte{"coco_mini/coco_mini.tar": packed(t, files)})
	if _, err := Load("coco-mini", []string{root}); err == nil || !strings.Contains(err.Error(), "has 2 classes, but the published set has 80") {
		t.Errorf("%v", err)
	}
}

// COCO's own annotations are too large to be read in one piece.
func TestHugeAnnotations(t *testing.T) {
	if testing.Short() {
		t.Skip("writes and reads 256 MiB")
	}
	root := t.TempDir()
	writeCOCO(t, root, fewAnnotations)
	set, err := readFew(root)
	if err != nil {
		t.Fatal(err)
	}
	set.Close()
	sum := set.SHA256
	file, err := os.OpenFile(filepath.Join(root, "annotations/train.json"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	for range pack.MaxFile / len(blanks) {
		file.Write(blanks)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	if set, err = readFew(root); err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	if set.Train.Len() != 2 || len(set.SHA256) != 64 || set.SHA256 == sum {
		t.Errorf("%d pictures, checksum %s as before", set.Train.Len(), set.SHA256)
	}
}

// What is wrong with annotations is said.
func TestDamagedAnnotations(t *testing.T) {
	const box, polygon, counts = `[1, 0, 2, 2]`, `[[1, 0, 3, 0, 3, 2, 1, 2]]`, `{"size": [3, 4], "counts": "039"}`
	for _, test := range []struct{ from, to, says string }{
		{`"images"`, `images`, "train.json: invalid character"},
		{fewAnnotations, `[]`, "train.json: the file is no JSON object"},
		{fewAnnotations, fewAnnotations + "{}", "train.json: something follows the JSON object"},
		{fewAnnotations, fewAnnotations[:len(fewAnnotations)/2], "train.json is cut off; fetch it again"},
		{fewAnnotations, "", "train.json is cut off; fetch it again"},
		{fewAnnotations, `{"images": {}}`, `train.json: "images" is no list`},
		{`{"id": 3,`, `{"id": "3",`, `train.json: entry 1 of "images" has a string as its id`},
		{`{"id": 2, "name": "cat"}`, `"cat"`, `train.json: entry 1 of "categories" is a string, but should be an object`},
		{`"area": 3, "iscrowd": 0`, `"area": 3, "iscrowd": false`, `train.json: entry 2 of "annotations" has a bool as its iscrowd`},
		{`"b.jpg"`, `"c.jpg"`, "names the picture c.jpg, which is not in"},
		{`"id": 7`, `"id": 3`, "train.json: two pictures have the id 3"},
		{`"b.jpg"`, `"a.jpg"`, "train.json: two pictures are called a.jpg"},
		{`"width": 4`, `"width": -4`, "the picture a.jpg is said to have -4 x 3 pixels"},
		{`"width": 4`, `"width": 3`, "it has 4 x 3 pixels, but 3 x 3 by"},
		{`"height": 3`, `"height": 4`, "it has 4 x 3 pixels, but 4 x 4 by"},
		{`"id": 90`, `"id": 2`, "train.json: two categories have the id 2"},
		{`"dog"`, `"cat"`, `train.json: two categories are called "cat"`},
		{`"dog"`, `"cow"`, "name different categories"},
		{`"image_id": 3`, `"image_id": 4`, "it is of the picture 4, which the file doesn't name"},
		{`"category_id": 90`, `"category_id": 89`, "it is of the category 89, which the file doesn't name"},
		{box, `[1, 0, 2]`, "annotation 51 of train.json: its box is not four numbers"},
		{box, `null`, "annotation 51 of train.json: its box is not four numbers"},
		{box, `[1, 0, "2", 2]`, "annotation 51 of train.json: its box is not four numbers"},
		{box, `[1, 0, null, 2]`, "annotation 51 of train.json: its box is not four numbers"},
		{`"bbox": ` + box + `,`, ``, "annotation 51 of train.json: its box is not four numbers"},
		{box, `[1, 0, -2, 2]`, "its box is -2 wide and 2 high"},
		{box, `[1, 0, 2, -1]`, "its box is 2 wide and -1 high"},
		{`"area": 4`, `"area": -4`, "its area is -4"},
		{`"area": 4,`, ``, "it has no area"},
		{`3, 2, 1, 2]`, `3]`, "a polygon of its mask has 5 numbers"},
		{`3, 2, 1, 2]`, `1e300, 2, 1, 2]`, "a corner at (1e+300, 2), far outside the picture of 4 x 3 pixels"},
		{`3, 2, 1, 2]`, `3, 2, 1, -3.1]`, "a corner at (1, -3.1), far outside"},
		{polygon, `[["1"]]`, "annotation 51 of train.json: its polygons are not lists of numbers"},
		{polygon, `[1, 0, 3, 0, 3, 2, 1, 2]`, "annotation 51 of train.json: its polygons are not lists of numbers"},
		{polygon, `[[1, 0, 3, 0, 3, 2, 1, null]]`, "annotation 51 of train.json: its polygons are not lists of numbers"},
		{polygon, `[]`, "its mask has no polygons"},
		{counts, `{}`, "annotation 53 of train.json: the size of its mask is not height and width"},
		{counts, `{"size": [3, 4, 1], "counts": "039"}`, "annotation 53 of train.json: the size of its mask is not height and width"},
		{`"size": [3, 4], "counts": [`, `"size": [4, 3], "counts": [`, "its mask is of 3 x 4 pixels, but the picture has 4 x 3"},
		{`[0, 3, 9]`, `[0, 3, 10]`, "run 2 of the mask has 10 pixels, but of the picture's 4 x 3 only 9 are left"},
		{`"counts": "039"`, `"counts": 39`, "annotation 53 of train.json: the runs of its mask are neither whole numbers nor text"},
		{`[0, 3, 9]`, `[0, 3.5, 8.5]`, "annotation 52 of train.json: the runs of its mask are neither whole numbers nor text"},
		{`{"size": [3, 4], "counts": [0, 3, 9]}`, `{"size": [3, 4]}`, "annotation 52 of train.json: the runs of its mask are neither whole numbers nor text"},
		{counts, `null`, "annotation 53 of train.json: its mask is neither polygons nor runs"},
		{counts, `"039"`, "annotation 53 of train.json: its mask is neither polygons nor runs"},
		{`, "segmentation": ` + counts, ``, "annotation 53 of train.json: its mask is neither polygons nor runs"},
	} {
		root := t.TempDir()
		writeCOCO(t, root, strings.Replace(fewAnnotations, test.from, test.to, 1))
		set, err := readFew(root)
		if err == nil {
			_, err = set.Train.Scene(0)
			set.Close()
		}
		if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), filepath.Join(root, "annotations")+string(filepath.Separator), ""), test.says) {
			t.Errorf("%v; want %q", err, test.says)
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
