package pipeline

import (
	"context"
	"fmt"
	"sync/atomic"

	"mambamixer/datasets/imagefolder"
	"mambamixer/datasets/picture"
)

// Options say how to open a split.
type Options struct {
	Workers  int                   // 0 = as many as processors
	Memory   int64                 // bytes of decoded pictures that may be kept; 0 = DefaultMemory, below 0 = none
	Strict   bool                  // a picture that can't be decoded is an error
	Progress func(done, total int) // called now and then by Open, from any goroutine; may be nil
}

// DefaultMemory holds all pictures of small sets: 50000 of 32 x 32 pixels take 0.15 GB.
const DefaultMemory = 1 << 30

// Source is a split whose pictures can all be decoded. It may be used from several goroutines.
type Source struct {
	pictures imagefolder.Pictures
	kept     []*picture.RGB // by index; nil for one that is decoded anew each time
	skipped  []error
	workers  int
}

// Open goes through all pictures of a split; see the package comment.
func Open(ctx context.Context, p imagefolder.Pictures, o Options) (*Source, error) {
	if o.Memory == 0 {
		o.Memory = DefaultMemory
	}
	kept := make([]*picture.RGB, p.Len())
	failed := make([]error, p.Len())
	var memory atomic.Int64
	var done atomic.Int64
	err := each(ctx, o.Workers, p.Len(), func(i int) error {
		rgb, err := p.Picture(i)
		if err != nil {
			failed[i] = fmt.Errorf("%s: %w", p.Where(i), err)
			if o.Strict {
				return fmt.Errorf("%w; without strict, pictures that can't be decoded are left out", failed[i])
			}
			return nil
		}
		if memory.Add(int64(len(rgb.Pix))) <= o.Memory {
			kept[i] = rgb
		}
		if n := done.Add(1); o.Progress != nil && n%1000 == 0 {
			o.Progress(int(n), p.Len())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s := &Source{workers: o.Workers}
	var good []int
	for i, problem := range failed {
		if problem != nil {
			s.skipped = append(s.skipped, problem)
			continue
		}
		good = append(good, i)
		s.kept = append(s.kept, kept[i])
	}
	if s.pictures = imagefolder.Pick(p, good); len(good) == 0 {
		return nil, fmt.Errorf("none of the %d pictures can be decoded; the first: %w", p.Len(), s.skipped[0])
	}
	return s, nil
}

// Len is the number of pictures that can be decoded.
func (s *Source) Len() int { return len(s.kept) }

// Label gives the class of a picture.
func (s *Source) Label(i int) int { return s.pictures.Label(i) }

// Where names a picture.
func (s *Source) Where(i int) string { return s.pictures.Where(i) }

// Skipped lists the pictures that were left out, by name, with the reason.
func (s *Source) Skipped() []error { return s.skipped }

// Picture gives a decoded picture, which must not be changed.
func (s *Source) Picture(i int) (*picture.RGB, error) {
	if s.kept[i] != nil {
		return s.kept[i], nil
	}
	rgb, err := s.pictures.Picture(i)
	if err != nil {
		return nil, fmt.Errorf("%s could be decoded before, but not now: %w", s.Where(i), err)
	}
	return rgb, nil
}
