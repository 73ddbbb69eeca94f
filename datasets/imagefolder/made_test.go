package imagefolder

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mambamixer/datasets/picture"
)

// plain is a picture of one colour.
func plain(r, g, b uint8) *picture.RGB {
	p := picture.New(8, 8)
	for i := 0; i < len(p.Pix); i += 3 {
		p.Pix[i], p.Pix[i+1], p.Pix[i+2] = r, g, b
	}
	return p
}

func pngOf(t *testing.T, p *picture.RGB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, p.Image()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func jpegOf(t *testing.T, p *picture.RGB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p.Image(), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// made writes files below a new folder.
func made(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func tarOf(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, data := range files {
		if err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(data)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		w.Write(data)
	}
	w.Close()
	return b.Bytes()
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// idxOf is an IDX file of bytes.
func idxOf(data []byte, dims ...int) []byte {
	out := []byte{0, 0, 8, byte(len(dims))}
	for _, dim := range dims {
		out = binary.BigEndian.AppendUint32(out, uint32(dim))
	}
	return append(out, data...)
}

// wantLabels checks a split's labels, and the red of each picture, by the names of its files.
func wantLabels(t *testing.T, p Pictures, want ...string) { // "label red name"
	t.Helper()
	var got []string
	for i := range p.Len() {
		rgb, err := p.Picture(i)
		if err != nil {
			t.Errorf("%s: %v", p.Where(i), err)
			continue
		}
		red := "dark"
		if rgb.Pix[0] > 128 {
			red = "bright"
		}
		got = append(got, strings.Join([]string{string(rune('0' + p.Label(i))), red, filepath.Base(p.Where(i))}, " "))
	}
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("pictures %q, want %q", got, want)
	}
}

func wantProblems(t *testing.T, s *Set, want ...string) {
	t.Helper()
	if len(s.Problems) != len(want) {
		t.Errorf("%d problems %v, want %d", len(s.Problems), s.Problems, len(want))
		return
	}
	for i, words := range want {
		if !strings.Contains(s.Problems[i].Error(), words) {
			t.Errorf("problem %v, want %q", s.Problems[i], words)
		}
	}
}

// strictly loads a set of which nothing may be left out.
func strictly(name string, dirs []string) (*Set, error) {
	set, err := Load(name, dirs)
	if err == nil {
		err = set.Strict()
	}
	return set, err
}
