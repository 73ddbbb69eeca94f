package pack

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// walk adds the files of a folder, with a prefix to their names. A link counts as what it leads to, a file or a folder; one that leads
// nowhere is a file that can't be opened. above are the folders around this one: a link back to one of them adds nothing.
func (f *Files) walk(folder, prefix string, above []string) error {
	place, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return err
	}
	if slices.Contains(above, place) {
		return nil
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		path, name := filepath.Join(folder, e.Name()), prefix+e.Name()
		info, err := os.Stat(path)
		switch {
		case err != nil && e.Type()&fs.ModeSymlink == 0:
			return err
		case err != nil:
			f.add(name, 0, func() (io.ReadCloser, error) {
				return nil, fmt.Errorf("it is a link that leads nowhere (%w); fetch the file that it should lead to", err)
			})
		case info.IsDir():
			if err := f.walk(path, name+"/", append(slices.Clip(above), place)); err != nil {
				return err
			}
		case info.Mode().IsRegular():
			f.add(name, info.Size(), func() (io.ReadCloser, error) { return os.Open(path) })
		}
	}
	return nil
}
