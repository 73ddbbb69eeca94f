package scenes

import "fmt"

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
		set := &Set{Val: none{}}
		for class := range adeClasses {
			set.Classes = append(set.Classes, fmt.Sprintf("class %d", class+1))
		}
		return set.loaded(set.readADE(root, train, test))
	}
}

func (s *Set) readADE(root, train, test string) error {
	files, err := s.open(root)
	if err != nil {
		return err
	}
	var splits []*paired
	for _, split := range []string{train, test} {
		if split != "" {
			split += "/"
		}
		p, err := pair(folder{files, "images/" + split}, folder{files, "annotations/" + split}, adeClasses, adeClass)
		if err != nil {
			return err
		}
		splits = append(splits, p)
	}
	s.Train, s.Test = splits[0], splits[1]
	s.SHA256, err = checksum(filesOf(splits...))
	return err
}
