package scenes

import (
	"fmt"
	"slices"
	"strings"

	"mambamixer/datasets/pack"
)

// annotated are the pictures of a COCO split.
type annotated struct {
	files    *pack.Files
	folder   string
	notes    string // the file of annotations
	pictures []described
	lists    [][]annotation // of each picture
	class    map[int]int    // by category
}

func (a *annotated) Len() int           { return len(a.pictures) }
func (a *annotated) Where(i int) string { return a.files.Where(a.name(i)) }

func (a *annotated) name(i int) string { return a.folder + a.pictures[i].FileName }

func (a *annotated) Scene(i int) (*Scene, error) {
	rgb, err := readPicture(a.files, a.name(i))
	if err != nil {
		return nil, err
	}
	said := a.pictures[i]
	if said.Width > 0 && said.Width != rgb.W || said.Height > 0 && said.Height != rgb.H {
		return nil, fmt.Errorf("it has %d x %d pixels, but %d x %d by %s", rgb.W, rgb.H, said.Width, said.Height, a.files.Where(a.notes))
	}
	scene := &Scene{Picture: rgb}
	for _, note := range a.lists[i] {
		object, err := note.object(rgb.H, rgb.W)
		if err != nil {
			return nil, fmt.Errorf("annotation %d of %s: %w", note.ID, a.files.Where(a.notes), err)
		}
		object.Class = a.class[note.CategoryID]
		scene.Objects = append(scene.Objects, object)
	}
	return scene, nil
}

// coco reads sets in COCO's form, a folder or pack: train2017/ and val2017/, and annotations/ with a file for each, by these names.
func coco(trainFile, testFile string) func(root string) (*Set, error) {
	return func(root string) (*Set, error) {
		set := &Set{Val: none{}, Objects: true}
		return set.loaded(set.readCOCO(root, trainFile, testFile))
	}
}

func (s *Set) readCOCO(root, trainFile, testFile string) error {
	files, err := s.open(root)
	if err != nil {
		return err
	}
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
		for i := range split.pictures {
			all = append(all, file{files, split.name(i)})
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
	split := &annotated{files: files, folder: folder, notes: name, pictures: all.pictures, class: map[int]int{}}
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
	slices.SortFunc(split.pictures, func(a, b described) int { return strings.Compare(a.FileName, b.FileName) })
	for i, picture := range split.pictures {
		if !files.Has(split.name(i)) {
			return nil, nil, fmt.Errorf("%s names the picture %s, which is not in %s", files.Where(name), picture.FileName, files.Where(folder))
		}
		split.lists = append(split.lists, by[picture.ID])
	}
	return split, classes, nil
}
