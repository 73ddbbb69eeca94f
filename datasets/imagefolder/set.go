package imagefolder

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"mambamixer/datasets/picture"
)

// Pictures are the labelled pictures of a split, by index. They may be read from several goroutines.
type Pictures interface {
	Len() int
	Label(i int) int
	// Where names picture i for a message: its file, or its place in one.
	Where(i int) string
	// Picture decodes picture i. Its error doesn't name the file.
	Picture(i int) (*picture.RGB, error)
}

// Set is a data set of labelled pictures.
type Set struct {
	Name        string // as in tables
	Source      string // official home
	Licence     string
	Classes     []string // names, by label
	Train, Test Pictures // Test is what the publisher holds out; of ImageNet, its validation split

	// SHA256 is of all names, labels and contents; above a gigabyte, of names, labels and sizes, as of files that can't be read.
	SHA256    string
	Synthetic bool    // generated, not photographed
	Problems  []error // what was left out, by name

	close []func() error
}

// Close frees packs that are read in place.
func (s *Set) Close() error {
	var errs []error
	for _, close := range s.close {
		errs = append(errs, close())
	}
	return errors.Join(errs...)
}

// check reports a set that can't be learned from.
func (s *Set) check() error {
	for _, split := range []struct {
		name     string
		pictures Pictures
	}{{"training", s.Train}, {"test", s.Test}} {
		if split.pictures.Len() == 0 {
			return fmt.Errorf("%s has no %s pictures%s", s.Name, split.name, because(s.Problems))
		}
		if split.pictures.Len() > math.MaxInt32 {
			return fmt.Errorf("%s has %d %s pictures, more than can be counted", s.Name, split.pictures.Len(), split.name)
		}
	}
	if len(s.Classes) < 2 {
		return fmt.Errorf("%s has %d classes; there must be at least two", s.Name, len(s.Classes))
	}
	return nil
}

// because ends a sentence with the first of the problems.
func because(problems []error) string {
	if len(problems) == 0 {
		return ""
	}
	return ": " + problems[0].Error()
}

// Pick gives the pictures of these indices, in their order.
func Pick(p Pictures, indices []int) Pictures { return picked{p, indices} }

type picked struct {
	of      Pictures
	indices []int
}

func (p picked) Len() int                            { return len(p.indices) }
func (p picked) Label(i int) int                     { return p.of.Label(p.indices[i]) }
func (p picked) Where(i int) string                  { return p.of.Where(p.indices[i]) }
func (p picked) Picture(i int) (*picture.RGB, error) { return p.of.Picture(p.indices[i]) }

// HoldOut takes a fraction of the pictures of each class aside, always the same, as a validation split where the publisher
// has none.
func HoldOut(p Pictures, fraction float64) (rest, held Pictures) {
	count := map[int]int{}
	for i := range p.Len() {
		count[p.Label(i)]++
	}
	for label, n := range count {
		count[label] = int(math.Round(fraction * float64(n)))
	}
	aside := make([]bool, p.Len())
	for _, i := range rand.New(rand.NewPCG(1, 1)).Perm(p.Len()) {
		if label := p.Label(i); count[label] > 0 {
			count[label]--
			aside[i] = true
		}
	}
	var in, out []int
	for i, taken := range aside {
		if taken {
			out = append(out, i)
		} else {
			in = append(in, i)
		}
	}
	return Pick(p, in), Pick(p, out)
}

// raw are pictures of one size that lie in memory, without a format.
type raw struct {
	path   string
	size   int // width and height
	labels []uint8
	pixels func(i int) []uint8 // of picture i as [H, W, 3]
}

func (r raw) Len() int           { return len(r.labels) }
func (r raw) Label(i int) int    { return int(r.labels[i]) }
func (r raw) Where(i int) string { return fmt.Sprintf("picture %d of %s", i, r.path) }
func (r raw) Picture(i int) (*picture.RGB, error) {
	return &picture.RGB{W: r.size, H: r.size, Pix: r.pixels(i)}, nil
}

// checksum is the SHA-256 of contents, one after the other.
func checksum(contents ...[]byte) string {
	h := sha256.New()
	for _, content := range contents {
		h.Write(content)
	}
	return hex.EncodeToString(h.Sum(nil))
}
