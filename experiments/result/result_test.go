package result

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func TestKeyIsCanonical(t *testing.T) {
	type ab struct {
		A int `json:"a"`
		B int `json:"b"`
	}
	type ba struct {
		B int `json:"b"`
		A int `json:"a"`
	}
	key := func(parts ...any) string {
		t.Helper()
		k, err := Key(parts...)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	// The first 12 digits of sha256sum of [{"a":1,"b":2}].
	const want = "44c7deead2ed"
	for name, value := range map[string]any{"fields": ab{1, 2}, "fields swapped": ba{2, 1}, "map": map[string]int{"b": 2, "a": 1}} {
		if got := key(value); got != want {
			t.Errorf("%s: key %s, want %s", name, got, want)
		}
	}
	distinct := map[string]bool{}
	for _, parts := range [][]any{{1}, {2}, {1, 2}, {"1"}, {uint64(1) << 60}, {uint64(1)<<60 + 1}, {nil}} {
		distinct[key(parts...)] = true
	}
	if len(distinct) != 7 {
		t.Errorf("7 different values have only %d keys", len(distinct))
	}
	if _, err := Key(func() {}); err == nil {
		t.Error("a function was given a key")
	}
}

func TestWriteAtomicKeepsTheOldFileOnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "file")
	text := func(s string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
	}
	if err := WriteAtomic(path, text("old")); err != nil {
		t.Fatal(err)
	}
	err := WriteAtomic(path, func(w io.Writer) error {
		return errors.Join(text("half of the ne")(w), &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC})
	})
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "cannot write "+path+": the disk is full") {
		t.Errorf("error of a full disk: %v", err)
	}
	if data, _ := os.ReadFile(path); string(data) != "old" {
		t.Errorf("the file holds %q after a failed write, want the old content", data)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 1 {
		t.Errorf("%d files after a failed write, want 1", len(entries))
	}
	err = WriteAtomic(filepath.Join(path, "below"), text("x"))
	if err == nil || !strings.Contains(err.Error(), "is a file, not a folder") {
		t.Errorf("error below a regular file: %v", err)
	}
}

func TestStore(t *testing.T) {
	root := t.TempDir()
	want := &Record{Spec: "ltsf/ETTh1", Key: "abc", Seed: 7, Tier: "cpu", Status: Done, Model: "NLinear",
		Data: Dataset{Name: "ETTh1", Source: "zhouhaoyi/ETDataset", SHA256: "f1"}, History: 512, Horizon: 96,
		Last: &Scores{MSE: 0.37, MAE: 0.39, Windows: 2785}, Parameters: 49248, Seconds: 3.5, Steps: 500,
		Paper: &Published{MSE: 0.374, Source: "Zeng et al. 2023, Table 2"}}
	dir := Dir(root, want.Spec, want.Key, want.Seed)
	if rel, _ := filepath.Rel(root, dir); rel != filepath.FromSlash("ltsf/ETTh1/abc/seed-7") {
		t.Errorf("run folder %s", rel)
	}
	if _, err := Read(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading a run that is not there: %v", err)
	}
	if err := want.Write(dir); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(Dir(root, "ltsf/ETTh2", "abc", 0), ResultFile)
	if err := WriteAtomic(broken, func(w io.Writer) error { _, err := io.WriteString(w, "{\n\"mse\": tru"); return err }); err != nil {
		t.Fatal(err)
	}
	found, err := Scan(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Runs) != 1 || found.Runs[0].Dir != dir || !reflect.DeepEqual(found.Runs[0].Record, want) {
		t.Errorf("scan found %+v, want the record written", found.Runs)
	}
	if len(found.Damaged) != 1 || !strings.Contains(found.Damaged[0].Error(), broken+" is damaged at line 2") {
		t.Errorf("damaged records: %v", found.Damaged)
	}
	if found, err := Scan(filepath.Join(root, "none")); err != nil || len(found.Runs) != 0 {
		t.Errorf("scan of a missing folder: %v, %v", found, err)
	}
}

func TestEnv(t *testing.T) {
	env := NewEnv("xla:cpu")
	if env.Go != runtime.Version() || env.Cores < 1 || !strings.HasPrefix(env.Summary(), "xla:cpu, ") {
		t.Errorf("environment %+v, summary %q", env, env.Summary())
	}
}

func TestCompare(t *testing.T) {
	record := func(model string, seed uint64, mse float64) *Record {
		return &Record{Model: model, Seed: seed, Status: Done, Data: Dataset{Name: "ETTh1"}, History: 512, Horizon: 96,
			Last: &Scores{MSE: mse, MAE: mse + 0.02, Windows: 2785}, Parameters: 67000, Seconds: 60}
	}
	a, b := record("TSM2", 0, 0.360), record("TSM2", 1, 0.372)
	a.Paper = &Published{MSE: 0.375, Source: "MambaMixer, Table 5"}
	b.Paper = a.Paper
	c := record("Repeat", 0, 1.2944)
	d := &Record{Model: "DLinear", Status: Failed, Data: Dataset{Name: "weather|daily", Synthetic: true}, History: 336, Horizon: 96}
	table := Compare("Test errors", a, c, b, d)
	table.Notes = []string{"Every test window is counted."}
	const text = `Test errors

model    data                       history  horizon              MSE              MAE  windows  parameters  seconds  n  paper  ratio  source
-------  -------------------------  -------  -------  ---------------  ---------------  -------  ----------  -------  -  -----  -----  -------------------
TSM2     ETTh1                          512       96  0.3660 ± 0.0085  0.3860 ± 0.0085     2785       67000     60.0  2  0.375  0.976  MambaMixer, Table 5
Repeat   ETTh1                          512       96           1.2944           1.3144     2785       67000     60.0  1      -      -
DLinear  weather|daily (synthetic)      336       96           failed                -        -           0      0.0  1      -      -

Every test window is counted.
`
	if got := table.Text(); got != text {
		t.Errorf("text:\n%s\nwant:\n%s", got, text)
	}
	markdown := table.Markdown()
	for _, want := range []string{"**Test errors**\n", "| TSM2    | ETTh1 ", "| ------: |", `weather\|daily (synthetic) |`} {
		if !strings.Contains(markdown, want) {
			t.Errorf("Markdown lacks %q:\n%s", want, markdown)
		}
	}
}

func TestMatrix(t *testing.T) {
	run := func(mse float64) *Record { return &Record{Status: Done, Last: &Scores{MSE: mse, Windows: 1}} }
	got := Matrix("MSE", []Cell{
		{Section: "ETTh1", Row: "96", Column: "TSM2", Runs: []*Record{run(0.3), run(0.5)}},
		{Section: "ETTh1", Row: "96", Column: "Repeat", Runs: []*Record{run(1)}},
		{Section: "ETTh1", Row: "192", Column: "TSM2", Failed: []*Record{{Status: Failed}}},
	}).Text()
	want := `MSE

                          TSM2      Repeat
---------  -------------------  ----------
ETTh1 96   0.4000 ± 0.1414 (2)  1.0000 (1)
ETTh1 192               failed
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestQuickest(t *testing.T) {
	c := Cell{Runs: []*Record{{Seed: 0, StepSeconds: 0.508}, {Seed: 1, StepSeconds: 0.229}, {Seed: 2, StepSeconds: 0.305}}}
	if got := c.Quickest(); got == nil || got.Seed != 1 {
		t.Errorf("the quickest is %+v", got)
	}
	if got := new(Cell).Quickest(); got != nil {
		t.Errorf("without runs it is %+v", got)
	}
}
