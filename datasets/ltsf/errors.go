package ltsf

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// The kinds of a [FileError], for errors.Is.
var (
	ErrEmpty     = errors.New("empty file")
	ErrHeader    = errors.New("bad header")
	ErrRagged    = errors.New("ragged row")
	ErrNotNumber = errors.New("not a number")
	ErrNotFinite = errors.New("not a finite number")
	ErrTruncated = errors.New("truncated or damaged gzip stream")
	ErrShape     = errors.New("wrong number of rows or variates")
	ErrChecksum  = errors.New("wrong checksum")
	ErrFormat    = errors.New("malformed file")
)

// FileError is a fault inside a data file.
type FileError struct {
	Kind    error  // one of the Err variables of this package
	File    string // path
	Line    int    // from 1; 0 when the fault is of the whole file
	Column  int    // from 1, the stamp column included; 0 when the fault is of the whole line
	Name    string // the column's name, where it has one
	Problem string // what is wrong
	Fix     string // what to do
}

// Error says where, what and what to do.
func (e *FileError) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d", e.Line)
	}
	if e.Column > 0 {
		fmt.Fprintf(&b, ", column %d", e.Column)
		if e.Name != "" {
			fmt.Fprintf(&b, " (%s)", e.Name)
		}
	}
	fmt.Fprintf(&b, ": %s; %s", e.Problem, e.Fix)
	return b.String()
}

// Unwrap returns the kind, so that errors.Is(err, ErrRagged) works.
func (e *FileError) Unwrap() error { return e.Kind }

// UnknownError is the answer to a name that no data set has.
type UnknownError struct {
	Name    string
	Nearest string
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("there is no data set %q; did you mean %s? The data sets are %s",
		e.Name, e.Nearest, strings.Join(Names(), ", "))
}

// MissingError says that a data set is in none of the folders searched.
type MissingError struct {
	Info Info
	Dirs []string // folders searched
}

func (e *MissingError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the data set %s is not on this machine. Looked for %s (%s)",
		e.Info.Name, strings.Join(e.Info.stems(), ", "), strings.Join(extensions, ", "))
	if len(e.Dirs) == 0 {
		b.WriteString(", but there was no folder to look in")
	}
	for _, dir := range e.Dirs {
		fmt.Fprintf(&b, "\n  in %s", dir)
		if _, err := os.Stat(dir); err != nil {
			b.WriteString(" (no such folder)")
		}
	}
	source := e.Info.Sources[0]
	algorithm, sum := source.Checksum()
	fmt.Fprintf(&b, "\nIts source is %s (%s, %s %s)", source.URL, formatBytes(source.Bytes), algorithm, sum)
	fmt.Fprintf(&b, "\nFetch it with: mambamixer data get %s", e.Info.Name)
	return b.String()
}

// ShortError says that a split has too few rows for one window.
type ShortError struct {
	Split            string // "train", "validation" or "test"
	Rows, Need       int
	History, Horizon int
}

func (e *ShortError) Error() string {
	sum := fmt.Sprintf("history %d + horizon %d need", e.History, e.Horizon)
	if e.Split != "train" {
		sum = fmt.Sprintf("horizon %d needs", e.Horizon)
	}
	return fmt.Sprintf("the series is too short: its %s split has %d rows, but %s at least %d; take a shorter history or horizon, or a longer series",
		e.Split, e.Rows, sum, e.Need)
}

func formatBytes(n int64) string {
	if n <= 0 {
		return "size not published"
	}
	return fmt.Sprintf("%d bytes", n)
}
