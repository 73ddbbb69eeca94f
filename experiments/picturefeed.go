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
	splits  []fedSplit[*pipeline.Source]
}

// fedSplit are the examples from first on, which a source makes.
type fedSplit[S any] struct {
	first  int
	source S
}

func (f *pictureFeed) Shapes(n int) []shapes.Shape {
	return []shapes.Shape{shapes.Make(dtypes.Float32, n, f.recipe.Size, f.recipe.Size, 3), shapes.Make(dtypes.Float32, n, f.classes)}
}

func (f *pictureFeed) Train(ctx context.Context, seed uint64, epoch int, idx []int32) ([]*tensors.Tensor, error) {
	source, idx := splitOf(f.splits, idx)
	return f.tensors(source.Train(ctx, f.recipe, f.classes, seed, epoch, idx))
}

func (f *pictureFeed) Test(ctx context.Context, idx []int32) ([]*tensors.Tensor, error) {
	source, idx := splitOf(f.splits, idx)
	return f.tensors(source.Test(ctx, f.recipe, f.classes, idx))
}

// splitOf finds the split of a batch, and its indices there.
func splitOf[S any](splits []fedSplit[S], idx []int32) (S, []int32) {
	at := len(splits) - 1
	for int(idx[0]) < splits[at].first {
		at--
	}
	own := slices.Clone(idx)
	for i := range own {
		own[i] -= int32(splits[at].first)
	}
	return splits[at].source, own
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
