package imagefolder

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// classIndexFile holds a line "index,wnid,name" for each of ImageNet's classes, after a header.
const classIndexFile = "imagenet1k_classes.csv"

// imageNet reads ImageNet-1K or a part of it. Where the class index lies beside it, or in imagenet_meta beside its folder,
// the labels are those of all 1000 classes.
func imageNet(root string) (*Set, error) {
	wnids, names, err := classIndex(filepath.Join(root, classIndexFile), filepath.Join(filepath.Dir(root), classIndexFile),
		filepath.Join(filepath.Dir(root), "imagenet_meta", classIndexFile))
	if err != nil {
		return nil, err
	}
	set, err := classFolders("", root, wnids, []string{"train", "ILSVRC2012_img_train"}, []string{"val", "ILSVRC2012_img_val"})
	if err == nil && names != nil {
		set.Classes = names
	}
	return set, err
}

// classIndex reads the first of the files that is there; nil if none is.
func classIndex(paths ...string) (wnids, names []string, err error) {
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		lines, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
		if err != nil || len(lines) < 2 {
			return nil, nil, fmt.Errorf("%s is no class index: it needs lines of index, wnid and name (%v)", path, err)
		}
		for i, line := range lines[1:] {
			if index, err := strconv.Atoi(line[0]); err != nil || index != i || len(line) != 3 {
				return nil, nil, fmt.Errorf("%s line %d is %q; it should be the class of index %d", path, i+2, line, i)
			}
			wnids, names = append(wnids, line[1]), append(names, line[2])
		}
		return wnids, names, nil
	}
	return nil, nil, nil
}
