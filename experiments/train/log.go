package train

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"mambamixer/experiments/result"
)

// LogFile is the name of the log in a run folder: one Entry a line.
const LogFile = "log.jsonl"

// Entry is a line of the log.
type Entry struct {
	Step         int                `json:"step"`          // steps taken so far
	Epoch        float64            `json:"epoch"`         // passes over the training examples so far
	Loss         float64            `json:"loss"`          // mean training loss of the steps since the last entry
	LearningRate float64            `json:"lr"`            // of this step
	GradNorm     float64            `json:"grad_norm"`     // mean global gradient norm since the last entry, before clipping
	Val          map[string]float64 `json:"val,omitempty"` // validation metrics, if this step was evaluated
	ValCount     int                `json:"val_count,omitempty"`
	Best         bool               `json:"best,omitempty"` // the selection metric is the lowest so far
	Seconds      float64            `json:"seconds"`        // wall time of the run so far
}

// ReadLog reads the log of a run folder. A last line cut short by a crash is left out.
func ReadLog(dir string) ([]Entry, error) {
	path := filepath.Join(dir, LogFile)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, result.Explain("read", path, err)
	}
	entries, _ := parseLog(data)
	return entries, nil
}

// parseLog gives the entries of the whole lines and the lines themselves, up to the first that is none.
func parseLog(data []byte) (entries []Entry, lines [][]byte) {
	for scanner := bufio.NewReader(bytes.NewReader(data)); ; {
		line, err := scanner.ReadBytes('\n')
		var entry Entry
		if err != nil || json.Unmarshal(line, &entry) != nil {
			return entries, lines
		}
		entries, lines = append(entries, entry), append(lines, line)
	}
}

// logger appends entries to the log.
type logger struct {
	path string
	file *os.File
}

// openLog opens the log of a run folder and cuts it back to what a run that has come to this state has written.
func openLog(dir string, s state) (*logger, error) {
	path := filepath.Join(dir, LogFile)
	data, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, result.Explain("read", path, err)
	}
	entries, lines := parseLog(data)
	kept := 0
	for kept < len(entries) && (entries[kept].Step < s.Step || entries[kept].Step == s.Step && !s.Pending) {
		kept++
	}
	err = result.WriteAtomic(path, func(w io.Writer) error {
		_, err := w.Write(bytes.Join(lines[:kept], nil))
		return err
	})
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return nil, result.Explain("write", path, err)
	}
	return &logger{path: path, file: file}, nil
}

// write appends an entry.
func (l *logger) write(entry Entry) error {
	line, err := json.Marshal(entry)
	if err == nil {
		_, err = l.file.Write(append(line, '\n'))
	}
	if err != nil {
		return result.Explain("write", l.path, err)
	}
	return nil
}

// sync flushes the log to the disk, so that no checkpoint is ahead of it.
func (l *logger) sync() error {
	if err := l.file.Sync(); err != nil {
		return result.Explain("write", l.path, err)
	}
	return nil
}

func (l *logger) close() { l.file.Close() }
