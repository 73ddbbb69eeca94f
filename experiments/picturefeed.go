package experiments

import (
	"context"
	"slices"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/tensors"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/pipeline"
)

// pictureFeed feeds pictures [B, Size, Size, 3] and their targets [B, classes], both float32.
type pictureFeed struct {
	recipe  augment.Recipe
	classes int
	splits  []fedSplit
}

// fedSplit are the examples from first on.
type fedSplit struct {
	first  int
	source *pipeline.Source
}

func (f *pictureFeed) Shapes(n int) []shapes.Shape {
	return []shapes.Shape{shapes.Make(dtypes.Float32, n, f.recipe.Size, f.recipe.Size, 3), shapes.Make(dtypes.Float32, n, f.classes)}
}

func (f *pictureFeed) Train(ctx context.Context, seed uint64, epoch int, idx []int32) ([]*tensors.Tensor, error) {
	source, idx := f.split(idx)
	return f.tensors(source.Train(ctx, f.recipe, f.classes, seed, epoch, idx))
}

func (f *pictureFeed) Test(ctx context.Context, idx []int32) ([]*tensors.Tensor, error) {
	source, idx := f.split(idx)
	return f.tensors(source.Test(ctx, f.recipe, f.classes, idx))
}

// split finds the split of a batch, and its indices there.
func (f *pictureFeed) split(idx []int32) (*pipeline.Source, []int32) {
	at := len(f.splits) - 1
	for int(idx[0]) < f.splits[at].first {
		at--
	}
	own := slices.Clone(idx)
	for i := range own {
		own[i] -= int32(f.splits[at].first)
	}
	return f.splits[at].source, own
}

func (f *pictureFeed) tensors(b *augment.Batch, err error) ([]*tensors.Tensor, error) {
	if err != nil {
		return nil, err
	}
	return []*tensors.Tensor{
		tensors.FromFlatDataAndDimensions(b.Pixels, b.Count, b.Size, b.Size, 3),
		tensors.FromFlatDataAndDimensions(b.Targets, b.Count, b.Classes),
	}, nil
}
