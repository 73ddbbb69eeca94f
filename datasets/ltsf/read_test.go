package ltsf

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

func zipped(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func TestForms(t *testing.T) {
	const csv = "date,a,b\n2020-01-01,1,2\n2020-01-02,3.5,-4e-1\n"
	const txt = "1,2\n3.5,-0.4\n"
	values := []float64{1, 2, 3.5, -0.4}
	for _, c := range []struct {
		file, content, plain string
		columns, times       []string
	}{
		{"x.csv", csv, csv, []string{"a", "b"}, []string{"2020-01-01", "2020-01-02"}},
		{"x.csv.gz", zipped(t, csv), csv, []string{"a", "b"}, []string{"2020-01-01", "2020-01-02"}},
		{"x.txt", txt, txt, []string{"0", "1"}, nil},
		{"x.txt.gz", zipped(t, txt), txt, []string{"0", "1"}, nil},
	} {
		path := write(t, t.TempDir(), c.file, c.content)
		set, err := LoadFile(path)
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		if set.Rows != 2 || set.Variates != 2 || !slices.Equal(set.Values, values) || !slices.Equal(set.Columns, c.columns) || !slices.Equal(set.Times, c.times) {
			t.Errorf("%s: read as %+v", c.file, set)
		}
		if set.SHA256 != hash(c.plain) || set.Path != path || set.Name != path || set.Verified || set.Synthetic {
			t.Errorf("%s: %+v", c.file, set)
		}
	}
}

func TestForeignBytes(t *testing.T) {
	path := write(t, t.TempDir(), "x.csv", "\ufeffdate,PAR (\xb5mol/m\xb2/s),OT\r\n2020-01-01 00:10:00, 1 ,2\r\n2020-01-01 00:20:00,3,4")
	set, err := LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"PAR (\ufffdmol/m\ufffd/s)", "OT"}; !slices.Equal(set.Columns, want) {
		t.Errorf("columns %q, want %q", set.Columns, want)
	}
	if want := []float64{1, 2, 3, 4}; !slices.Equal(set.Values, want) {
		t.Errorf("values %v, want %v", set.Values, want)
	}
}

func TestBadFiles(t *testing.T) {
	long := "date,a,b\n" + strings.Repeat("2020-01-01,1.25,2.5\n", 20000)
	gz := zipped(t, long)
	flipped := []byte(gz)
	flipped[len(flipped)-6] ^= 0xff // in the stream's own checksum
	for _, c := range []struct {
		name, file, content string
		kind                error
		words               []string
	}{
		{"empty", "x.csv", "", ErrEmpty, []string{"x.csv: the file is empty; fetch it again"}},
		{"empty gzip file", "x.csv.gz", "", ErrEmpty, []string{"x.csv.gz: the file is empty"}},
		{"empty gzip stream", "x.csv.gz", zipped(t, ""), ErrEmpty, []string{"the file is empty"}},
		{"empty txt", "x.txt", "", ErrEmpty, []string{"no rows"}},
		{"header alone", "x.csv", "date,a\n", ErrEmpty, []string{"line 1: there are no rows"}},
		{"no date", "x.csv", "a,b\n1,2\n", ErrHeader, []string{"line 1, column 1", `"a", not date`}},
		{"no header", "x.csv", "2020-01-01,2\n", ErrHeader, []string{`"2020-01-01", not date`}},
		{"date alone", "x.csv", "date\n2020-01-01\n", ErrHeader, []string{"no column after date"}},
		{"short row", "x.csv", "date,a,b\nd,1,2\nd,1\n", ErrRagged, []string{"line 3", "the row has 2 cells", "have 3"}},
		{"long row", "x.csv", "date,a,b\nd,1,2,3\n", ErrRagged, []string{"line 2", "4 cells"}},
		{"ragged txt", "x.txt", "1,2\n1,2\n1\n", ErrRagged, []string{"line 3", "the row has 1 cells", "have 2"}},
		{"word", "x.csv", "date,a,b\nd,1,2\nd,1,abc\n", ErrNotNumber, []string{"line 3, column 3 (b)", `"abc" is not a number`}},
		{"empty cell", "x.csv", "date,a,b\nd,,2\n", ErrNotNumber, []string{"line 2, column 2 (a)", `"" is not a number`}},
		{"word in txt", "x.txt", "1,2\n1,x\n", ErrNotNumber, []string{"line 2, column 2:", `"x"`}},
		{"header in txt", "x.txt", "date,a\nd,1\n", ErrNotNumber, []string{"line 1, column 1", `"date"`}},
		{"nan", "x.csv", "date,a,b\nd,1,NaN\n", ErrNotFinite, []string{"line 2, column 3 (b)", `"NaN" is not a finite number`}},
		{"infinity", "x.csv", "date,a,b\nd,-Inf,2\n", ErrNotFinite, []string{"line 2, column 2 (a)", `"-Inf"`}},
		{"too large", "x.csv", "date,a\nd,1e999\n", ErrNotFinite, []string{`"1e999"`}},
		{"no stamp", "x.csv", "date,a\n,1\n", ErrFormat, []string{"line 2, column 1", "stamp is empty"}},
		{"open quote", "x.csv", "date,a\nd,\"1\nd,2\n", ErrFormat, []string{"line 2"}},
		{"truncated gzip", "x.csv.gz", gz[:len(gz)/2], ErrTruncated, []string{"x.csv.gz, line ", "truncated", "fetch it again"}},
		{"truncated gzip trailer", "x.csv.gz", gz[:len(gz)-3], ErrTruncated, []string{"truncated"}},
		{"damaged gzip", "x.csv.gz", string(flipped), ErrTruncated, []string{"damaged"}},
		{"no gzip", "x.csv.gz", long, ErrTruncated, []string{"no gzip file"}},
		{"extension", "x.tsv", long, ErrFormat, []string{"x.tsv", "extension", ".csv"}},
	} {
		path := write(t, t.TempDir(), c.file, c.content)
		_, err := LoadFile(path)
		var fault *FileError
		if !errors.As(err, &fault) || !errors.Is(err, c.kind) || fault.File != path {
			t.Errorf("%s: %v, want %v in %s", c.name, err, c.kind, path)
			continue
		}
		wantWords(t, err, c.words...)
	}
}

