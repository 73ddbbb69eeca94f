package kernel

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// scratch is a folder for the temporary files of one kernel, locked as long as the kernel runs.
type scratch struct {
	dir  string
	lock *flock.Flock
}

const scratchName = "mambamixer-kernel-"

// newScratch makes the folder, and removes those of kernels that were killed.
func newScratch() (*scratch, error) {
	parent := os.TempDir()
	found, _ := filepath.Glob(filepath.Join(parent, scratchName+"*", "lock"))
	for _, file := range found {
		// A new folder is not locked yet.
		info, err := os.Stat(file)
		if err != nil || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		lock := flock.New(file)
		if locked, err := lock.TryLock(); err == nil && locked {
			os.RemoveAll(filepath.Dir(file))
			lock.Close()
		}
	}
	dir, err := os.MkdirTemp(parent, scratchName)
	if err != nil {
		return nil, fmt.Errorf("a kernel can't keep temporary files: %w; set TMPDIR to a folder that you may write to", err)
	}
	s := &scratch{dir, flock.New(filepath.Join(dir, "lock"))}
	if err := s.lock.Lock(); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("the kernel's temporary folder can't be locked: %w", err)
	}
	return s, nil
}

func (s *scratch) remove() {
	os.RemoveAll(s.dir)
	s.lock.Close()
}

// link makes a folder of links to the programs, so that each is found by its name and no other one is.
func (s *scratch) link(tools Tools, headless bool) (bin string, err error) {
	bin = filepath.Join(s.dir, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		return "", err
	}
	programs := map[string]string{"go": tools.Go, "goimports": tools.GoImports}
	if tools.Gopls != "" && !headless {
		programs["gopls"] = tools.Gopls
	}
	for name, path := range programs {
		if err := os.Symlink(path, filepath.Join(bin, name)); err != nil {
			return "", err
		}
	}
	return bin, nil
}
