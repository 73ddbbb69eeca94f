package ltsf

import (
	"bufio"
	"compress/gzip"
	"crypto/md5"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
)

// Digests are the checksums of a file, taken while it is read.
type Digests struct {
	PlainSHA256 string // of the content without compression
	StoredMD5   string // of the bytes on disk
	StoredBytes int64
}

// readFile reads a file in the form that its extension names. A variates above 0 is the number the file must have; rows
// is the number to make room for.
func readFile(path string, rows, variates int) (*Set, Digests, error) {
	p := parser{path: path, dated: isDated(path), variates: variates}
	if !p.dated && !strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".txt") {
		return nil, Digests{}, p.fail(ErrFormat, 0, 0, "its extension is none of "+strings.Join(extensions, ", "),
			"rename it: .csv has a header and a date column, .txt has neither")
	}
	set := &Set{Values: make([]float64, 0, rows*variates)}
	sums, err := Stream(path, func(r io.Reader) error { return p.parse(r, set) })
	if err != nil {
		return nil, Digests{}, err
	}
	set.Path, set.SHA256 = path, sums.PlainSHA256
	return set, sums, nil
}

// isDated tells the .csv form, with header and stamps, from the LSTNet form.
func isDated(path string) bool { return strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".csv") }

// Stream passes the plain content of a file, which may be compressed with gzip, to read, and hashes it to its end. A damaged
// stream is a [*FileError].
func Stream(path string, read func(io.Reader) error) (Digests, error) {
	f, err := os.Open(path)
	if err != nil {
		return Digests{}, fmt.Errorf("cannot read the data file: %w", err)
	}
	defer f.Close()

	stored, plain := md5.New(), sha256.New()
	size := &counter{w: stored}
	var r io.Reader = bufio.NewReaderSize(io.TeeReader(f, size), 1<<16)
	if strings.HasSuffix(path, ".gz") {
		r, err = gzip.NewReader(r)
		if err == io.EOF {
			return Digests{}, &FileError{Kind: ErrEmpty, File: path, Problem: "the file is empty", Fix: "fetch it again"}
		}
		if err != nil {
			return Digests{}, gzipError(path, 0, err)
		}
	}
	r = io.TeeReader(r, plain)
	if err := read(r); err != nil {
		return Digests{}, err
	}
	if _, err := io.Copy(io.Discard, r); err != nil {
		return Digests{}, gzipError(path, 0, err)
	}
	return Digests{hex.EncodeToString(plain.Sum(nil)), hex.EncodeToString(stored.Sum(nil)), size.done}, nil
}

// gzipError turns the decompressor's errors into sentences and leaves those of the disk as they are.
func gzipError(path string, line int, err error) error {
	e := &FileError{Kind: ErrTruncated, File: path, Line: line, Fix: "remove the file and fetch it again"}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Problem = "the gzip stream ends early, the file is truncated"
	case errors.Is(err, gzip.ErrHeader):
		e.Problem = "this is no gzip file in spite of its name"
	default:
		e.Problem = "the gzip stream is damaged (" + err.Error() + ")"
	}
	return e
}

// parser turns the rows of one file into a Set.
type parser struct {
	path     string
	dated    bool // a header, and stamps in the first column
	variates int  // M; 0 until known
	columns  []string
	line     int // last line read in full
}

func (p *parser) parse(r io.Reader, set *Set) error {
	buffered := bufio.NewReader(r)
	if mark, _ := buffered.Peek(3); string(mark) == "\ufeff" {
		buffered.Discard(3) // the byte order mark that spreadsheets write
	}
	rows := csv.NewReader(buffered)
	rows.ReuseRecord = true
	rows.FieldsPerRecord = -1 // checked here, with a better sentence

	if p.dated {
		header, err := p.next(rows)
		if err == io.EOF {
			return p.fail(ErrEmpty, 0, 0, "the file is empty", "fetch it again")
		}
		if err != nil {
			return err
		}
		if err := p.header(header); err != nil {
			return err
		}
	}
	for {
		cells, err := p.next(rows)
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if err := p.row(set, cells); err != nil {
			return err
		}
	}
	if set.Rows == 0 {
		return p.fail(ErrEmpty, p.line, 0, "there are no rows", "fetch the file again")
	}
	set.Columns, set.Variates = p.columns, p.variates
	return nil
}

