package scenes

import (
	"errors"

	"mambamixer/datasets/pack"
	"mambamixer/datasets/picture"
)

// Ignored is the label of pixels without a class.
const Ignored = 255

// Scene is a picture with the class of each pixel, or with its objects.
type Scene struct {
	Picture *picture.RGB
	Labels  []uint8 // [H, W]: a class, or Ignored; nil in a set of objects
	Objects []Object
}

// Bytes is about the memory that the scene takes.
func (s *Scene) Bytes() int64 {
	bytes := len(s.Picture.Pix) + len(s.Labels)
	for _, o := range s.Objects {
		bytes += 8 * len(o.Mask.Runs)
	}
	return int64(bytes)
}

// Scenes are those of a split, by index. They may be read from several goroutines.
type Scenes interface {
	Len() int
	// Where names scene i for a message: its picture's file, or its place in one.
	Where(i int) string
	// Scene decodes scene i. Its error doesn't name the picture's file.
	Scene(i int) (*Scene, error)
}

// Set is a data set of scenes.
type Set struct {
	Name             string // as in tables
	Source           string // official home
	Licence          string
	Classes          []string // names, by label
	Objects          bool     // scenes have objects, not the classes of pixels
	Train, Val, Test Scenes   // Val may be empty

	SHA256    string // of all names and contents; above a gigabyte, of names and sizes
	Synthetic bool   // generated, not photographed

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

// open opens a folder or pack, which Close frees.
func (s *Set) open(path string) (*pack.Files, error) {
	files, err := pack.Open(path)
	if err == nil {
		s.close = append(s.close, files.Close)
	}
	return files, err
}

// loaded gives a set that was read, or frees what was opened for it.
func (s *Set) loaded(err error) (*Set, error) {
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}
