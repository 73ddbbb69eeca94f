package train

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// A test that has to die re-runs this test binary with one of these set; see TestMain.
const (
	killAfterStep = "TRAIN_TEST_KILL_AFTER_STEP" // SIGKILL at the log entry of this step
	killInSave    = "TRAIN_TEST_KILL_IN_SAVE"    // SIGKILL half-way through the n-th checkpoint
	holdLock      = "TRAIN_TEST_HOLD_LOCK"       // hold the lock until stdin ends
	childDir      = "TRAIN_TEST_DIR"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		child(dir)
	}
	os.Exit(m.Run())
}

// resumable is the run that gets killed.
func resumable(dir string) (Config, RunOptions) {
	return quick(), RunOptions{Seed: 11, Dir: dir, Key: "k"}
}

// child is the life of a process that does not end by itself.
func child(dir string) {
	if os.Getenv(holdLock) != "" {
		_, err := Acquire(dir)
		fmt.Println("locked", err)
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	c, o := resumable(dir)
	kill := func() { syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} }
	if step, err := strconv.Atoi(os.Getenv(killAfterStep)); err == nil {
		o.OnEntry = func(e Entry) {
			if e.Step == step {
				kill()
			}
		}
	}
	if n, err := strconv.Atoi(os.Getenv(killInSave)); err == nil {
		o.wrap = func(w io.Writer) io.Writer {
			if n--; n > 0 {
				return w
			}
			return writerFunc(func(p []byte) (int, error) { w.Write(p[:len(p)/2]); kill(); return 0, nil })
		}
	}
	_, err := Run(context.Background(), open(&testing.T{}), toy(), c, o)
	fmt.Println("the child was to be killed, but ended:", err)
	os.Exit(1)
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// runChild runs this binary again with one variable set, and fails unless it was killed.
func runChild(t *testing.T, dir, name string, value int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir, fmt.Sprintf("%s=%d", name, value))
	output, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the child was not killed: %v\n%s", err, output)
	}
}

// sameRun compares a resumed run with the uninterrupted one: weights, best weights, bookkeeping and log.
func sameRun(t *testing.T, name string, got, want *Outcome, gotDir, wantDir string) {
	t.Helper()
	if !reflect.DeepEqual(bits(t, got.Last), bits(t, want.Last)) {
		t.Errorf("%s: the weights differ from the uninterrupted run's", name)
	}
	if !reflect.DeepEqual(bits(t, got.Best), bits(t, want.Best)) || got.BestStep != want.BestStep || got.BestVal != want.BestVal {
		t.Errorf("%s: best step %d (%v) and weights differ from the uninterrupted run's %d (%v)",
			name, got.BestStep, got.BestVal, want.BestStep, want.BestVal)
	}
	if !reflect.DeepEqual(timeless(t, gotDir), timeless(t, wantDir)) {
		t.Errorf("%s: the logs differ beyond the times", name)
	}
}

func TestKilledRunEqualsUninterrupted(t *testing.T) {
	wantDir := t.TempDir()
	c, o := resumable(wantDir)
	want := mustRun(t, c, o)
	for _, test := range []struct {
		name  string
		kills map[string][]int // one child after the other in the same folder
		from  int              // the step at which the last process takes over
	}{
		{"before the first checkpoint", map[string][]int{killAfterStep: {3}}, 0},
		{"at a checkpoint and an evaluation, twice", map[string][]int{killAfterStep: {20, 24}}, 20},
		{"in the middle of a checkpoint", map[string][]int{killInSave: {3}}, 10},
		{"at the last step", map[string][]int{killAfterStep: {30}}, 25},
	} {
		dir := t.TempDir()
		for name, values := range test.kills {
			for _, value := range values {
				runChild(t, dir, name, value)
			}
		}
		c, o := resumable(dir)
		got := mustRun(t, c, o)
		if got.Resumed != test.from {
			t.Errorf("%s: resumed at step %d, want %d", test.name, got.Resumed, test.from)
		}
		sameRun(t, test.name, got, want, dir, wantDir)
		if left, _ := filepath.Glob(filepath.Join(dir, "checkpoint", ".*")); len(left) > 0 {
			t.Errorf("%s: left behind: %v", test.name, left)
		}
	}
}

func TestCancelledRunEqualsUninterrupted(t *testing.T) {
	wantDir, dir := t.TempDir(), t.TempDir()
	c, o := resumable(wantDir)
	c.LogEvery = 3 // the sums of unlogged steps are part of the state
	want := mustRun(t, c, o)
	o.Dir, o.Resume = dir, "mambamixer run toy"
	for _, step := range []int{9, 12, 21} {
		ctx, cancel := context.WithCancel(context.Background())
		o.OnEntry = func(e Entry) {
			if e.Step == step {
				cancel()
			}
		}
		_, err := Run(ctx, open(t), toy(), c, o)
		var interrupted *Interrupted
		if !errors.As(err, &interrupted) || interrupted.Step != step {
			t.Fatalf("cancelled at step %d: error %v", step, err)
		}
		if text := err.Error(); !strings.Contains(text, fmt.Sprintf("after step %d of 30", step)) || !strings.HasSuffix(text, "it is resumed by mambamixer run toy") {
			t.Errorf("the message is %q", text)
		}
	}
	o.OnEntry = nil
	got := mustRun(t, c, o)
	if got.Resumed != 21 {
		t.Errorf("resumed at step %d, want 21", got.Resumed)
	}
	sameRun(t, "cancelled", got, want, dir, wantDir)
}

// An evaluation that is broken off is done again after the resumption, before the next step.
func TestCancelledInEvaluation(t *testing.T) {
	wantDir, dir := t.TempDir(), t.TempDir()
	c, o := resumable(wantDir)
	want := mustRun(t, c, o)
	o.Dir = dir
	ctx, cancel := context.WithCancel(context.Background())
	r := startRun(t, c, o)
	for r.state.Step < 8 {
		if r.state.Pending {
			if err := r.follow(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.step(); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	var interrupted *Interrupted
	if err := r.loop(ctx); !errors.As(err, &interrupted) || !r.state.Pending {
		t.Fatalf("error %v, pending %v", err, r.state.Pending)
	}
	r.close()
	sameRun(t, "cancelled in evaluation", mustRun(t, c, o), want, dir, wantDir)
}

// startRun gives a run of the toy before its first step.
func startRun(t *testing.T, c Config, o RunOptions) *run {
	t.Helper()
	trainer, err := newTrainer(open(t), toy(), c, o.Seed, 1)
	if err != nil {
		t.Fatal(err)
	}
	r := &run{trainer: trainer, options: o}
	if err := r.open(); err != nil {
		t.Fatal(err)
	}
	return r
}
