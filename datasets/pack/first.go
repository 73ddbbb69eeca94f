package pack

import (
	"os"
	"path/filepath"
)

// First looks for places, with slashes between folders, below the folders of dirs, and gives the first place that the first of these
// folders has: its index and its path.
func First(dirs, places []string) (index int, path string, found bool) {
	for _, dir := range dirs {
		for i, place := range places {
			path := filepath.Join(dir, filepath.FromSlash(place))
			if _, err := os.Stat(path); err == nil {
				return i, path, true
			}
		}
	}
	return 0, "", false
}
