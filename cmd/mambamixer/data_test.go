package main

import (
	"archive/tar"
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeFiles writes files below a new folder. Those that end in .png are a picture, the others empty.
func writeFiles(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		var data bytes.Buffer
		if filepath.Ext(name) == ".png" {
			if err := png.Encode(&data, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Without names, all kinds of sets that are here are looked at, and none that the program makes.
func TestCheckAllThatIsHere(t *testing.T) {
	invocation{}.fails(t, 1, []string{"none of the data sets is in"}, "data", "check", "-data", t.TempDir())
	dir := writeFiles(t, "ETTh1.csv", "m5/tiny_sales_d1_d1941.csv", "m5/calendar.csv", "m5/tiny_sell_prices.csv", "cifar10/train/cat/1.png", "cifar10/test/cat/1.png",
		"ade20k_sample/images/a.png", "ade20k_sample/images/b.png", "ade20k_sample/images/c.png",
		"ade20k_sample/annotations/a.png", "ade20k_sample/annotations/b.png", "ade20k_sample/annotations/c.png")
	out, errors, code := invocation{}.run(t, "data", "check", "-data", dir)
	if code != 1 || !strings.Contains(errors, "not in order: ETTh1, M5-280, cifar10\n") || !strings.Contains(out, "ADE20K-sample: 150 classes") {
		t.Errorf("exit %d: %s%s", code, out, errors)
	}
}

// A pack of one's own is checked by its path, as a run takes it.
func TestCheckOwnPack(t *testing.T) {
	dir := writeFiles(t, "train/cat/1.png", "train/dog/1.png", "val/cat/1.png", "notes.txt")
	var own bytes.Buffer
	w := tar.NewWriter(&own)
	if err := w.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "own.tar"), own.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"own.tar", "./own.tar", dir} {
		out, errors, code := invocation{dir: dir}.run(t, "data", "check", path)
		if code != 0 || !strings.Contains(out, "2 training pictures, of which 2 can be decoded") {
			t.Errorf("%s: exit %d: %s%s", path, code, out, errors)
		}
	}
	invocation{dir: dir}.fails(t, 1, []string{"neither a folder nor a .tar"}, "data", "check", "notes.txt")
	invocation{dir: dir}.fails(t, 1, []string{"./other.tar: no such file"}, "data", "check", "./other.tar")
}

// A split of which nothing can be decoded doesn't hide what is wrong with the other.
func TestCheckDamagedSplit(t *testing.T) {
	dir := writeFiles(t, "train/cat/1.png", "train/cat/2.jpg", "train/dog/1.png", "val/cat/1.jpg")
	out, errors, code := invocation{}.run(t, "data", "check", dir)
	for _, words := range []string{"3 training pictures, of which 2 can be decoded", "training picture " + filepath.Join(dir, "train/cat/2.jpg") + ": cut off",
		"test pictures: none of the 1 pictures can be decoded"} {
		if code != 1 || !strings.Contains(out, words) {
			t.Errorf("exit %d, lacks %q: %s%s", code, words, out, errors)
		}
	}
}
