package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"runtime"

	"github.com/gomlx/compute"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/imagefolder"
	"mambamixer/datasets/picture"
	"mambamixer/datasets/pipeline"
	"mambamixer/experiments/result"
)

// What Input measures: batches of inputBatch from up to inputPictures of a set, which are decoded once before.
const (
	inputBatch    = 64
	inputPictures = 1024
)

// Input measures how many pictures a second the input pipeline gives, on one processor and on all: read and decoded; with
// augmentation, by the recipe for small sets and by ImageNet's; and augmented alone, where decoded pictures fit into
// memory. That is to be held against the pictures a second of a training, which its record has as batch size over
// step_seconds. The generated pictures are JPEG of a size that is usual in ImageNet; the other sets are measured where they
// are at hand.
func Input(ctx context.Context, _ compute.Backend, w io.Writer, opts Options) error {
	table := &result.Table{Columns: []result.Column{{Name: "set"}, {Name: "recipe"}, {Name: "pixels", Right: true},
		{Name: "processors", Right: true}, {Name: "decode", Right: true}, {Name: "decode + augment", Right: true}, {Name: "augment", Right: true}}}
	for _, input := range []struct {
		set  string
		size int
	}{{"generated 500 x 375", 224}, {"cifar10", 32}, {"tiny-imagenet-20", 64}, {"pets-3", 224}} {
		pictures, done, err := inputOf(input.set, opts.DataDirs)
		if err != nil {
			return err
		}
		if pictures == nil {
			table.Notes = append(table.Notes, input.set+" is not on this machine")
			continue
		}
		for _, processors := range []int{1, runtime.GOMAXPROCS(0)} {
			if err := addInput(ctx, table, input.set, pictures, input.size, processors); err != nil {
				return errors.Join(err, done())
			}
		}
		if err := done(); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "The input pipeline, pictures a second\n\n%s", table.Text())
	return err
}

// inputOf gives the pictures of a set, nil if it isn't at hand, and what closes it.
func inputOf(set string, dirs []string) (imagefolder.Pictures, func() error, error) {
	none := func() error { return nil }
	if set == "generated 500 x 375" {
		return encodedJPEG(), none, nil
	}
	loaded, err := imagefolder.Load(set, dirs)
	if errors.As(err, new(*imagefolder.MissingError)) {
		return nil, none, nil
	}
	if err != nil {
		return nil, none, err
	}
	indices := make([]int, min(inputPictures, loaded.Train.Len()))
	for i := range indices {
		indices[i] = i * loaded.Train.Len() / len(indices)
	}
	return imagefolder.Pick(loaded.Train, indices), loaded.Close, nil
}

// addInput measures a set on so many processors, and adds a row for each recipe.
func addInput(ctx context.Context, table *result.Table, set string, pictures imagefolder.Pictures, size, processors int) error {
	var sources [2]*pipeline.Source // decoding anew each time, and from memory
	for i, memory := range []int64{-1, pipeline.DefaultMemory} {
		var err error
		if sources[i], err = pipeline.Open(ctx, pictures, pipeline.Options{Workers: processors, Memory: memory}); err != nil {
			return err
		}
	}
	indices := make([]int32, min(inputBatch, sources[0].Len()))
	rate := func(run func() error) (string, error) {
		s, err := measure(ctx, run)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%.0f", 1000*float64(len(indices))/s.median()), nil
	}
	next := 0
	advance := func() []int32 {
		for i := range indices {
			indices[i] = int32(next % sources[0].Len())
			next++
		}
		return indices
	}
	decode, err := rate(func() error {
		some := make([]int, len(indices))
		for i, index := range advance() {
			some[i] = int(index)
		}
		_, err := pipeline.Open(ctx, imagefolder.Pick(pictures, some), pipeline.Options{Workers: processors, Memory: -1})
		return err
	})
	if err != nil {
		return err
	}
	heavy := augment.ImageNet()
	heavy.Size = size
	for _, recipe := range []struct {
		name string
		augment.Recipe
	}{{"shift and flip", augment.Small(size)}, {"ImageNet's", heavy}} {
		cells := []string{set, recipe.name, fmt.Sprint(size), fmt.Sprint(processors), decode}
		for _, source := range sources {
			cell, err := rate(func() error {
				_, err := source.Train(ctx, recipe.Recipe, 10, 1, next, advance())
				return err
			})
			if err != nil {
				return err
			}
			cells = append(cells, cell)
		}
		table.Add(cells...)
	}
	return nil
}

// encoded are generated pictures in JPEG files in memory.
type encoded [][]byte

// encodedJPEG draws figures and encodes them in the size of many pictures of ImageNet.
func encodedJPEG() encoded {
	shapes, err := imagefolder.Shapes(imagefolder.ShapesConfig{Size: 500, Train: inputBatch, Test: 1, Seed: 1})
	if err != nil {
		panic(err) // the numbers above are good
	}
	files := make(encoded, shapes.Train.Len())
	for i := range files {
		p, _ := shapes.Train.Picture(i) // drawn, so there is no error
		cut := &picture.RGB{W: 500, H: 375, Pix: p.Pix[:3*500*375]}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, cut.Image(), &jpeg.Options{Quality: 90}); err != nil {
			panic(err) // into memory
		}
		files[i] = b.Bytes()
	}
	return files
}

func (e encoded) Len() int                            { return len(e) }
func (e encoded) Label(i int) int                     { return i % 8 }
func (e encoded) Where(i int) string                  { return fmt.Sprintf("generated picture %d", i) }
func (e encoded) Picture(i int) (*picture.RGB, error) { return picture.Decode(e[i]) }
