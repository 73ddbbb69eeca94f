package ltsf

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// EnvData is the environment variable that names further data folders, separated like PATH.
const EnvData = "MAMBAMIXER_DATA"

// SearchPath returns the folders in which data is looked for, first match wins: the folder of the -data flag
// (empty for none), those of $MAMBAMIXER_DATA, and the user's data folder.
func SearchPath(flag string) []string {
	var dirs []string
	add := func(dir string) {
		if dir != "" && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	add(flag)
	for _, dir := range filepath.SplitList(os.Getenv(EnvData)) {
		add(dir)
	}
	add(UserDir())
	return dirs
}

// UserDir returns the user's data folder, $XDG_DATA_HOME/mambamixer or ~/.local/share/mambamixer, or "" when there is no
// home folder.
func UserDir() string {
	if base := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(base) {
		return filepath.Join(base, "mambamixer")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".local", "share", "mambamixer")
}

// Find returns the path of a data set's file in the first folder of dirs that has it. Without one it returns a
// [MissingError].
func Find(name string, dirs []string) (string, error) {
	info, err := Lookup(name)
	if err != nil {
		return "", err
	}
	return info.find(dirs)
}

func (info Info) find(dirs []string) (string, error) {
	for _, dir := range dirs {
		for _, ext := range extensions {
			for _, stem := range info.stems() {
				p := filepath.Join(dir, filepath.FromSlash(stem)) + ext
				st, err := os.Stat(p)
				switch {
				case err == nil && st.Mode().IsRegular():
					return p, nil
				case err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR):
					return "", fmt.Errorf("cannot look for %s: %w; check the permissions of the folder", info.Name, err)
				}
			}
		}
	}
	return "", &MissingError{Info: info, Dirs: dirs}
}

// extensions are the forms of a file, best first.
var extensions = []string{".csv", ".csv.gz", ".txt.gz", ".txt"}

// stems lists where a set may lie below a data folder, without the extension: the layout of the public code bases, the
// other folders, and flat.
func (info Info) stems() []string {
	stem := strings.TrimSuffix(info.File, ".csv")
	stems := []string{stem}
	for _, folder := range append(info.Folders, "") {
		stems = append(stems, path.Join(folder, path.Base(stem)))
	}
	return stems
}
