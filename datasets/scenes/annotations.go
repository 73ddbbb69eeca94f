package scenes

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"mambamixer/datasets/mask"
	"mambamixer/datasets/pack"
)

// annotations is what is used of a file of COCO's instances.
type annotations struct {
	pictures   []described
	objects    []annotation
	categories []category
}

// described is a picture. A size of 0 is not given.
type described struct {
	ID       int    `json:"id"`
	FileName string `json:"file_name"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
}

type category struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

// annotation is an object of a picture.
type annotation struct {
	ID           int             `json:"id"`
	ImageID      int             `json:"image_id"`
	CategoryID   int             `json:"category_id"`
	BBox         json.RawMessage `json:"bbox"` // x, y, width, height
	Area         *float64        `json:"area"`
	Crowd        int             `json:"iscrowd"`
	Segmentation json.RawMessage `json:"segmentation"`
}

// readAnnotations reads a file entry by entry: COCO's own has half a gigabyte.
func readAnnotations(files *pack.Files, name string) (*annotations, error) {
	content, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer content.Close()
	var all annotations
	switch err := all.read(json.NewDecoder(content)); err {
	case nil:
		return &all, all.check(files.Where(name))
	case io.EOF, io.ErrUnexpectedEOF:
		return nil, fmt.Errorf("%s is cut off; fetch it again", files.Where(name))
	default:
		return nil, fmt.Errorf("%s: %w", files.Where(name), err)
	}
}

func (a *annotations) read(from *json.Decoder) error {
	if err := begin(from, '{', "the file is no JSON object"); err != nil {
		return err
	}
	for from.More() {
		key, err := from.Token()
		if err != nil {
			return err
		}
		switch key {
		case "images":
			a.pictures, err = entries[described](from, key)
		case "annotations":
			a.objects, err = entries[annotation](from, key)
		case "categories":
			a.categories, err = entries[category](from, key)
		default:
			err = from.Decode(&json.RawMessage{})
		}
		if err != nil {
			return err
		}
	}
	if _, err := from.Token(); err != nil { // the end of the object
		return err
	}
	switch _, err := from.Token(); {
	case err == nil:
		return errors.New("something follows the JSON object")
	case err != io.EOF:
		return err
	}
	return nil
}

func begin(from *json.Decoder, with json.Delim, otherwise string) error {
	first, err := from.Token()
	if err == nil && first != with {
		return errors.New(otherwise)
	}
	return err
}

// entries reads the list of a key.
func entries[T any](from *json.Decoder, key any) (list []T, err error) {
	if err := begin(from, '[', fmt.Sprintf("%q is no list", key)); err != nil {
		return nil, err
	}
	for from.More() {
		var entry T
		err := from.Decode(&entry)
		var other *json.UnmarshalTypeError
		switch {
		case errors.As(err, &other) && other.Field == "":
			return nil, fmt.Errorf("entry %d of %q is a %s, but should be an object", len(list), key, other.Value)
		case errors.As(err, &other):
			return nil, fmt.Errorf("entry %d of %q has a %s as its %s", len(list), key, other.Value, other.Field)
		case err != nil:
			return nil, err
		}
		list = append(list, entry)
	}
	_, err = from.Token() // the end of the list
	return list, err
}

// check refuses what could be read in more than one way, or not at all.
func (a *annotations) check(where string) error {
	pictures, names := map[int]bool{}, map[string]bool{}
	for _, p := range a.pictures {
		switch {
		case pictures[p.ID]:
			return fmt.Errorf("%s: two pictures have the id %d", where, p.ID)
		case names[p.FileName]:
			return fmt.Errorf("%s: two pictures are called %s", where, p.FileName)
		case p.Width < 0 || p.Height < 0:
			return fmt.Errorf("%s: the picture %s is said to have %d x %d pixels", where, p.FileName, p.Width, p.Height)
		}
		pictures[p.ID], names[p.FileName] = true, true
	}
	categories, classes := map[int]bool{}, map[string]bool{}
	for _, c := range a.categories {
		switch {
		case categories[c.ID]:
			return fmt.Errorf("%s: two categories have the id %d", where, c.ID)
		case classes[c.Name]:
			return fmt.Errorf("%s: two categories are called %q", where, c.Name)
		}
		categories[c.ID], classes[c.Name] = true, true
	}
	for _, object := range a.objects {
		if err := object.check(pictures, categories); err != nil {
			return fmt.Errorf("annotation %d of %s: %w", object.ID, where, err)
		}
	}
	return nil
}

func (a annotation) check(pictures, categories map[int]bool) error {
	_, err := a.box()
	switch {
	case !pictures[a.ImageID]:
		return fmt.Errorf("it is of the picture %d, which the file doesn't name", a.ImageID)
	case !categories[a.CategoryID]:
		return fmt.Errorf("it is of the category %d, which the file doesn't name", a.CategoryID)
	case err != nil:
		return err
	case a.Area == nil:
		return errors.New("it has no area")
	case *a.Area < 0:
		return fmt.Errorf("its area is %g", *a.Area)
	}
	return nil
}

// box may be empty: COCO has some that are.
func (a annotation) box() (mask.Box, error) {
	var b []float64
	switch {
	case !numbers(a.BBox, &b) || len(b) != 4:
		return mask.Box{}, errors.New("its box is not four numbers")
	case b[2] < 0 || b[3] < 0:
		return mask.Box{}, fmt.Errorf("its box is %g wide and %g high", b[2], b[3])
	}
	return mask.Box{X0: b[0], Y0: b[1], X1: b[0] + b[2], Y1: b[1] + b[3]}, nil
}

// object is of class 0; which it is, the categories of the file say.
func (a annotation) object(h, w int) (Object, error) {
	box, err := a.box()
	if err != nil {
		return Object{}, err
	}
	m, err := a.outline(h, w)
	return Object{Box: box, Mask: m, Area: *a.Area, Crowd: a.Crowd != 0}, err
}
