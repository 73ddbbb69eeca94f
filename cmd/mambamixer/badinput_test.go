package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mambamixer/experiments/train"
)

func TestMissingData(t *testing.T) {
	folder := t.TempDir()
	invocation{}.fails(t, 1, []string{"ETTh1", folder, "github", "2589657 bytes", "f18de3ad269cef59", "mambamixer data get ETTh1"},
		"run", "nlinear/ETTh1/96", "-data", folder)
}

// series is a CSV file of two variates with a daily cycle, long enough for a history of 48 and a horizon of 24.
func series(rows int) string {
	var b strings.Builder
	b.WriteString("date,a,b\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%d,%d\n", i, i%24, (i*7)%24)
	}
	return b.String()
}

// smoke is the fastest real run: NLinear on a file of the test's own.
func smoke(file string, more ...string) []string {
	return append([]string{"run", "nlinear/synthetic/96", "-tier", "smoke", "-set", "data.set=" + file,
		"-set", "data.history=48", "-set", "data.horizon=24"}, more...)
}

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestDamagedData(t *testing.T) {
	good := series(600)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte(good))
	z.Close()
	line := func(n int, with string) []byte {
		lines := strings.Split(good, "\n")
		lines[n-1] = with
		return []byte(strings.Join(lines, "\n"))
	}
	for _, test := range []struct {
		name    string
		content []byte
		wanted  []string
	}{
		{"short.csv.gz", zipped.Bytes()[:zipped.Len()/2], []string{"gzip"}},
		{"ragged.csv", line(5, "4,1"), []string{"line 5"}},
		{"word.csv", line(7, "6,1,off"), []string{"line 7", "column 3", "off"}},
		{"nan.csv", line(9, "8,NaN,1"), []string{"line 9", "column 2", "NaN"}},
		{"infinite.csv", line(9, "8,1,+Inf"), []string{"line 9", "column 3", "Inf"}},
		{"empty.csv", nil, []string{"empty"}},
		{"tiny.csv", []byte(series(40)), []string{"history", "48", "24"}},
	} {
		path := write(t, test.name, test.content)
		invocation{}.fails(t, 1, append(test.wanted, path[strings.LastIndexByte(path, '/')+1:]), smoke(path)...)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "ETTh1.csv"), []byte(good), 0o644); err != nil {
		t.Fatal(err)
	}
	invocation{}.fails(t, 1, []string{"ETTh1.csv"}, "data", "check", "ETTh1", "-data", folder)
}

func TestSizesThatDontFit(t *testing.T) {
	file := write(t, "good.csv", []byte(series(600)))
	tsm2 := func(set ...string) []string {
		args := []string{"run", "tsm2/synthetic/96", "-tier", "smoke", "-set", "data.set=" + file}
		for _, s := range set {
			args = append(args, "-set", s)
		}
		return args
	}
	for _, test := range []struct {
		wanted []string
		args   []string
	}{
		{[]string{"patch_length 64 is longer than the history of 48"}, tsm2("model.patch_length=64", "data.history=48", "data.horizon=24")},
		{[]string{"horizon is 0"}, tsm2("data.history=48", "data.horizon=0")},
		{[]string{"history is -1"}, tsm2("data.history=-1", "data.horizon=24")},
		{[]string{"d_model is 0"}, tsm2("model.d_model=0", "data.history=48", "data.horizon=24")},
		{[]string{"norm", "2d"}, tsm2("model.norm=2dd", "data.history=48", "data.horizon=24")},
		{[]string{"batch_size is 0"}, smoke(file, "-set", "train.batch_size=0")},
		{[]string{"train.batch_size is 5000", "349 training windows"}, smoke(file, "-set", "train.batch_size=5000")},
	} {
		invocation{}.fails(t, 1, test.wanted, test.args...)
	}
}

func TestOutputFolder(t *testing.T) {
	file := write(t, "good.csv", []byte(series(600)))
	blocked := write(t, "blocked", nil)
	invocation{}.fails(t, 1, []string{blocked, "is a file, not a folder"}, smoke(file, "-out", blocked)...)
}

// runFolder is the folder of the only run below dir/runs.
func runFolder(t *testing.T, dir string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "runs", "*", "*", "*", "*", "seed-0"))
	if err != nil || len(found) != 1 {
		t.Fatalf("run folders: %v, %v", found, err)
	}
	return found[0]
}

func TestInspectNothing(t *testing.T) {
	folder := t.TempDir()
	invocation{}.fails(t, 1, []string{folder, "has no result.json", "folder of a finished run"}, "inspect", folder)
}

func TestSecondProcess(t *testing.T) {
	file := write(t, "good.csv", []byte(series(600)))
	here := invocation{dir: t.TempDir()}
	if _, stderr, code := here.run(t, smoke(file)...); code != 0 {
		t.Fatal(stderr)
	}
	// The lock of the finished process is gone, though its file is there; ours is in force.
	lock, err := train.Acquire(runFolder(t, here.dir))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Release()
	here.fails(t, 75, []string{fmt.Sprintf("process %d is already at work", os.Getpid())}, smoke(file)...)
}

func TestBadCheckpoint(t *testing.T) {
	file := write(t, "good.csv", []byte(series(600)))
	here := invocation{dir: t.TempDir()}
	if _, stderr, code := here.run(t, smoke(file)...); code != 0 {
		t.Fatal(stderr)
	}
	folder := runFolder(t, here.dir)
	if err := os.Remove(filepath.Join(folder, "result.json")); err != nil {
		t.Fatal(err)
	}
	checkpoints, err := filepath.Glob(filepath.Join(folder, "checkpoint", "*.safetensors"))
	if err != nil || len(checkpoints) == 0 {
		t.Fatalf("checkpoints: %v, %v", checkpoints, err)
	}
	for _, damage := range []struct {
		wanted  string
		content func(whole []byte) []byte
	}{
		{"truncated", func(whole []byte) []byte { return whole[:len(whole)-100] }},
		{"not a safetensors file", func([]byte) []byte { return []byte(strings.Repeat("something else ", 100)) }},
	} {
		for _, checkpoint := range checkpoints {
			whole, err := os.ReadFile(checkpoint)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(checkpoint, damage.content(whole), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		here.fails(t, 1, []string{"checkpoint", damage.wanted}, smoke(file)...)
	}
	if _, stderr, code := here.run(t, smoke(file, "-rerun")...); code != 0 {
		t.Errorf("-rerun after a damaged checkpoint: %s", stderr)
	}
}

func TestLossTurnsNaN(t *testing.T) {
	file := write(t, "good.csv", []byte(series(600)))
	invocation{}.fails(t, 1, []string{"stopped at step", "/nlinear/", "lower learning_rate"},
		smoke(file, "-set", "train.learning_rate=1e38", "-set", "train.clip_norm=0")...)
}
