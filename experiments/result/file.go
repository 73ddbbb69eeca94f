package result

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// WriteAtomic replaces the file at path by what write writes: into a temporary file of the same
// folder first, then fsync, rename, and fsync of the folder. Missing folders are made. On an error
// the old file is untouched and the temporary one is removed; the error is a sentence with the
// path and the cause (see [Explain]).
func WriteAtomic(path string, write func(io.Writer) error) error {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Explain("make the folder", dir, err)
	}
	temp, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return Explain("write", path, err)
	}
	err = fill(temp, write)
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err == nil {
		err = syncDir(dir)
	}
	if err != nil {
		os.Remove(temp.Name())
		return Explain("write", path, err)
	}
	return nil
}

// fill writes, flushes to the disk and closes the temporary file.
func fill(temp *os.File, write func(io.Writer) error) error {
	buffered := bufio.NewWriterSize(temp, 1<<20)
	return errors.Join(
		func() error {
			if err := write(buffered); err != nil {
				return err
			}
			if err := buffered.Flush(); err != nil {
				return err
			}
			if err := temp.Chmod(0o644); err != nil {
				return err
			}
			return temp.Sync()
		}(),
		temp.Close())
}

// syncDir makes a rename in dir survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Explain turns an error of the file system into a sentence: "cannot <action> <path>: <cause>;
// <what to do>". The original error stays inside for errors.Is.
func Explain(action, path string, err error) error {
	var explained *FileError
	if errors.As(err, &explained) {
		return err
	}
	return &FileError{Action: action, Path: path, Err: err}
}

// FileError says which file could not be read or written, why, and what to do about it.
type FileError struct {
	Action string // "write", "read", "make the folder", ...
	Path   string
	Err    error // the cause, as the system gave it
}

// Error implements error.
func (e *FileError) Error() string {
	return fmt.Sprintf("cannot %s %s: %s", e.Action, e.Path, cause(e.Err))
}

// Unwrap gives the system's error.
func (e *FileError) Unwrap() error { return e.Err }

// cause words the common errors of a disk and gives the advice for each.
func cause(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "the disk is full; free some space or choose another output folder"
	case errors.Is(err, syscall.EDQUOT):
		return "the disk quota is used up; free some space or choose another output folder"
	case errors.Is(err, syscall.EROFS):
		return "the file system is read-only; choose another output folder"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied; change the folder's permissions or choose another output folder"
	case errors.Is(err, syscall.ENOTDIR):
		return "a part of this path is a file, not a folder; choose another output folder"
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

// WriteJSON replaces the file at path atomically by v as indented JSON.
func WriteJSON(path string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("%s cannot be written as JSON: %w", filepath.Base(path), err)
	}
	return WriteAtomic(path, func(w io.Writer) error {
		_, err := w.Write(append(data, '\n'))
		return err
	})
}

// ReadJSON reads the file at path into v. An error names the file and, for damaged JSON, the line.
func ReadJSON(path string, v any) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return Explain("read", path, err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%s is damaged at line %d: %w", path, line(data, err), err)
	}
	return nil
}

// line gives the line, from 1, at which JSON decoding failed.
func line(data []byte, err error) int {
	offset := int64(len(data))
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	}
	n := 1
	for _, c := range data[:min(offset, int64(len(data)))] {
		if c == '\n' {
			n++
		}
	}
	return n
}
