package scenes

import (
	"fmt"

	"mambamixer/datasets/pack"
)

// The split of Penn-Fudan, whose authors give none: by the order of the names.
const pennFudanTrain, pennFudanTest = 136, 34

// numbered are pictures with maps in which each object has a number of its own.
type numbered struct {
	files          *pack.Files
	pictures, maps string   // folders
	names          []string // of pictures
}

func (n *numbered) Len() int           { return len(n.names) }
func (n *numbered) Where(i int) string { return n.files.Where(n.pictures + n.names[i]) }

func (n *numbered) mapName(i int) string {
	name := n.maps + stem(n.names[i])
	if masked := name + "_mask.png"; n.files.Has(masked) {
		return masked
	}
	return name + ".png"
}

func (n *numbered) Scene(i int) (*Scene, error) {
	rgb, err := readPicture(n.files, n.pictures+n.names[i])
	if err != nil {
		return nil, err
	}
	data, err := n.files.Read(n.mapName(i))
	if err != nil {
		return nil, err
	}
	numbers, w, h, err := decodeLabels(data)
	if err == nil && (w != rgb.W || h != rgb.H) {
		err = fmt.Errorf("it has %d x %d pixels, but the picture has %d x %d", w, h, rgb.W, rgb.H)
	}
	if err != nil {
		return nil, fmt.Errorf("its map of objects %s: %w", n.files.Where(n.mapName(i)), err)
	}
	return &Scene{Picture: rgb, Objects: objectsOf(h, w, numbers, func(uint8) int { return 0 })}, nil
}

// pennFudan reads the pedestrians of Penn and Fudan universities: a folder or pack with PNGImages/ and PedMasks/, or images/ and masks/.
func pennFudan(root string) (*Set, error) {
	set := &Set{Classes: []string{"pedestrian"}, Objects: true, Val: none{}}
	return set.loaded(set.readPennFudan(root))
}

func (s *Set) readPennFudan(root string) error {
	files, err := s.open(root)
	if err != nil {
		return err
	}
	for _, folders := range [][2]string{{"PNGImages/", "PedMasks/"}, {"images/", "masks/"}} {
		all := &numbered{files: files, pictures: folders[0], maps: folders[1], names: folder{files, folders[0]}.names()}
		if len(all.names) == 0 {
			continue
		}
		var listed []file
		for i, name := range all.names {
			if !files.Has(all.mapName(i)) {
				return fmt.Errorf("%s has no map of objects %s", all.Where(i), files.Where(all.mapName(i)))
			}
			listed = append(listed, file{files, all.pictures + name}, file{files, all.mapName(i)})
		}
		train, test := *all, *all
		train.names, test.names = all.names[:min(pennFudanTrain, len(all.names))], all.names[min(pennFudanTrain, len(all.names)):]
		s.Train, s.Test = &train, &test
		s.SHA256, err = checksum(listed)
		return err
	}
	return fmt.Errorf("there are pictures neither in %s nor in %s", files.Where("PNGImages"), files.Where("images"))
}
