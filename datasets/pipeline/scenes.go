package pipeline

import (
	"context"
	"fmt"
	"sync/atomic"

	"mambamixer/datasets/augment"
	"mambamixer/datasets/scenes"
)

// Scenes is a split of scenes, all of which can be decoded. It may be used from several goroutines.
type Scenes struct {
	scenes  scenes.Scenes
	kept    []*scenes.Scene // by index; nil for one that is decoded anew each time
	workers int
}

// OpenScenes decodes all scenes of a split and keeps as many as there is memory for. One that can't be decoded is an error: a
// set of scenes is small and made by hand, so what is wrong with it should be known. Options.Strict counts for nothing.
func OpenScenes(ctx context.Context, s scenes.Scenes, o Options) (*Scenes, error) {
	if o.Memory == 0 {
		o.Memory = DefaultMemory
	}
	all := &Scenes{scenes: s, kept: make([]*scenes.Scene, s.Len()), workers: o.Workers}
	var memory, done atomic.Int64
	err := each(ctx, o.Workers, s.Len(), func(i int) error {
		scene, err := s.Scene(i)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Where(i), err)
		}
		if memory.Add(scene.Bytes()) <= o.Memory {
			all.kept[i] = scene
		}
		if n := done.Add(1); o.Progress != nil && n%1000 == 0 {
			o.Progress(int(n), s.Len())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// SceneBatch are pictures and the classes of their pixels, as a model gets them.
type SceneBatch struct {
	Pixels []float32 // [n, Height, Width, 3]
	Labels []int32   // [n, Height, Width]
}

// Train makes a batch of training scenes. It depends on seed, epoch and indices alone.
func (s *Scenes) Train(ctx context.Context, r augment.SceneRecipe, seed uint64, epoch int, indices []int32) (*SceneBatch, error) {
	return s.batch(ctx, r, indices, func(scene *scenes.Scene, index int, pixels []float32, labels []int32) {
		r.Train(scene.Picture, scene.Labels, scenes.Ignored, augment.Random(seed, epoch, index), pixels, labels)
	})
}

// Test makes a batch of test scenes, as they are.
func (s *Scenes) Test(ctx context.Context, r augment.SceneRecipe, indices []int32) (*SceneBatch, error) {
	return s.batch(ctx, r, indices, func(scene *scenes.Scene, _ int, pixels []float32, labels []int32) {
		r.Test(scene.Picture, scene.Labels, pixels, labels)
	})
}

func (s *Scenes) batch(ctx context.Context, r augment.SceneRecipe, indices []int32, write func(scene *scenes.Scene, index int, pixels []float32, labels []int32)) (*SceneBatch, error) {
	places := r.Height * r.Width
	b := &SceneBatch{make([]float32, 3*places*len(indices)), make([]int32, places*len(indices))}
	err := s.visit(ctx, indices, func(i int, scene *scenes.Scene) {
		write(scene, int(indices[i]), b.Pixels[3*places*i:3*places*(i+1)], b.Labels[places*i:places*(i+1)])
	})
	return b, err
}

// visit gives the scenes of a batch, several at once.
func (s *Scenes) visit(ctx context.Context, indices []int32, use func(i int, scene *scenes.Scene)) error {
	return each(ctx, s.workers, len(indices), func(i int) error {
		scene, err := s.Scene(int(indices[i]))
		if err != nil {
			return err
		}
		use(i, scene)
		return nil
	})
}

// Len is the number of scenes.
func (s *Scenes) Len() int { return len(s.kept) }

// Scene gives one scene, decoded.
func (s *Scenes) Scene(i int) (*scenes.Scene, error) {
	if s.kept[i] != nil {
		return s.kept[i], nil
	}
	scene, err := s.scenes.Scene(i)
	if err != nil {
		return nil, fmt.Errorf("%s could be decoded before, but not now: %w", s.scenes.Where(i), err)
	}
	return scene, nil
}