func TestAbsentFile(t *testing.T) {
	_, err := LoadFile(t.TempDir() + "/absent.csv")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	wantWords(t, err, "cannot read the data file", "absent.csv")
}

// made is a small set with an entry as in the catalogue.
const made = "date,a,b\nd1,1,2\nd2,3,4\nd3,5,6\n"

func madeInfo(content string) Info {
	return Info{
		Name: "Made", Variates: 2, Rows: 3, Frequency: "1 h", Split: RatioSplit(3),
		File: "made/made.csv", Bytes: int64(len(content)), SHA256: []string{hash(content)},
	}
}

func TestCatalogueHoldsAFileToItsEntry(t *testing.T) {
	info := madeInfo(made)
	set, err := info.load(write(t, t.TempDir(), "made.csv.gz", zipped(t, made)))
	if err != nil {
		t.Fatal(err)
	}
	if set.Name != "Made" || set.Frequency != "1 h" || set.Split != info.Split || !set.Verified {
		t.Errorf("%+v", set)
	}
	other := strings.Replace(made, "5", "7", 1)
	for _, c := range []struct {
		name, content string
		kind          error
		words         []string
	}{
		{"variates", "date,a\nd1,1\n", ErrShape, []string{"line 1", "there are 1 variates", "has 2"}},
		{"rows", "date,a,b\nd1,1,2\n", ErrShape, []string{"it has 1 rows, but Made has 3"}},
		{"checksum", other, ErrChecksum, []string{"SHA-256", hash(other), hash(made), "mambamixer data get Made"}},
	} {
		_, err := info.load(write(t, t.TempDir(), "made.csv", c.content))
		if !errors.Is(err, c.kind) {
			t.Errorf("%s: %v, want %v", c.name, err, c.kind)
			continue
		}
		wantWords(t, err, c.words...)
	}
}

func TestPlainFormHasItsOwnSum(t *testing.T) {
	const txt = "1,2\n3,4\n5,6\n"
	gz := zipped(t, txt)
	info := madeInfo(made)
	set, err := info.load(write(t, t.TempDir(), "made.txt.gz", gz))
	if err != nil || set.Verified {
		t.Errorf("without a published sum: %v", err)
	}
	info.Sources = []Source{{File: "made/made.txt.gz", MD5: fmt.Sprintf("%032d", 0)}}
	_, err = info.load(write(t, t.TempDir(), "made.txt.gz", gz))
	if !errors.Is(err, ErrChecksum) {
		t.Errorf("with another sum published: %v", err)
	}
	wantWords(t, err, "MD5", info.Sources[0].MD5)
	if set, err = info.load(write(t, t.TempDir(), "made.txt", txt)); err != nil || set.Verified {
		t.Errorf("the sum is that of the compressed file: %v", err)
	}
}

func TestStatusOfAWrongFile(t *testing.T) {
	dir := t.TempDir()
	info := madeInfo(made)
	write(t, dir, "made.csv", "date,a,b\n")
	if s := info.status([]string{dir}); s.Checksum != ChecksumWrong || !errors.Is(s.Err, ErrChecksum) || s.Bytes != 9 {
		t.Errorf("%+v", s)
	}
	write(t, dir, "made/made.csv", made)
	if s := info.status([]string{dir}); s.Checksum != ChecksumOK || s.Err != nil {
		t.Errorf("%+v", s)
	}
}
