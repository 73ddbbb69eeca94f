package plots

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"gonum.org/v1/plot"
)

// TestPNG holds what PNG writes against the file that Save writes.
func TestPNG(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.png")
	if err := Save(path, Strip, plot.New(), plot.New()); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := PNG(&got, Strip, plot.New(), plot.New()); err != nil || !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%d bytes, %v; the file has %d", got.Len(), err, len(want))
	}
	if err := PNG(&got, Strip); err == nil {
		t.Error("a picture of no plot")
	}
}
