package pipeline

import (
	"context"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/scenes"
)

// ObjectBatch are pictures and their objects, as a detector gets them. A picture with fewer than MaxObjects is filled up.
type ObjectBatch struct {
	Pixels  []float32 // [n, Height, Width, 3]
	Boxes   []float32 // [n, MaxObjects, 4]: x0, y0, x1, y1 in pixels of what the model gets
	Classes []int32   // [n, MaxObjects]; -1 where there is no object
	Masks   []float32 // [n, MaxObjects, Grid, Grid]: of each object in its box, 0 or 1
}

// TrainObjects makes a batch of training scenes. It depends on seed, epoch and indices alone.
func (s *Scenes) TrainObjects(ctx context.Context, r augment.ObjectRecipe, seed uint64, epoch int, indices []int32) (*ObjectBatch, error) {
	return s.objects(ctx, r, indices, func(scene *scenes.Scene, index int, out augment.Objects) {
		r.Train(scene, augment.Random(seed, epoch, index), out)
	})
}

// TestObjects makes a batch of test scenes, as they are.
func (s *Scenes) TestObjects(ctx context.Context, r augment.ObjectRecipe, indices []int32) (*ObjectBatch, error) {
	return s.objects(ctx, r, indices, func(scene *scenes.Scene, _ int, out augment.Objects) { r.Test(scene, out) })
}

func (s *Scenes) objects(ctx context.Context, r augment.ObjectRecipe, indices []int32, write func(scene *scenes.Scene, index int, out augment.Objects)) (*ObjectBatch, error) {
	pixels, most, grid := 3*r.Height*r.Width, r.MaxObjects, r.MaxObjects*r.Grid*r.Grid
	n := len(indices)
	b := &ObjectBatch{make([]float32, n*pixels), make([]float32, n*4*most), make([]int32, n*most), make([]float32, n*grid)}
	err := s.visit(ctx, indices, func(i int, scene *scenes.Scene) {
		write(scene, int(indices[i]), augment.Objects{Pixels: b.Pixels[i*pixels : (i+1)*pixels], Boxes: b.Boxes[i*4*most : (i+1)*4*most],
			Classes: b.Classes[i*most : (i+1)*most], Masks: b.Masks[i*grid : (i+1)*grid]})
	})
	return b, err
}
