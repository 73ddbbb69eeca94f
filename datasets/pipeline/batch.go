package pipeline

import (
	"context"

	"mambamixer/datasets/augment"
)

// ofBatch is the number under which a batch draws its random numbers, in the place of a picture's index: below all of these.
func ofBatch(first int) int { return -1 - first }

// Train makes a batch of training pictures, augmented and mixed. It depends on seed, epoch and indices alone.
func (s *Source) Train(ctx context.Context, r augment.Recipe, classes int, seed uint64, epoch int, indices []int32) (*augment.Batch, error) {
	b := augment.NewBatch(len(indices), r.Size, classes)
	err := each(ctx, s.workers, len(indices), func(i int) error {
		index := int(indices[i])
		rgb, err := s.Picture(index)
		if err != nil {
			return err
		}
		r.Train(rgb, augment.Random(seed, epoch, index), b.Picture(i))
		b.Label(i, s.Label(index), r.Smoothing)
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.Mix(b, augment.Random(seed, epoch, ofBatch(int(indices[0]))))
	return b, nil
}

// Test makes a batch of test pictures, as they are.
func (s *Source) Test(ctx context.Context, r augment.Recipe, classes int, indices []int32) (*augment.Batch, error) {
	b := augment.NewBatch(len(indices), r.Size, classes)
	err := each(ctx, s.workers, len(indices), func(i int) error {
		rgb, err := s.Picture(int(indices[i]))
		if err != nil {
			return err
		}
		r.Test(rgb, b.Picture(i))
		b.Label(i, s.Label(int(indices[i])), 0)
		return nil
	})
	return b, err
}
