package scenes

import (
	"fmt"

	"mambamixer/datasets/pack"
)

const adeClasses = 150

// adeClass is the class of a value in a label map: they begin at 1, and 0 is no class.
func adeClass(value uint8) int {
	if value == 0 {
		return Ignored
	}
	return int(value) - 1
}

// ade reads ADE20K's layout: images/<split> and annotations/<split>.
func ade(train, test string) func(root string) (*Set, error) {
	return func(root string) (*Set, error) {
		files, err := pack.Open(root)
		if err != nil {
			return nil, err
		}
		set := &Set{Val: none{}, close: []func() error{files.Close}}
		for class := range adeClasses {
			set.Classes = append(set.Classes, fmt.Sprintf("class %d", class+1))
		}
		var splits []*paired
		for _, split := range []string{train, test} {
			if split != "" {
				split += "/"
			}
			p, err := pair(folder{files, "images/" + split}, folder{files, "annotations/" + split}, adeClasses, adeClass)
			if err != nil {
				return nil, err
			}
			splits = append(splits, p)
		}
		set.Train, set.Test = splits[0], splits[1]
		set.SHA256, err = checksum(filesOf(splits...))
		return set, err
	}
}
