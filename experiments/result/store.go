package result

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// The files of a run folder that this package writes.
const (
	SpecFile   = "spec.json"
	EnvFile    = "env.json"
	ResultFile = "result.json"
)

// keyLength is the number of hexadecimal digits of a key: 48 bits, a chance below 1e-6 for two of
// ten thousand specs to share one.
const keyLength = 12

// Key gives a short name to everything that decides the numbers of a run: the first 12 hexadecimal
// digits of the SHA-256 of the parts as canonical JSON. Two values that differ only in the order of
// map keys or of struct fields have the same key.
func Key(parts ...any) (string, error) {
	data, err := json.Marshal(parts)
	if err != nil {
		return "", fmt.Errorf("a key needs parts that can be written as JSON: %w", err)
	}
	// Through maps, whose keys encoding/json sorts, and with the digits of numbers as they are.
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var generic any
	if err := decoder.Decode(&generic); err != nil {
		return "", err
	}
	if data, err = json.Marshal(generic); err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])[:keyLength], nil
}

// Dir gives the folder of a run: <root>/<spec>/<key>/seed-<n>. A spec name may have parts joined by
// slashes, which become folders.
func Dir(root, spec, key string, seed uint64) string {
	return filepath.Join(root, filepath.FromSlash(spec), key, fmt.Sprintf("seed-%d", seed))
}

// Write stores the record as result.json in the run folder dir.
func (r *Record) Write(dir string) error {
	return WriteJSON(filepath.Join(dir, ResultFile), r)
}

// Read loads the record of the run folder dir. errors.Is(err, fs.ErrNotExist) says that the run has none yet.
func Read(dir string) (*Record, error) {
	record := new(Record)
	path := filepath.Join(dir, ResultFile)
	if err := ReadJSON(path, record); err != nil {
		return nil, err
	}
	if err := record.check(); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", path, err)
	}
	return record, nil
}

// Scanned is what [Scan] found: the records with their folders, and the records that could not be read.
type Scanned struct {
	Runs    []Run
	Damaged []error // one sentence per damaged record, with its path
}

// Run is a record and where it was found: its folder, or the file and line.
type Run struct {
	Dir    string
	Record *Record
}

// Scan collects every result.json below root, in the order of their paths. Damaged records are
// skipped and named in Damaged. A root that does not exist holds no runs.
func Scan(root string) (*Scanned, error) {
	found := new(Scanned)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == root {
			return filepath.SkipAll
		}
		if err != nil {
			return Explain("read", path, err)
		}
		if entry.IsDir() || entry.Name() != ResultFile {
			return nil
		}
		record, err := Read(filepath.Dir(path))
		if err != nil {
			found.Damaged = append(found.Damaged, err)
			return nil
		}
		found.Runs = append(found.Runs, Run{Dir: filepath.Dir(path), Record: record})
		return nil
	})
	return found, err
}
