package result

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
)

// Loaded is what [Load] brought together.
type Loaded struct {
	Runs      []Run      // one for each spec, key, tier and seed, in that order
	Damaged   []error    // one sentence per record that could not be read
	Conflicts []Conflict // same spec, key, tier and seed, but different results
}

// Records gives the records alone.
func (l *Loaded) Records() []*Record {
	records := make([]*Record, len(l.Runs))
	for i, run := range l.Runs {
		records[i] = run.Record
	}
	return records
}

// Conflict is two runs that should have ended alike, and did not. Runs keeps the first.
type Conflict struct{ A, B Run }

// String shows both.
func (c Conflict) String() string {
	return fmt.Sprintf("%s, key %s, seed %d has two results: %s in %s and %s in %s",
		c.A.Record.Spec, c.A.Record.Key, c.A.Record.Seed, c.A.outcome(), c.A.Dir, c.B.outcome(), c.B.Dir)
}

func (r Run) outcome() string {
	if r.Record.Headline() == nil {
		return string(r.Record.Status)
	}
	return fmt.Sprintf("%s, test error %v", r.Record.Outcome(), r.Record.TestError())
}

// Load reads the records of run folders, of CSV files and of folders of these, named by their paths, and merges them. The same run found
// twice counts once; where one copy is done and the other is not, the one that is done counts. Two that are done with
// different results are a conflict, and the one of the earlier source stays. A path that is not there is an error.
func Load(paths ...string) (*Loaded, error) {
	loaded := new(Loaded)
	var all []Run
	for _, path := range paths {
		found, err := open(path)
		if err != nil {
			return nil, err
		}
		all = append(all, found.Runs...)
		loaded.Damaged = append(loaded.Damaged, found.Damaged...)
	}
	slices.SortStableFunc(all, func(a, b Run) int { return inOrder(a.Record, b.Record) })
	for _, run := range all {
		last := len(loaded.Runs) - 1
		if last < 0 || inOrder(loaded.Runs[last].Record, run.Record) != 0 {
			loaded.Runs = append(loaded.Runs, run)
			continue
		}
		switch kept := loaded.Runs[last]; {
		case kept.Record.Status != Done:
			if run.Record.Status == Done {
				loaded.Runs[last] = run
			}
		case run.Record.Status == Done && !agree(kept.Record, run.Record):
			loaded.Conflicts = append(loaded.Conflicts, Conflict{kept, run})
		}
	}
	return loaded, nil
}

func open(path string) (*Scanned, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no folder or file %s to read results from", path)
	case err != nil:
		return nil, Explain("read", path, err)
	case info.IsDir():
		found, err := Scan(path)
		if err == nil && len(found.Runs)+len(found.Damaged) == 0 {
			return readFolder(path)
		}
		return found, err
	case filepath.Ext(path) == ".csv":
		return ReadCSV(path)
	}
	return nil, fmt.Errorf("%s is neither a folder of runs or of .csv files nor a .csv file of results", path)
}

// readFolder reads the CSV files of a folder, as experiments/results is one.
func readFolder(path string) (*Scanned, error) {
	files, err := filepath.Glob(filepath.Join(path, "*.csv"))
	all := new(Scanned)
	for _, file := range files {
		found, err := ReadCSV(file)
		if err != nil {
			return nil, err
		}
		all.Runs, all.Damaged = append(all.Runs, found.Runs...), append(all.Damaged, found.Damaged...)
	}
	return all, err
}

// agree says whether two records of a finished run tell the same result; time, memory and machine may differ.
func agree(a, b *Record) bool {
	return reflect.DeepEqual(a.Last, b.Last) && reflect.DeepEqual(a.Best, b.Best) && a.Steps == b.Steps && a.Parameters == b.Parameters
}
