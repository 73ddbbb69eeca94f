package ltsf

import (
	"fmt"
	"slices"
	"strings"
)

// Set is one multivariate series with its split.
type Set struct {
	Name      string
	Columns   []string  // names of the variates, length M
	Values    []float64 // row-major [T, M], in the original unit
	Rows      int       // T
	Variates  int       // M
	Times     []string  // the stamps as written in the file, length T; nil for the LSTNet form
	Frequency string    // time between two rows; "" when unknown
	Split     Split
	Path      string // the file it came from; "" for a generated set
	SHA256    string // of the plain (not compressed) file, or of the values of a generated set
	Verified  bool   // the file's checksum is a published one
	Synthetic bool   // generated, not measured
}

// At returns the value of a variate at a row, in the original unit.
func (s *Set) At(row, variate int) float64 { return s.Values[row*s.Variates+variate] }

// Span returns the first and the last stamp, both "" for a set without stamps.
func (s *Set) Span() (first, last string) {
	if len(s.Times) == 0 {
		return "", ""
	}
	return s.Times[0], s.Times[len(s.Times)-1]
}

// Load reads a published data set from the first folder of dirs that has it and holds it against the catalogue: number
// of variates and rows, and checksum where one is published.
//
// Errors: [UnknownError], [MissingError], [FileError], or the operating system's.
func Load(name string, dirs []string) (*Set, error) {
	info, err := Lookup(name)
	if err != nil {
		return nil, err
	}
	path, err := info.find(dirs)
	if err != nil {
		return nil, err
	}
	return info.load(path)
}

// LoadFile reads a user's own series, in one of the forms that the package comment describes, with the 70/10/20 split.
// It is named by its path.
func LoadFile(path string) (*Set, error) {
	set, _, err := readFile(path, 0, 0)
	if err != nil {
		return nil, err
	}
	set.Name = path
	set.Split = RatioSplit(set.Rows)
	return set, nil
}

func (info Info) load(path string) (*Set, error) {
	set, sums, err := readFile(path, info.Rows, info.Variates)
	if err != nil {
		return nil, err
	}
	if set.Rows != info.Rows {
		return nil, &FileError{Kind: ErrShape, File: path, Problem: fmt.Sprintf("it has %d rows, but %s has %d", set.Rows, info.Name, info.Rows), Fix: info.refetch()}
	}
	if set.Verified, err = info.verify(path, sums); err != nil {
		return nil, err
	}
	set.Name, set.Frequency, set.Split = info.Name, info.Frequency, info.Split
	return set, nil
}

// verify compares sums with the published ones. Known is false when none is published for this form of the file: the
// LSTNet form has at most an MD5 of its compressed file.
func (info Info) verify(path string, got Digests) (known bool, err error) {
	if isDated(path) {
		if slices.Contains(info.SHA256, got.PlainSHA256) {
			return true, nil
		}
		return true, info.mismatch(path, "SHA-256", got.PlainSHA256, info.SHA256)
	}
	for _, source := range info.Sources {
		if source.MD5 == "" || !strings.HasSuffix(path, ".txt.gz") {
			continue
		}
		if source.MD5 == got.StoredMD5 {
			return true, nil
		}
		return true, info.mismatch(path, "MD5", got.StoredMD5, []string{source.MD5})
	}
	return false, nil
}

func (info Info) mismatch(path, algorithm, got string, want []string) error {
	return &FileError{Kind: ErrChecksum, File: path,
		Problem: fmt.Sprintf("its %s is %s, but that of %s is %s", algorithm, got, info.Name, strings.Join(want, " or ")),
		Fix:     info.refetch(),
	}
}

func (info Info) refetch() string {
	return fmt.Sprintf("remove the file and run mambamixer data get %s", info.Name)
}
