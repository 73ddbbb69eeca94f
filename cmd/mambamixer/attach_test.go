package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"mambamixer/experiments"
	"mambamixer/experiments/process"
	"mambamixer/experiments/result"
	"mambamixer/experiments/sweep"
	"mambamixer/experiments/train"
)

// asFollower, set in the environment to the name of a file, makes the test binary a program that has a long run on that
// file done in ./runs and follows it.
const asFollower = "MAMBAMIXER_TEST_AS_FOLLOWER"

func follower(file string) {
	task, err := longTask(file, "runs")
	if err == nil {
		_, err = process.Command{File: os.Args[0], Out: "runs"}.Attach(context.Background(), task, "this", func(process.State) {})
	}
	os.Exit(exitCode(err))
}

// longTask is longRun as a task.
func longTask(file, out string, more ...string) (sweep.Task, error) {
	args := longRun(file)
	var changes []string
	for i := 2; i < len(args); i += 2 {
		changes = append(changes, args[i+1])
	}
	variant, err := resolve(args[1], append(changes, more...))
	if err != nil {
		return sweep.Task{}, err
	}
	return sweep.NewTask(variant, experiments.CPU, 0, out, nil)
}

// attaching is a command whose runs lie in a folder of the test's own, and a task for it.
func attaching(t *testing.T, file string, more ...string) (process.Command, sweep.Task) {
	t.Helper()
	t.Setenv(asCommand, "1")
	c := process.Command{File: os.Args[0], Out: filepath.Join(t.TempDir(), "runs")}
	task, err := longTask(file, c.Out, more...)
	if err != nil {
		t.Fatal(err)
	}
	return c, task
}

// waitFor looks until something holds.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("after a minute, still not: %s", what)
		}
	}
}

func checkpoints(dir string) int {
	files, _ := filepath.Glob(filepath.Join(dir, "checkpoint", "step-*.safetensors"))
	return len(files)
}

// TestAttach lets a run outlive the killed program that started it, kills the run too, goes on with it, stops it in order,
// and holds the end against a run left alone. Two programs follow the end.
func TestAttach(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a model twice")
	}
	file := write(t, "series.csv", []byte(series(400)))
	alone := invocation{dir: t.TempDir()}
	if _, stderr, code := alone.run(t, longRun(file)...); code != 0 {
		t.Fatal(stderr)
	}
	wantRecord, want := finalState(t, alone.dir)

	c, task := attaching(t, file)
	dir := filepath.Dir(c.Out)
	starter := exec.Command(os.Args[0])
	starter.Dir, starter.Env = dir, append(os.Environ(), asFollower+"="+file)
	starter.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := starter.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "a checkpoint", func() bool { return checkpoints(task.Dir) > 0 })
	if err := syscall.Kill(-starter.Process.Pid, syscall.SIGKILL); err != nil { // as the end of a kernel does
		t.Fatal(err)
	}
	starter.Wait()
	state, err := process.Look(task.Dir)
	if err != nil || state.PID == 0 {
		t.Fatalf("the run ended with its starter: %+v, %v", state, err)
	}
	before := state.Step()
	waitFor(t, "progress without the starter", func() bool { state, _ = process.Look(task.Dir); return state.Step() > before })
	if err := syscall.Kill(state.PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the end of the run", func() bool { return train.Owner(task.Dir) == 0 })
	stderr := new(bytes.Buffer)
	here := invocation{dir: dir}
	here.fails(t, 1, []string{"nobody is at work", "goes on from its last checkpoint"}, "attach", task.Dir)

	ctx, cancel := context.WithCancel(t.Context())
	resumed := 0
	_, err = c.Attach(ctx, task, "this", func(s process.State) {
		if entries := len(s.Log); entries > 0 && s.PID != 0 && s.Step() > resumed {
			resumed = s.Step()
			cancel()
		}
	})
	var interrupted *train.Interrupted
	if !errors.As(err, &interrupted) || interrupted.Steps != 300 || !strings.Contains(err.Error(), "it is resumed by this") {
		t.Fatalf("a run that was stopped: %v", err)
	}

	var both sync.WaitGroup
	var records [2]*result.Record
	var failures [2]error
	for i := range records {
		both.Go(func() { records[i], failures[i] = c.Attach(t.Context(), task, "this", func(process.State) {}) })
	}
	waitFor(t, "the run at work again", func() bool { return train.Owner(task.Dir) != 0 })
	cmd := here.command(t, "attach", task.Dir)
	cmd.Stderr = stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // for the command to handle signals
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code == 130 && !strings.Contains(stderr.String(), "the run goes on, and this stops it") {
		t.Errorf("detached: %s", stderr)
	}
	both.Wait()
	if err := errors.Join(failures[:]...); err != nil || !reflect.DeepEqual(records[0].Last, records[1].Last) {
		t.Fatalf("two at once: %v", err)
	}
	record, got := finalState(t, dir)
	if !reflect.DeepEqual(record.Last, wantRecord.Last) || !bytes.Equal(got, want) {
		t.Errorf("stopped, killed and gone on with: %+v, left alone: %+v", record.Last, wantRecord.Last)
	}
	if stdout, messages, code := here.run(t, "attach", task.Dir); code != 0 || !strings.Contains(stdout, "TSM2") {
		t.Errorf("attached to a run that is done, exit code %d: %s%s", code, stdout, messages)
	}
}

// TestAttachStop stops a run from another terminal.
func TestAttachStop(t *testing.T) {
	file := write(t, "series.csv", []byte(series(400)))
	c, task := attaching(t, file)
	ended := make(chan error, 1)
	go func() {
		_, err := c.Attach(t.Context(), task, "this", func(process.State) {})
		ended <- err
	}()
	waitFor(t, "a checkpoint", func() bool { return checkpoints(task.Dir) > 0 })
	stdout, stderr, code := invocation{}.run(t, "attach", "-stop", task.Dir)
	if code != 0 || !strings.Contains(stdout, "interrupted after step") || !strings.Contains(stdout, "the state is saved") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
	var interrupted *train.Interrupted
	if err := <-ended; !errors.As(err, &interrupted) {
		t.Errorf("the one who started it is told %v", err)
	}
}

func TestAttachFailures(t *testing.T) {
	file := write(t, "series.csv", []byte(series(400)))
	c, task := attaching(t, file, "train.learning_rate=1e30", "train.clip_norm=0")
	_, err := c.Attach(t.Context(), task, "this", func(process.State) {})
	if err == nil || !strings.Contains(err.Error(), "try a lower learning_rate") || !strings.Contains(err.Error(), filepath.Join(task.Dir, process.OutputFile)) {
		t.Errorf("a run that fails: %v", err)
	}
	c.Out = filepath.Join(file, "runs")
	if task, err = longTask(file, c.Out); err != nil {
		t.Fatal(err)
	}
	if _, err = c.Attach(t.Context(), task, "this", func(process.State) {}); err == nil || !strings.Contains(err.Error(), "choose another output folder") {
		t.Errorf("a folder that can't be: %v", err)
	}
	for _, test := range []struct {
		code   int
		args   []string
		wanted string
	}{
		{2, []string{"attach"}, "attach needs one run"},
		{2, []string{"attach", "tsm2/synthetic/69"}, `did you mean "tsm2/synthetic/96"`},
		{1, []string{"attach", "tsm2/synthetic/96"}, "mambamixer run starts a run"},
	} {
		invocation{}.fails(t, test.code, []string{test.wanted}, test.args...)
	}
}
