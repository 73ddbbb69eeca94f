package scenes

import (
	"archive/tar"
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// encode makes a PNG file of grey values.
func encode(t *testing.T, w, h int, value func(x, y int) uint8) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetGray(x, y, color.Gray{Y: value(x, y)})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func constant(value uint8) func(x, y int) uint8 { return func(int, int) uint8 { return value } }

// write puts files below a folder.
func write(t *testing.T, root string, files map[string][]byte) {
	t.Helper()
	for name, data := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// pack makes a tar file.
func packed(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for name, data := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data))}); err != nil {
			t.Fatal(err)
		}
		w.Write(data)
	}
	w.Close()
	return out.Bytes()
}

// CamVid in its three layouts is the same: what is 11 there has no class.
func TestCamVidLayouts(t *testing.T) {
	labels := encode(t, 4, 3, func(x, y int) uint8 { return []uint8{0, 3, 11, 10}[x] })
	grey := encode(t, 4, 3, constant(90))
	split := func(prefix string) map[string][]byte {
		return map[string][]byte{prefix + "images/a.png": grey, prefix + "images/b.png": grey, prefix + "labels/a.png": labels, prefix + "labels/b.png": labels}
	}
	folders, packs, segnet := t.TempDir(), t.TempDir(), t.TempDir()
	for _, name := range []string{"train", "val", "test"} {
		write(t, filepath.Join(folders, name), split(""))
		write(t, packs, map[string][]byte{name + ".tar": packed(t, split(name+"/"))})
		write(t, segnet, map[string][]byte{name + "/a.png": grey, name + "/b.png": grey, name + "annot/a.png": labels, name + "annot/b.png": labels})
	}
	for layout, root := range map[string]string{"folders": folders, "packs": packs, "SegNet's": segnet} {
		set, err := camvid(root)
		if err != nil {
			t.Errorf("%s: %v", layout, err)
			continue
		}
		scene, err := set.Val.Scene(1)
		if err != nil || set.Train.Len() != 2 || !slices.Equal(scene.Labels[4:8], []uint8{0, 3, Ignored, 10}) || scene.Picture.W != 4 || scene.Picture.At(1, 1)[0] != 90 {
			t.Errorf("%s: %d scenes, %+v, %v", layout, set.Train.Len(), scene, err)
		}
		if !strings.HasSuffix(set.Val.Where(1), "b.png") || len(set.SHA256) != 64 || len(set.Classes) != 11 {
			t.Errorf("%s: %s, %s, %v", layout, set.Val.Where(1), set.SHA256, set.Classes)
		}
		set.Close()
	}
	if _, err := camvid(t.TempDir()); err == nil || !strings.Contains(err.Error(), "neither a folder nor a tar pack train") {
		t.Errorf("%v", err)
	}
}

// In ADE20K 0 is no class, and 1 the first.
func TestADE20KLabels(t *testing.T) {
	root := t.TempDir()
	for _, split := range []string{"training", "validation"} {
		write(t, root, map[string][]byte{"images/" + split + "/a.jpg": encode(t, 3, 1, constant(7)), // a PNG file is read by what it is
			"annotations/" + split + "/a.png": encode(t, 3, 1, func(x, _ int) uint8 { return []uint8{0, 1, 150}[x] })})
	}
	set, err := ade("training", "validation")(root)
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	if scene, err := set.Test.Scene(0); err != nil || !slices.Equal(scene.Labels, []uint8{Ignored, 0, 149}) || set.Val.Len() != 0 || len(set.Classes) != 150 {
		t.Errorf("%+v, %v, %d classes", scene, err, len(set.Classes))
	}
}

