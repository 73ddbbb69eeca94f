package imagefolder

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// tiny reads Tiny-ImageNet's layout: training pictures in train/<wnid>/images, those of the validation split, which serve
// as test pictures, in val/images, labelled by val/val_annotations.txt. words.txt, if it is there, names the classes.
func tiny(root string) (*Set, error) {
	trainTree, err := openSplit(root, "train")
	if err != nil {
		return nil, err
	}
	testTree, err := openSplit(root, "val")
	if err != nil {
		return nil, errors.Join(err, trainTree.files.Close())
	}
	notes, err := testTree.read("val_annotations.txt")
	if err != nil {
		return nil, errors.Join(err, trainTree.files.Close(), testTree.files.Close())
	}
	wnids := topFolders(trainTree)
	train, problems := byFolder(trainTree, wnids)
	var items []annotated
	for n, line := range lines(notes) {
		fields := strings.Split(line, "\t")
		if len(fields) < 2 {
			problems = append(problems, fmt.Errorf("%s line %d is %q; it should be a picture's name and its class, with a tab between", testTree.where("val_annotations.txt"), n+1, line))
			continue
		}
		items = append(items, annotated{"images/" + fields[0], fields[1]})
	}
	test, more := byAnnotation(testTree, items, wnids)
	return fromFiles("", words(root, wnids), train, test, append(problems, more...)), nil
}

// words names the classes by words.txt, where it does.
func words(root string, wnids []string) []string {
	names := append([]string(nil), wnids...)
	data, err := os.ReadFile(filepath.Join(root, "words.txt"))
	if err != nil {
		return names
	}
	known := map[string]string{}
	for _, line := range lines(data) {
		if wnid, name, ok := strings.Cut(line, "\t"); ok {
			known[wnid] = name
		}
	}
	for i, wnid := range wnids {
		if name := known[wnid]; name != "" {
			names[i] = name
		}
	}
	return names
}

// annotated is a line of a list of pictures and their classes.
type annotated struct{ name, class string }

// byAnnotation labels the pictures that a list names. A picture that is missing, and a class that is none, are problems.
func byAnnotation(t *tree, items []annotated, classes []string) (*listed, []error) {
	labels := map[string]int{}
	for label, class := range classes {
		labels[class] = label
	}
	split := &listed{tree: t}
	var problems []error
	for _, a := range items {
		label, known := labels[a.class]
		switch {
		case !known:
			problems = append(problems, fmt.Errorf("%s is said to be of class %s, which is none of the %d classes", t.where(a.name), a.class, len(classes)))
		case !t.has(a.name):
			problems = append(problems, fmt.Errorf("%s is listed, but not there", t.where(a.name)))
		default:
			split.items = append(split.items, item{a.name, label})
		}
	}
	return split, problems
}

// lines cuts a text file, whatever its line ends; empty lines at its end don't count.
func lines(data []byte) []string {
	text := strings.TrimRight(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
