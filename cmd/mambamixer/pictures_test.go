package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mambamixer/datasets/imagefolder"
)

func TestDataOfPictures(t *testing.T) {
	folder := t.TempDir()
	out, _, code := invocation{}.run(t, "data", "list", "-data", folder)
	if code != 0 || !strings.Contains(out, "cifar10") || !strings.Contains(out, "in the program") {
		t.Errorf("exit %d: %s", code, out)
	}
	out, _, code = invocation{}.run(t, "data", "check", "shapes")
	if code != 0 || !strings.Contains(out, "500 test pictures, of which 500 can be decoded") {
		t.Errorf("exit %d: %s", code, out)
	}
	invocation{}.fails(t, 1, []string{"imagenet is not on this machine", "MD5 1d675b47d978889d74fa0da5fadfb00e"}, "data", "get", "imagenet", "-data", folder)
}

// A folder of one's own: what is wrong with it is named, file by file.
func TestCheckOwnPictures(t *testing.T) {
	shapes, err := imagefolder.Shapes(imagefolder.ShapesConfig{Size: 16, Train: 8, Test: 8, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for i := range 8 {
		rgb, _ := shapes.Train.Picture(i)
		var data bytes.Buffer
		if err := png.Encode(&data, rgb.Image()); err != nil {
			t.Fatal(err)
		}
		if i == 3 {
			data.Reset()
			data.WriteString("<html>not found</html>")
		}
		for _, split := range []string{"train", "val"} {
			path := filepath.Join(dir, split, shapes.Classes[i], "a.png")
			os.MkdirAll(filepath.Dir(path), 0o755)
			if err := os.WriteFile(path, data.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	out, errors, code := invocation{}.run(t, "data", "check", dir)
	for _, words := range []string{"8 training pictures, of which 7 can be decoded", filepath.Join("train", "frame", "a.png") + ": no picture of a known format"} {
		if code != 1 || !strings.Contains(out, words) {
			t.Errorf("exit %d, lacks %q:\n%s%s", code, words, out, errors)
		}
	}
}
