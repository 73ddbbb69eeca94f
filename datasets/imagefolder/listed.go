package imagefolder

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"mambamixer/datasets/picture"
)

// listed are pictures in files of a tree.
type listed struct {
	tree  *tree
	items []item
}

type item struct {
	name  string
	label int
}

func (l *listed) Len() int           { return len(l.items) }
func (l *listed) Label(i int) int    { return l.items[i].label }
func (l *listed) Where(i int) string { return l.tree.where(l.items[i].name) }

func (l *listed) Picture(i int) (*picture.RGB, error) {
	data, err := l.tree.read(l.items[i].name)
	if err != nil {
		return nil, err
	}
	return picture.Decode(data)
}

func (l *listed) bytes() (total int64) {
	for _, item := range l.items {
		total += l.tree.size(item.name)
	}
	return total
}

// write adds the split to a checksum: names, labels and sizes, and contents too if they are asked for. What can't be read, above all a
// file that is too large, is left to whoever decodes it.
func (l *listed) write(h hash.Hash, split string, contents bool) {
	for _, item := range l.items {
		fmt.Fprintf(h, "%s\t%s\t%d\t%d\n", split, item.name, item.label, l.tree.size(item.name))
		if !contents {
			continue
		}
		if data, err := l.tree.read(item.name); err == nil {
			h.Write(data)
		}
	}
}

// contentLimit is the size of the largest set whose checksum is of its contents.
const contentLimit = 1 << 30

// fromFiles makes a set of two splits in files.
func fromFiles(name string, classes []string, train, test *listed, problems []error) *Set {
	set := &Set{Name: name, Classes: classes, Train: train, Test: test, Problems: problems}
	set.close = append(set.close, train.tree.files.Close)
	if test.tree.files != train.tree.files {
		set.close = append(set.close, test.tree.files.Close)
	}
	contents := train.bytes()+test.bytes() <= contentLimit
	h := sha256.New()
	train.write(h, "train", contents)
	test.write(h, "test", contents)
	set.SHA256 = hex.EncodeToString(h.Sum(nil))
	return set
}
