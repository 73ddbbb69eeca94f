package imagefolder

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// pets reads the layout of the Oxford-IIIT Pet set: images/<Breed_n>.jpg, and lists of the two splits with lines "Breed_n
// class species breed", in annotations or beside images. The classes are the breeds, in alphabetical order of their names
// with letter case aside, which is that of the publisher's class numbers.
func pets(root string) (*Set, error) {
	t, err := openTree(petsPack(root))
	if err != nil {
		return nil, err
	}
	var problems []error
	read := func(list string) (items []annotated, err error) {
		name := "annotations/" + list
		if !t.has(name) {
			name = list
		}
		data, err := t.read(name)
		if err != nil {
			return nil, err
		}
		for n, line := range lines(data) {
			fields := strings.Fields(line)
			if len(fields) == 0 || strings.HasPrefix(line, "#") {
				continue
			}
			cut := strings.LastIndexByte(fields[0], '_')
			if len(fields) != 4 || cut < 1 {
				problems = append(problems, fmt.Errorf("%s line %d is %q; it should be a name like Abyssinian_1 and three numbers", t.where(name), n+1, line))
				continue
			}
			items = append(items, annotated{"images/" + fields[0] + ".jpg", fields[0][:cut]})
		}
		return items, nil
	}
	trainItems, err := read("trainval.txt")
	if err != nil {
		return nil, errors.Join(err, t.files.Close())
	}
	testItems, err := read("test.txt")
	if err != nil {
		return nil, errors.Join(err, t.files.Close())
	}
	var breeds []string
	for _, a := range trainItems {
		breeds = append(breeds, a.class)
	}
	slices.SortFunc(breeds, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	breeds = slices.Compact(breeds)
	train, more := byAnnotation(t, trainItems, breeds)
	test, evenMore := byAnnotation(t, testItems, breeds)
	return fromFiles("", breeds, train, test, slices.Concat(problems, more, evenMore)), nil
}

// petsPack is the one pack in a folder that holds all, or the folder.
func petsPack(root string) string {
	if packs, _ := filepath.Glob(filepath.Join(root, "*.tar")); len(packs) == 1 {
		if _, err := os.Stat(filepath.Join(root, "images")); err != nil {
			return packs[0]
		}
	}
	return root
}
