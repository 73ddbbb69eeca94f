package train

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/dtypes/bfloat16"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/layers"
	"github.com/gomlx/gomlx/ml/model"

	"mambamixer/experiments/result"
)

func TestSafetensorsRoundTrip(t *testing.T) {
	values := map[string]*tensors.Tensor{
		"/a":      tensors.FromValue([][]float32{{1, -2, 3}, {4, 5, 6}}),
		"/b":      tensors.FromScalar(7.5),
		"/c":      tensors.FromValue([]uint64{1 << 63, 2}),
		"/d":      tensors.FromValue([]bfloat16.BFloat16{bfloat16.FromFloat32(1.5)}),
		"/e":      tensors.FromValue([]int32{-1, 0, 1}),
		"best/a":  tensors.FromValue([]bool{true, false, true}),
		"/nested": tensors.FromValue([][][]int8{{{1}, {2}}}),
	}
	path := filepath.Join(t.TempDir(), "x.safetensors")
	if err := result.WriteAtomic(path, func(w io.Writer) error {
		return writeSafetensors(w, map[string]string{"state": `{"a":"<&>"}`}, values)
	}); err != nil {
		t.Fatal(err)
	}
	metadata, got, err := readSafetensors(path)
	if err != nil {
		t.Fatal(err)
	}
	if metadata["state"] != `{"a":"<&>"}` || len(got) != len(values) {
		t.Errorf("metadata %v, %d tensors", metadata, len(got))
	}
	for name, value := range values {
		if !got[name].Equal(value) {
			t.Errorf("%s is %s, want %s", name, got[name], value)
		}
	}
	whole, _ := os.ReadFile(path)
	if whole[0]%8 != 0 {
		t.Errorf("the data begins at byte %d, not a multiple of 8", 8+int(whole[0]))
	}
	// Every cut and every flipped bit is found.
	for i := range whole {
		for _, damaged := range [][]byte{whole[:i], flip(whole, i)} {
			if err := os.WriteFile(path, damaged, 0o644); err != nil {
				t.Fatal(err)
			}
			if _, _, err := readSafetensors(path); !errors.Is(err, errDamaged) {
				t.Fatalf("byte %d of %d: error %v for a damaged file of %d bytes", i, len(whole), err, len(damaged))
			}
		}
	}
}

func flip(data []byte, i int) []byte {
	data = bytes.Clone(data)
	data[i] ^= 1
	return data
}

func TestNonFinite(t *testing.T) {
	inf := float32(math.Inf(1))
	for want, values := range map[string][]*tensors.Tensor{
		"0": {tensors.FromValue([]float32{3e38, -1e-45, 0}), tensors.FromValue([]uint64{1<<64 - 1}), tensors.FromScalar(-1e308)},
		"NaN": {tensors.FromValue([]float32{1, inf - inf, inf}), tensors.FromScalar(float64(inf - inf)),
			tensors.FromValue([]bfloat16.BFloat16{bfloat16.FromFloat32(inf - inf)})},
		"+Inf": {tensors.FromValue([]float32{1, -inf}), tensors.FromValue([]bfloat16.BFloat16{bfloat16.FromFloat32(inf)})},
	} {
		for _, value := range values {
			got, err := nonFinite(value)
			if text := fmt.Sprint(got); err != nil || text != want {
				t.Errorf("%s: %s, want %s (%v)", value, text, want, err)
			}
		}
	}
}

// trained gives a folder with the checkpoints of steps 5 and 10 of the resumable run.
func trained(t *testing.T) (dir string, newest, previous string) {
	t.Helper()
	dir = t.TempDir()
	c, o := resumable(dir)
	c.Steps = 30
	ctx, cancel := context.WithCancel(context.Background())
	o.OnEntry = func(e Entry) {
		if e.Step == 10 {
			cancel()
		}
	}
	var interrupted *Interrupted
	if _, err := Run(ctx, open(t), toy(), c, o); !errors.As(err, &interrupted) {
		t.Fatal(err)
	}
	paths := (&checkpoints{dir: filepath.Join(dir, "checkpoint")}).list()
	if len(paths) != 2 {
		t.Fatalf("checkpoints %v, want two", paths)
	}
	return dir, paths[0], paths[1]
}

