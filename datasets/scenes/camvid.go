package scenes

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

var camvidClasses = []string{"sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian", "cyclist"}

// camvidClass is the class of a value in a label map; 11 is void.
func camvidClass(value uint8) int {
	if int(value) == len(camvidClasses) {
		return Ignored
	}
	return int(value)
}

// camvid reads CamVid: for each split a folder or tar pack with images/ and labels/, or SegNet's two folders.
func camvid(root string) (*Set, error) {
	set := &Set{Classes: camvidClasses}
	return set.loaded(set.readCamVid(root))
}

func (s *Set) readCamVid(root string) (err error) {
	var splits []*paired
	for _, name := range []string{"train", "val", "test"} {
		split, err := s.camvidSplit(root, name)
		if err != nil {
			return err
		}
		splits = append(splits, split)
	}
	s.Train, s.Val, s.Test = splits[0], splits[1], splits[2]
	s.SHA256, err = checksum(filesOf(splits...))
	return err
}

func (s *Set) camvidSplit(root, name string) (*paired, error) {
	if info, err := os.Stat(filepath.Join(root, name+"annot")); err == nil && info.IsDir() {
		files, err := s.open(root)
		if err != nil {
			return nil, err
		}
		return pair(folder{files, name + "/"}, folder{files, name + "annot/"}, len(camvidClasses), camvidClass)
	}
	for _, ending := range []string{"", ".tar", ".tar.gz", ".tgz"} {
		files, err := s.open(filepath.Join(root, name+ending))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		inside := folder{files, name + "/images/"}
		if len(inside.names()) == 0 {
			inside.prefix = "images/"
		}
		labels := folder{files, inside.prefix[:len(inside.prefix)-len("images/")] + "labels/"}
		return pair(inside, labels, len(camvidClasses), camvidClass)
	}
	return nil, fmt.Errorf("there is neither a folder nor a tar pack %s in %s", name, root)
}
