package pack

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

func (f *Files) indexInPlace(size int64) (err error) {
	if f.file, err = os.Open(f.path); err != nil {
		return err
	}
	return f.index("", &section{SectionReader: io.NewSectionReader(f.file, 0, size)})
}

// section is a part of a pack that holds a tar.
type section struct {
	*io.SectionReader
	ended bool // the last that was read is a block of zeros, which marks the end of a tar
}

func (s *section) Read(p []byte) (int, error) {
	const block = 512
	n, err := s.SectionReader.Read(p)
	if n > 0 {
		s.ended = n == block && len(bytes.Trim(p[:n], "\x00")) == 0
	}
	return n, err
}

// index finds the files of a tar that lies in a section, and those of the tars within it. One that is cut off between two files has no mark
// at its end.
func (f *Files) index(prefix string, s *section) error {
	err := f.each(prefix, s, func(name string, size int64, _ io.Reader) error {
		at, err := s.Seek(0, io.SeekCurrent)
		if err != nil {
			return err
		}
		if inner, isTar := strings.CutSuffix(name, ".tar"); isTar {
			return f.index(inner+"/", &section{SectionReader: io.NewSectionReader(s, at, size)})
		}
		f.add(name, size, func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(s, at, size)), nil })
		return nil
	})
	if err == nil && !s.ended {
		err = f.notWhole(errors.New("the mark of its end is missing"))
	}
	return err
}

// unpack reads a compressed tar into memory. One that is cut off has no whole gzip stream.
func (f *Files) unpack() error {
	file, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer file.Close()
	stream, err := gzip.NewReader(file)
	if err != nil {
		return fmt.Errorf("%s is no gzip file: %w", f.path, err)
	}
	return f.each("", stream, func(name string, size int64, content io.Reader) error {
		if size > MaxFile {
			f.add(name, size, func() (io.ReadCloser, error) {
				return nil, fmt.Errorf("it has %d bytes, too many for the memory into which a compressed pack is unpacked; unpack the pack by hand", size)
			})
			return nil
		}
		data := make([]byte, size)
		if _, err := io.ReadFull(content, data); err != nil {
			return f.notWhole(err)
		}
		f.add(name, size, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil })
		return nil
	})
}

// each goes through the regular files of a tar.
func (f *Files) each(prefix string, r io.Reader, visit func(name string, size int64, content io.Reader) error) error {
	for stream := tar.NewReader(r); ; {
		header, err := stream.Next()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return f.notWhole(err)
		case header.Typeflag != tar.TypeReg:
			continue
		}
		if err := visit(prefix+header.Name, header.Size, stream); err != nil {
			return err
		}
	}
}

func (f *Files) notWhole(err error) error {
	return fmt.Errorf("%s is no whole tar (%w); fetch it again", f.path, err)
}
