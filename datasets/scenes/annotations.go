package scenes

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

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
	Box          []float64       `json:"bbox"` // x, y, width, height
	Area         float64         `json:"area"`
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
		return &all, nil
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
