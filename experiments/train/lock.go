package train

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/gofrs/flock"

	"mambamixer/experiments/result"
)

// LockFile holds the pid of the process that works in a run folder. The lock itself is the operating
// system's advisory lock on the file, which ends with the process, however it ends.
const LockFile = "lock"

// Lock is the sole right to work in a run folder.
type Lock struct {
	dir   string
	flock *flock.Flock
}

// Acquire makes the folder if need be and locks it. If another process holds it, the error is a [*Locked].
func Acquire(dir string) (*Lock, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, result.Explain("make the folder", dir, err)
	}
	path := filepath.Join(dir, LockFile)
	lock := &Lock{dir: dir, flock: flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o644))}
	got, err := lock.flock.TryLock()
	if err != nil {
		return nil, result.Explain("lock", path, err)
	}
	if !got {
		return nil, &Locked{Dir: dir, PID: named(path)}
	}
	if err := os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o644); err != nil {
		lock.Release()
		return nil, result.Explain("write", path, err)
	}
	return lock, nil
}

// Release gives the folder back. The file stays, for removing it could break the lock of a third process.
func (l *Lock) Release() error { return l.flock.Unlock() }

// Owner gives the process of this machine that holds the lock of a run folder, 0 if none does.
func Owner(dir string) (pid int) {
	path := filepath.Join(dir, LockFile)
	pid = named(path)
	if pid == 0 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return 0
	}
	// Without a lock the number is that of a process that ended, and another one may have it by now.
	probe := flock.New(path, flock.SetFlag(os.O_RDONLY))
	if free, err := probe.TryRLock(); err != nil || free {
		probe.Close()
		return 0
	}
	return pid
}

// named is the pid in a lock's file, 0 if there is none.
func named(path string) (pid int) {
	text, _ := os.ReadFile(path)
	pid, _ = strconv.Atoi(strings.TrimSpace(string(text)))
	return max(0, pid)
}
