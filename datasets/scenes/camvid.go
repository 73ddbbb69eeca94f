package scenes

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"mambamixer/datasets/pack"
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
	var splits []*paired
	for _, name := range []string{"train", "val", "test"} {
		split, close, err := camvidSplit(root, name)
		if err != nil {
			return nil, errors.Join(err, set.Close())
		}
		set.close = append(set.close, close)
		splits = append(splits, split)
	}
	set.Train, set.Val, set.Test = splits[0], splits[1], splits[2]
	var err error
	set.SHA256, err = checksum(filesOf(splits...))
	return set, err
}

func camvidSplit(root, name string) (*paired, func() error, error) {
	if info, err := os.Stat(filepath.Join(root, name+"annot")); err == nil && info.IsDir() {
		files, err := pack.Open(root)
		if err != nil {
			return nil, nil, err
		}
		p, err := pair(folder{files, name + "/"}, folder{files, name + "annot/"}, len(camvidClasses), camvidClass)
		return p, files.Close, err
	}
	for _, ending := range []string{"", ".tar", ".tar.gz", ".tgz"} {
		files, err := pack.Open(filepath.Join(root, name+ending))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		inside := folder{files, name + "/images/"}
		if len(inside.names()) == 0 {
			inside.prefix = "images/"
		}
		labels := folder{files, inside.prefix[:len(inside.prefix)-len("images/")] + "labels/"}
		p, err := pair(inside, labels, len(camvidClasses), camvidClass)
		return p, files.Close, err
	}
	return nil, nil, fmt.Errorf("there is neither a folder nor a tar pack %s in %s", name, root)
}