// next returns the cells of the next line; io.EOF after the last one.
func (p *parser) next(rows *csv.Reader) ([]string, error) {
	cells, err := rows.Read()
	var malformed *csv.ParseError
	switch {
	case err == nil:
		p.line, _ = rows.FieldPos(0)
		return cells, nil
	case err == io.EOF:
		return nil, err
	case errors.As(err, &malformed):
		return nil, p.fail(ErrFormat, malformed.StartLine, 0, malformed.Err.Error(), "correct the line or fetch the file again")
	case strings.HasSuffix(p.path, ".gz"):
		return nil, gzipError(p.path, p.line+1, err)
	}
	return nil, fmt.Errorf("cannot read %s after line %d: %w", p.path, p.line, err)
}

func (p *parser) header(cells []string) error {
	if !strings.EqualFold(strings.TrimSpace(cells[0]), "date") {
		return p.fail(ErrHeader, p.line, 1, fmt.Sprintf("the first column is %q, not date", clip(cells[0])),
			"put a header on line 1 and the time stamps in the first column, named date; a file with neither is named .txt")
	}
	if len(cells) == 1 {
		return p.fail(ErrHeader, p.line, 0, "there is no column after date", "add one column a variate")
	}
	for _, cell := range cells[1:] {
		p.columns = append(p.columns, strings.Clone(strings.ToValidUTF8(strings.TrimSpace(cell), "\ufffd")))
	}
	return p.shape(len(p.columns))
}

// shape fixes the number of variates, from the first line.
func (p *parser) shape(variates int) error {
	if p.variates > 0 && p.variates != variates {
		return p.fail(ErrShape, p.line, 0, fmt.Sprintf("there are %d variates, but this data set has %d", variates, p.variates),
			"fetch the file again, or give a file of your own another name")
	}
	p.variates = variates
	return nil
}

// row appends the cells of one line to set.
func (p *parser) row(set *Set, cells []string) error {
	stamps := 0
	if p.dated {
		stamps = 1
	}
	if p.columns == nil {
		if err := p.shape(len(cells)); err != nil {
			return err
		}
		for i := range cells {
			p.columns = append(p.columns, strconv.Itoa(i))
		}
	}
	if want := p.variates + stamps; len(cells) != want {
		return p.fail(ErrRagged, p.line, 0, fmt.Sprintf("the row has %d cells, the lines before it have %d", len(cells), want),
			"correct the row or fetch the file again")
	}
	if p.dated {
		if cells[0] == "" {
			return p.fail(ErrFormat, p.line, 1, "the time stamp is empty", "write one, or fetch the file again")
		}
		set.Times = append(set.Times, strings.Clone(cells[0]))
	}
	for i, cell := range cells[stamps:] {
		v, err := strconv.ParseFloat(strings.TrimSpace(cell), 64)
		switch {
		case errors.Is(err, strconv.ErrSyntax):
			return p.fail(ErrNotNumber, p.line, i+1+stamps, fmt.Sprintf("%q is not a number", clip(cell)), "correct the cell or fetch the file again")
		case err != nil, math.IsNaN(v), math.IsInf(v, 0):
			return p.fail(ErrNotFinite, p.line, i+1+stamps, fmt.Sprintf("%q is not a finite number", clip(cell)),
				"a series may have no gaps: fill the cell or remove the row")
		}
		set.Values = append(set.Values, v)
	}
	set.Rows++
	return nil
}

func (p *parser) fail(kind error, line, column int, problem, fix string) error {
	e := &FileError{Kind: kind, File: p.path, Line: line, Column: column, Problem: problem, Fix: fix}
	if i := column - 1; p.dated && i >= 1 && i <= len(p.columns) {
		e.Name = p.columns[i-1]
	}
	return e
}

// clip keeps a sentence readable when a cell holds a whole file.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "..."
	}
	return s
}
