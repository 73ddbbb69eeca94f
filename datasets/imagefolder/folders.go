package imagefolder

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// folders reads the layout <split>/<class>/*, where a class may have folders within: ImageNet's, torchvision's, and the
// training split of Tiny-ImageNet.
func folders(root string) (*Set, error) {
	return classFolders(filepath.Base(root), root, nil, []string{"train"}, []string{"val", "test"})
}

// classFolders reads it with a given order of classes, or the alphabetical one of the training split's folders.
func classFolders(name, root string, classes []string, trainNames, testNames []string) (*Set, error) {
	trainTree, err := openSplit(root, trainNames...)
	if err != nil {
		return nil, err
	}
	testTree, err := openSplit(root, testNames...)
	if err != nil {
		return nil, errors.Join(err, trainTree.files.Close())
	}
	if classes == nil {
		classes = topFolders(trainTree)
	}
	train, problems := byFolder(trainTree, classes)
	test, more := byFolder(testTree, classes)
	return fromFiles(name, classes, train, test, append(problems, more...)), nil
}

// topFolders lists the folders that hold pictures, in alphabetical order.
func topFolders(t *tree) []string {
	var found []string
	for _, name := range t.names {
		folder, _, inside := strings.Cut(name, "/")
		if inside && isPicture(name) && (len(found) == 0 || found[len(found)-1] != folder) {
			found = append(found, folder)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// byFolder labels the pictures of a tree by their top folder. Pictures elsewhere are problems, one for each folder, and so are links to
// folders that aren't there.
func byFolder(t *tree, classes []string) (*listed, []error) {
	labels := map[string]int{}
	for label, class := range classes {
		labels[class] = label
	}
	split := &listed{tree: t}
	strangers := map[string]int{}
	var problems []error
	for _, name := range t.names {
		if !isPicture(name) {
			if err := t.lost(name); err != nil {
				problems = append(problems, err)
			}
			continue
		}
		folder, _, inside := strings.Cut(name, "/")
		if !inside {
			folder = ""
		}
		if label, known := labels[folder]; known && inside {
			split.items = append(split.items, item{name, label})
		} else {
			strangers[folder]++
		}
	}
	for folder, count := range strangers {
		if folder == "" {
			problems = append(problems, fmt.Errorf("%s: %d pictures lie in no class's folder; move each into the folder of its class", t.where(""), count))
		} else {
			problems = append(problems, fmt.Errorf("%s: %d pictures lie there, but it is none of the %d classes", t.where(folder), count, len(classes)))
		}
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return split, problems
}