// What is wrong with a pair is said, with its file.
func TestDamagedPairs(t *testing.T) {
	good, labels := encode(t, 4, 3, constant(9)), encode(t, 4, 3, constant(1))
	palette := image.NewPaletted(image.Rect(0, 0, 4, 3), color.Palette{color.Black, color.White})
	palette.Pix[5] = 1
	var indexed, coloured bytes.Buffer
	png.Encode(&indexed, palette)
	png.Encode(&coloured, image.NewRGBA(image.Rect(0, 0, 4, 3)))
	for name, test := range map[string]struct {
		picture, labels []byte
		says            []string
	}{
		"no label map":      {good, nil, []string{"a.png has no label map", "trainannot"}},
		"another size":      {good, encode(t, 3, 3, constant(1)), []string{"trainannot", "has 3 x 3 pixels, but the picture has 4 x 3"}},
		"an unknown class":  {good, encode(t, 4, 3, func(x, y int) uint8 { return map[bool]uint8{true: 12}[x == 2 && y == 1] }), []string{"the value 12 at column 2 of row 1, which is none of its 11 classes"}},
		"a coloured map":    {good, coloured.Bytes(), []string{"not one byte each"}},
		"a cut label map":   {good, labels[:len(labels)-20], []string{"trainannot", "a.png"}},
		"no picture at all": {[]byte("<html>"), labels, []string{"no picture of a known format"}},
		"a palette":         {good, indexed.Bytes(), nil},
	} {
		root := t.TempDir()
		write(t, root, map[string][]byte{"train/a.png": test.picture, "trainannot/readme.txt": nil})
		if test.labels != nil {
			write(t, root, map[string][]byte{"trainannot/a.png": test.labels})
		}
		split, err := new(Set).camvidSplit(root, "train")
		var scene *Scene
		if err == nil {
			scene, err = split.Scene(0)
		}
		for _, text := range test.says {
			if err == nil || !strings.Contains(err.Error(), text) {
				t.Errorf("%s: %v; want %q in it", name, err, text)
			}
		}
		if test.says == nil && (err != nil || scene.Labels[5] != 1 || scene.Labels[4] != 0) {
			t.Errorf("%s: %+v, %v", name, scene, err)
		}
	}
}

// A pack in which something is missing is closed again.
func TestDamagedPacksAreClosed(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs /proc")
	}
	grey := encode(t, 4, 3, constant(1))
	whole := packed(t, map[string][]byte{"images/a.png": grey, "labels/a.png": grey})
	for name, test := range map[string]struct {
		path  string
		read  func(root string) (*Set, error)
		files map[string][]byte
	}{
		"CamVid":     {"", camvid, map[string][]byte{"train.tar": whole, "val.tar": packed(t, map[string][]byte{"images/a.png": grey})}},
		"ADE20K":     {"all.tar", ade("training", "validation"), map[string][]byte{"all.tar": whole}},
		"COCO":       {"all.tar", readFew, map[string][]byte{"all.tar": whole}},
		"Penn-Fudan": {"all.tar", pennFudan, map[string][]byte{"all.tar": whole}},
	} {
		root := t.TempDir()
		write(t, root, test.files)
		if _, err := test.read(filepath.Join(root, test.path)); err == nil {
			t.Errorf("%s: there is no error", name)
		}
		open, err := filepath.Glob("/proc/self/fd/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, descriptor := range open {
			if path, _ := os.Readlink(descriptor); strings.HasPrefix(path, root) {
				t.Errorf("%s: %s is open still", name, path)
			}
		}
	}
}

// The generated set stays what it is: results of it are kept under its sum. Every class is there.
func TestDraw(t *testing.T) {
	set := Draw(false)
	const sum = "c83cd5042d16d0e87210b9141f7f58db1ab6a9d13a88182b5b414fb8b399b5b4"
	if set.SHA256 != sum {
		t.Errorf("its sum is %s, want %s", set.SHA256, sum)
	}
	counts := map[uint8]int{}
	for i := range set.Test.Len() {
		scene, err := set.Test.Scene(i)
		if err != nil {
			t.Fatal(err)
		}
		for _, label := range scene.Labels {
			counts[label]++
		}
	}
	for class := range set.Classes {
		if share := float64(counts[uint8(class)]) / float64(set.Test.Len()*drawnWidth*drawnHeight); share < 0.03 {
			t.Errorf("class %s has a share of %.3f", set.Classes[class], share)
		}
	}
	if counts[Ignored] != set.Test.Len()*drawnHeight {
		t.Errorf("%d pixels have no class", counts[Ignored])
	}
}

func TestLookup(t *testing.T) {
	if _, err := Load("camvit", nil); err == nil || !strings.Contains(err.Error(), `did you mean "camvid"?`) {
		t.Errorf("%v", err)
	}
	if _, err := Load("ade20k", []string{t.TempDir()}); err == nil || !strings.Contains(err.Error(), "ADEChallengeData2016.zip") {
		t.Errorf("%v", err)
	}
	root := t.TempDir()
	for _, split := range []string{"train", "val", "test"} {
		write(t, filepath.Join(root, "camvid", split), map[string][]byte{"images/a.png": encode(t, 2, 2, constant(1)), "labels/a.png": encode(t, 2, 2, constant(1))})
	}
	if _, err := Load("camvid", []string{root}); err == nil || !strings.Contains(err.Error(), "has 1 training pictures, but the published set has 367") {
		t.Errorf("%v", err)
	}
}
