package imagefolder

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Load reads a set by its name, looked for in dirs, or a folder or pack of one's own by its path. Pictures are listed, not
// decoded. A set that isn't there is a [*MissingError].
func Load(name string, dirs []string) (*Set, error) {
	set, err := load(name, dirs)
	if err != nil {
		return nil, err
	}
	if err := set.check(); err != nil {
		return nil, errors.Join(err, set.Close())
	}
	return set, nil
}

// Strict gives an error if something was left out.
func (s *Set) Strict() error {
	if len(s.Problems) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %w (the first of %d problems; without strict, files that can't be used are left out)", s.Name, s.Problems[0], len(s.Problems))
}

func load(name string, dirs []string) (*Set, error) {
	if name == "shapes" {
		return Shapes(DefaultShapes())
	}
	info, err := Lookup(name)
	if err != nil && IsPath(name) {
		set, err := folders(name)
		if err == nil {
			set.Name, set.Source, set.Licence = filepath.Base(name), "a folder of the user's", "unknown"
		}
		return set, err
	}
	if err != nil {
		return nil, err
	}
	f, path, err := info.find(dirs)
	if err != nil {
		return nil, err
	}
	set, err := f.read(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s from %s: %w", info.Name, path, err)
	}
	if set.Name == "" {
		set.Name = info.Title
	}
	set.Source, set.Licence = info.Source, info.Licence
	set.compare(info)
	return set, nil
}

// IsPath tells the path of a folder or pack of one's own from the name of a set: it has a folder in it, or is there.
func IsPath(name string) bool {
	if filepath.Base(name) != name {
		return true
	}
	_, err := os.Stat(name)
	return err == nil
}

// compare holds the set against the published counts.
func (s *Set) compare(info Info) {
	for _, count := range []struct {
		what      string
		got, want int
	}{{"classes", len(s.Classes), info.Classes}, {"training pictures", s.Train.Len(), info.Train}, {"test pictures", s.Test.Len(), info.Test}} {
		if count.got != count.want {
			s.Problems = append(s.Problems, fmt.Errorf("%s has %d %s, but the published one has %d", s.Name, count.got, count.what, count.want))
		}
	}
}
