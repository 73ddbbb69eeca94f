package imagefolder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"mambamixer/datasets/pack"
)

// tree are the files of one split, or of a whole set, named from there.
type tree struct {
	files  *pack.Files
	prefix string // of the names in files
	names  []string
}

func (t *tree) read(name string) ([]byte, error) { return t.files.Read(t.prefix + name) }
func (t *tree) where(name string) string         { return t.files.Where(t.prefix + name) }
func (t *tree) size(name string) int64           { return t.files.Size(t.prefix + name) }
func (t *tree) has(name string) bool             { return t.files.Has(t.prefix + name) }

// openTree opens a folder or pack.
func openTree(path string) (*tree, error) {
	files, err := pack.Open(path)
	if err != nil {
		return nil, err
	}
	return &tree{files: files, names: slices.DeleteFunc(slices.Clone(files.Names()), isHidden)}, nil
}

// isHidden goes by a dot before the name of a file or of a folder around it: what notebooks and macOS leave.
func isHidden(name string) bool { return strings.HasPrefix(name, ".") || strings.Contains(name, "/.") }

// lost says that a file is a link that leads nowhere, perhaps in the place of a class's folder. Other files have an ending, or can be opened.
func (t *tree) lost(name string) error {
	if path.Ext(name) != "" {
		return nil
	}
	content, err := t.files.Open(t.prefix + name)
	if err != nil {
		return err
	}
	return content.Close()
}

// below gives what lies in a folder of the tree; nothing may.
func (t *tree) below(folder string) *tree {
	inner := &tree{files: t.files, prefix: t.prefix + folder + "/"}
	for _, name := range t.names {
		if rest, inside := strings.CutPrefix(name, folder+"/"); inside {
			inner.names = append(inner.names, rest)
		}
	}
	return inner
}

// endings are those of packs; a folder has none.
var endings = []string{"", ".tar", ".tar.gz", ".tgz"}

// openSplit opens the first split of these names in root, which may be a folder with a folder or pack for each split, or
// one pack of all. A pack of train may have its files under train/ or not.
func openSplit(root string, splits ...string) (*tree, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		all, err := openTree(root)
		if err != nil {
			return nil, err
		}
		for _, split := range splits {
			if found := all.below(split); len(found.names) > 0 {
				return found, nil
			}
		}
		return nil, errors.Join(fmt.Errorf("%s has no folder %s", root, strings.Join(splits, " or ")), all.files.Close())
	}
	for _, split := range splits {
		for _, ending := range endings {
			found, err := openTree(filepath.Join(root, split+ending))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, err
			}
			if inner := found.below(split); len(inner.names) > 0 {
				found = inner
			}
			return found, nil
		}
	}
	return nil, fmt.Errorf("there is no folder or tar pack %s in %s", strings.Join(splits, " or "), root)
}

// isPicture goes by the ending of a name. Some formats can't be decoded; their files count as pictures that are left out.
func isPicture(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff":
		return true
	case ".heic", ".heif", ".avif", ".jxl", ".jp2", ".j2k", ".jpx", ".ppm", ".pgm", ".pbm", ".pnm", ".tga", ".psd", ".svg", ".dng", ".cr2", ".nef", ".arw":
		return true
	}
	return false
}
