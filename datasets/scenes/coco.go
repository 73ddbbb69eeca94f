package scenes

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"mambamixer/datasets/mask"
	"mambamixer/datasets/pack"
)

// outline reads the mask: polygons, or runs as numbers or text.
func (a annotation) outline(h, w int) (*mask.Mask, error) {
	var polygons [][]float64
	if json.Unmarshal(a.Segmentation, &polygons) == nil && len(polygons) > 0 {
		var parts []*mask.Mask
		for _, corners := range polygons {
			if len(corners) < 6 || len(corners)%2 != 0 {
				return nil, fmt.Errorf("a polygon of an object has %d numbers; it needs x and y of three corners at least", len(corners))
			}
			if err := near(h, w, corners); err != nil {
				return nil, err
			}
			parts = append(parts, mask.Polygon(h, w, corners))
		}
		return mask.Union(parts...), nil
	}
	var runs struct {
		Size   [2]int // h, w
		Counts json.RawMessage
	}
	if err := json.Unmarshal(a.Segmentation, &runs); err != nil {
		return nil, fmt.Errorf("the mask of an object is neither polygons nor runs: %w", err)
	}
	if runs.Size != [2]int{h, w} {
		return nil, fmt.Errorf("the mask of an object is of %d x %d pixels, but the picture has %d x %d", runs.Size[1], runs.Size[0], w, h)
	}
	var text string
	if json.Unmarshal(runs.Counts, &text) == nil {
		return mask.Parse(h, w, text)
	}
	var counts []int
	if err := json.Unmarshal(runs.Counts, &counts); err != nil {
		return nil, fmt.Errorf("the runs of an object's mask are neither numbers nor text: %w", err)
	}
	return mask.FromRuns(h, w, counts)
}

// near refuses a corner farther outside a picture than the picture is large: the sides of a polygon are walked step by step.
func near(h, w int, corners []float64) error {
	for i := 0; i < len(corners); i += 2 {
		x, y := corners[i], corners[i+1]
		inside := x >= float64(-w) && x <= float64(2*w) && y >= float64(-h) && y <= float64(2*h) // never true of what is no number
		if !inside {
			return fmt.Errorf("a polygon of an object has a corner at (%g, %g), far outside the picture of %d x %d pixels", x, y, w, h)
		}
	}
	return nil
}

// annotated are the pictures of a COCO split.
type annotated struct {
	files  *pack.Files
	folder string
	names  []string // of pictures
	lists  [][]annotation
	class  map[int]int // by category
}

func (a *annotated) Len() int           { return len(a.names) }
func (a *annotated) Where(i int) string { return a.files.Where(a.folder + a.names[i]) }

func (a *annotated) Scene(i int) (*Scene, error) {
	rgb, err := readPicture(a.files, a.folder+a.names[i])
	if err != nil {
		return nil, err
	}
	scene := &Scene{Picture: rgb}
	for _, note := range a.lists[i] {
		m, err := note.outline(rgb.H, rgb.W)
		if err != nil {
			return nil, err
		}
		class, known := a.class[note.CategoryID]
		if !known {
			return nil, fmt.Errorf("an object is of the category %d, which the annotations don't name", note.CategoryID)
		}
		b := note.Box
		scene.Objects = append(scene.Objects, Object{Class: class, Box: mask.Box{X0: b[0], Y0: b[1], X1: b[0] + b[2], Y1: b[1] + b[3]},
			Mask: m, Area: note.Area, Crowd: note.Crowd != 0})
	}
	return scene, nil
}

// coco reads sets in COCO's form, a folder or pack: train2017/ and val2017/, and annotations/ with a file for each, by these names.
func coco(trainFile, testFile string) func(root string) (*Set, error) {
	return func(root string) (*Set, error) {
		files, err := pack.Open(root)
		if err != nil {
			return nil, err
		}
		set := &Set{Val: none{}, Objects: true, close: []func() error{files.Close}}
		if err := set.readCOCO(files, trainFile, testFile); err != nil {
			return nil, errors.Join(err, set.Close())
		}
		return set, nil
	}
}

func (s *Set) readCOCO(files *pack.Files, trainFile, testFile string) error {
	train, classes, err := cocoSplit(files, "train2017/", trainFile)
	if err != nil {
		return err
	}
	test, testClasses, err := cocoSplit(files, "val2017/", testFile)
	if err != nil {
		return err
	}
	if !slices.Equal(classes, testClasses) {
		return fmt.Errorf("%s and %s name different categories", files.Where(trainFile), files.Where(testFile))
	}
	s.Train, s.Test, s.Classes = train, test, classes
	all := []file{{files, trainFile}, {files, testFile}}
	for _, split := range []*annotated{train, test} {
		for _, name := range split.names {
			all = append(all, file{files, split.folder + name})
		}
	}
	s.SHA256, err = checksum(all)
	return err
}

// cocoSplit reads the annotations of a split, for pictures in the order of their names.
func cocoSplit(files *pack.Files, folder, name string) (*annotated, []string, error) {
	all, err := readAnnotations(files, name)
	if err != nil {
		return nil, nil, err
	}
	split := &annotated{files: files, folder: folder, class: map[int]int{}}
	slices.SortFunc(all.categories, func(a, b category) int { return a.ID - b.ID })
	var classes []string
	for i, c := range all.categories {
		split.class[c.ID] = i
		classes = append(classes, c.Name)
	}
	by := map[int][]annotation{}
	for _, a := range all.objects {
		by[a.ImageID] = append(by[a.ImageID], a)
	}
	names := map[string]int{}
	for _, image := range all.pictures {
		if !files.Has(folder + image.FileName) {
			return nil, nil, fmt.Errorf("%s names the picture %s, which is not in %s", files.Where(name), image.FileName, files.Where(folder))
		}
		names[image.FileName] = image.ID
		split.names = append(split.names, image.FileName)
	}
	slices.Sort(split.names)
	for _, name := range split.names {
		split.lists = append(split.lists, by[names[name]])
	}
	return split, classes, nil
}
