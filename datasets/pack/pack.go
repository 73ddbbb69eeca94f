package pack

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// MaxFile is the size of the largest file that is read in one piece, 256 MiB.
const MaxFile = 1 << 28

// Files are the regular files of a folder or pack. They may be read from several goroutines.
type Files struct {
	path    string
	names   []string
	entries map[string]entry
	folder  bool
	file    *os.File // of a pack read in place
}

// entry is a file: its size and where its bytes are.
type entry struct {
	size int64
	open func() (io.ReadCloser, error)
}

// Open reads the names and sizes of the files at a path: a folder, a .tar, or a .tar.gz or .tgz.
func Open(path string) (*Files, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	f := &Files{path: path, entries: map[string]entry{}, folder: info.IsDir()}
	switch {
	case f.folder:
		err = f.walk(path, "", nil)
	case strings.HasSuffix(path, ".tar"):
		err = f.indexInPlace(info.Size())
	case strings.HasSuffix(path, ".tar.gz"), strings.HasSuffix(path, ".tgz"):
		err = f.unpack()
	default:
		err = fmt.Errorf("%s is neither a folder nor a .tar, .tar.gz or .tgz", path)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	slices.Sort(f.names)
	return f, nil
}

// Path is that of the folder or pack.
func (f *Files) Path() string { return f.path }

// Names lists the files in alphabetical order, with slashes between folders.
func (f *Files) Names() []string { return f.names }

// Has says whether there is a file of that name.
func (f *Files) Has(name string) bool { _, found := f.entries[name]; return found }

// Size gives the bytes of a file, 0 for one that isn't there.
func (f *Files) Size(name string) int64 { return f.entries[name].size }

// Open gives a file of any size, to be read from its beginning and closed. What ends before its size is an error that names it.
func (f *Files) Open(name string) (io.ReadCloser, error) {
	e, found := f.entries[name]
	if !found {
		return nil, fmt.Errorf("%s: %w", f.Where(name), fs.ErrNotExist)
	}
	content, err := e.open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Where(name), err)
	}
	return &whole{content, f.Where(name), e.size, e.size}, nil
}

// Read gives the content of a file, of [MaxFile] bytes at most.
func (f *Files) Read(name string) ([]byte, error) {
	size := f.Size(name)
	if size > MaxFile {
		return nil, fmt.Errorf("%s has %d bytes; a file may have %d at most", f.Where(name), size, MaxFile)
	}
	content, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	data := make([]byte, size)
	_, err = io.ReadFull(content, data)
	return data, errors.Join(err, content.Close())
}

// whole reads a file up to its size, which it must reach.
type whole struct {
	io.ReadCloser
	where      string
	size, left int64
}

func (w *whole) Read(p []byte) (int, error) {
	if w.left == 0 {
		return 0, io.EOF
	}
	n, err := w.ReadCloser.Read(p[:min(int64(len(p)), w.left)])
	w.left -= int64(n)
	if err == io.EOF && w.left > 0 {
		err = fmt.Errorf("%s ends before its %d bytes: %w", w.where, w.size, io.ErrUnexpectedEOF)
	}
	return n, err
}

// Where names a file for a message: folder/name, or pack.tar:name.
func (f *Files) Where(name string) string {
	if f.folder {
		return filepath.Join(f.path, filepath.FromSlash(name))
	}
	return f.path + ":" + name
}

// Close frees a pack read in place.
func (f *Files) Close() error {
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}

func (f *Files) add(name string, size int64, open func() (io.ReadCloser, error)) {
	name = path.Clean(strings.TrimPrefix(name, "/"))
	if _, again := f.entries[name]; !again {
		f.names = append(f.names, name)
	}
	f.entries[name] = entry{size, open} // the last of that name, as tar itself has it
}
