package pipeline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/imagefolder"
	"mambamixer/datasets/picture"
)

// some has pictures of two classes, some of which can't be decoded.
type some struct {
	count  int
	broken []int
}

func (s some) Len() int           { return s.count }
func (s some) Label(i int) int    { return i % 2 }
func (s some) Where(i int) string { return fmt.Sprintf("file %d", i) }
func (s some) Picture(i int) (*picture.RGB, error) {
	if slices.Contains(s.broken, i) {
		return nil, picture.ErrCutOff
	}
	p := picture.New(10, 8)
	for k := range p.Pix {
		p.Pix[k] = uint8(i)
	}
	return p, nil
}

var _ imagefolder.Pictures = some{}

func open(t *testing.T, p imagefolder.Pictures, o Options) *Source {
	t.Helper()
	s, err := Open(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatCannotBeDecodedIsLeftOut(t *testing.T) {
	s := open(t, some{10, []int{3, 7}}, Options{})
	if s.Len() != 8 || len(s.Skipped()) != 2 || !strings.Contains(s.Skipped()[1].Error(), "file 7: cut off") {
		t.Errorf("%d pictures; skipped %v", s.Len(), s.Skipped())
	}
	if p, err := s.Picture(3); err != nil || p.Pix[0] != 4 || s.Label(3) != 0 || s.Where(3) != "file 4" {
		t.Errorf("picture 3 is not that of file 4: %v", err)
	}
	_, err := Open(context.Background(), some{10, []int{3, 7}}, Options{Strict: true, Workers: 1})
	if !errors.Is(err, picture.ErrCutOff) || !strings.Contains(err.Error(), "file 3") {
		t.Error(err)
	}
	if _, err := Open(context.Background(), some{1, []int{0}}, Options{}); err == nil || !strings.Contains(err.Error(), "none of the 1 pictures") {
		t.Error(err)
	}
}

// A batch doesn't depend on workers, memory or what was asked for before.
func TestBatchesAreTheSame(t *testing.T) {
	ctx := context.Background()
	recipe := augment.ImageNet()
	recipe.Size = 16
	indices := []int32{5, 1, 9, 30, 2}
	batch := func(o Options, epoch int) *augment.Batch {
		b, err := open(t, some{40, []int{0}}, o).Train(ctx, recipe, 2, 7, epoch, indices)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	want := batch(Options{Workers: 1}, 3)
	for _, o := range []Options{{Workers: 4}, {Memory: -1}, {Memory: 1000}} {
		if got := batch(o, 3); !slices.Equal(got.Pixels, want.Pixels) || !slices.Equal(got.Targets, want.Targets) {
			t.Errorf("another batch with %+v", o)
		}
	}
	if slices.Equal(batch(Options{}, 4).Pixels, want.Pixels) {
		t.Error("the next epoch has the same batch")
	}
}

func TestTestPicturesAreAsTheyAre(t *testing.T) {
	recipe := augment.ImageNet()
	recipe.Size = 8
	s := open(t, some{10, nil}, Options{})
	b, err := s.Test(context.Background(), recipe, 2, []int32{4, 5})
	if err != nil {
		t.Fatal(err)
	}
	want := make([]float32, 8*8*3)
	rgb, _ := s.Picture(5)
	recipe.Test(rgb, want)
	if !slices.Equal(b.Picture(1), want) || !slices.Equal(b.Targets, []float32{1, 0, 0, 1}) {
		t.Errorf("targets %v, or other pixels", b.Targets)
	}
}

// A cancelled context stops the work, and a picture that goes away is named.
func TestStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(ctx, some{100000, nil}, Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	fleeting := some{10, nil}
	s := open(t, &fleeting, Options{Memory: -1})
	fleeting.broken = []int{6}
	if _, err := s.Test(context.Background(), augment.Plain(8), 2, []int32{5, 6}); err == nil || !strings.Contains(err.Error(), "file 6 could be decoded before") {
		t.Error(err)
	}
}