func TestDamagedCheckpoint(t *testing.T) {
	dir, newest, previous := trained(t)
	whole, err := os.ReadFile(newest)
	if err != nil {
		t.Fatal(err)
	}
	c, o := resumable(dir)
	trainer, err := newTrainer(open(t), toy(), c, o.Seed, 1)
	if err != nil {
		t.Fatal(err)
	}
	restore := func() (string, int, error) {
		_, warning, err := (&checkpoints{dir: filepath.Join(dir, "checkpoint"), key: "k", seed: o.Seed}).load(trainer)
		return warning, trainer.state.Step, err
	}
	for problem, data := range map[string][]byte{
		"truncated":                 whole[:len(whole)-9],
		"SHA-256 checksum":          flip(whole, len(whole)-3),
		"at least 8 bytes":          nil,
		"not a safetensors file":    []byte("PK\x03\x04 something else that is longer than its header says"),
		"not that of a safetensors": append([]byte{9, 0, 0, 0, 0, 0, 0, 0}, "not json!"...),
	} {
		if err := os.WriteFile(newest, data, 0o644); err != nil {
			t.Fatal(err)
		}
		warning, step, err := restore()
		if err != nil || step != 5 || !strings.Contains(warning, problem) || !strings.Contains(warning, newest) ||
			!strings.HasSuffix(warning, "going on from the one before it, step 5") || strings.Contains(warning, "\n") {
			t.Errorf("%s: step %d, warning %q, error %v", problem, step, warning, err)
		}
	}
	if err := os.Truncate(previous, 100); err != nil {
		t.Fatal(err)
	}
	_, _, err = restore()
	var unusable *CheckpointError
	if !errors.As(err, &unusable) || unusable.Path != newest || !strings.Contains(err.Error(), "remove its folder to start from the beginning") {
		t.Errorf("with no whole checkpoint: %v", err)
	}
}

func TestForeignCheckpoint(t *testing.T) {
	dir, newest, previous := trained(t)
	os.Remove(previous)
	at := func(key string, seed uint64) *checkpoints {
		return &checkpoints{dir: filepath.Join(dir, "checkpoint"), key: key, seed: seed}
	}
	variant := func(hidden int, extra string) *Problem {
		p := toy()
		p.Loss = func(scope *model.Scope, data []*graph.Node, idx *graph.Node) *graph.Node {
			x := graph.Gather(data[0], graph.InsertAxes(idx, -1))
			x = layers.Dense(scope.In("hidden"), x, true, hidden)
			x = layers.Dense(scope.In("%s", extra), x, true, 1)
			return graph.ReduceAllMean(x)
		}
		return p
	}
	same := variant(8, "head")
	for _, test := range []struct {
		checkpoints *checkpoints
		problem     *Problem
		want        string
	}{
		{at("other", 11), same, `it belongs to another experiment (key "k", this one has "other")`},
		{at("k", 12), same, "it belongs to seed 11, this run has seed 12"},
		{at("k", 11), variant(9, "head"), "the variable /hidden/dense/weights has shape (Float32)[6, 8] in it, but (Float32)[6, 9] in the model"},
		{at("k", 11), variant(8, "top"), "the variable /top/dense/weights of the model is missing in it"},
	} {
		trainer, err := newEvaluatorless(t, test.problem)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = test.checkpoints.load(trainer)
		if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), newest) {
			t.Errorf("error %v, want %q", err, test.want)
		}
	}
	// A file of somebody else's, and one with a variable too many.
	values := map[string]*tensors.Tensor{"/x": tensors.FromShape(tensors.FromScalar(float32(0)).Shape())}
	rewrite := func(metadata map[string]string) {
		if err := result.WriteAtomic(newest, func(w io.Writer) error { return writeSafetensors(w, metadata, values) }); err != nil {
			t.Fatal(err)
		}
	}
	trainer, err := newEvaluatorless(t, same)
	if err != nil {
		t.Fatal(err)
	}
	rewrite(map[string]string{"format": "pt"})
	if _, _, err := at("k", 11).load(trainer); err == nil || !strings.Contains(err.Error(), "it was not written by this program") {
		t.Errorf("foreign format: %v", err)
	}
	if got := compare(values, model.NewStore(), ofModel); got != "it holds the variable /x, which the model does not have" {
		t.Errorf("extra variable: %q", got)
	}
}

// newEvaluatorless gives a trainer of a problem whose Score does not fit its Loss.
func newEvaluatorless(t *testing.T, p *Problem) (*trainer, error) {
	t.Helper()
	p.Score = func(_ *model.Scope, data []*graph.Node, idx *graph.Node) []*graph.Node {
		x := graph.ConvertDType(idx, dtypes.Float32)
		return []*graph.Node{x, x}
	}
	return newTrainer(open(t), p, quick(), 11, 1)
}

func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	c, o := resumable(dir)
	saves := 0
	o.wrap = func(w io.Writer) io.Writer {
		if saves++; saves < 3 {
			return w
		}
		return writerFunc(func(p []byte) (int, error) {
			n, _ := w.Write(p[:len(p)/2])
			return n, &fs.PathError{Op: "write", Path: "temporary", Err: syscall.ENOSPC}
		})
	}
	_, err := Run(context.Background(), open(t), toy(), c, o)
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "step-00000015.safetensors: the disk is full; free some space") {
		t.Fatalf("error of a full disk: %v", err)
	}
	entries, _ := os.ReadDir(filepath.Join(dir, "checkpoint"))
	if len(entries) != 2 {
		t.Errorf("%d files in the checkpoint folder, want the two of steps 5 and 10", len(entries))
	}
	o.wrap = nil
	if got := mustRun(t, c, o); got.Resumed != 10 {
		t.Errorf("after the disk was freed the run went on from step %d, want 10", got.Resumed)
	}
}
