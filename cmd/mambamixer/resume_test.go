package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"mambamixer/experiments/result"
)

// longRun trains a small TSM2 on a file of the test's own, long enough to be stopped on the way.
func longRun(file string) []string {
	args := []string{"run", "tsm2/synthetic/96", "-set", "data.set=" + file}
	for _, set := range []string{"data.history=48", "data.horizon=24", "model.layers=1", "train.batch_size=8", "train.steps=300",
		"train.eval_every=100", "train.checkpoint_every=20", "train.log_every=10"} {
		args = append(args, "-set", set)
	}
	return args
}

// stopAfter starts the command, sends it a signal once it has checkpointed that often, and waits for its end.
func stopAfter(t *testing.T, cmd *exec.Cmd, checkpoints int, signal syscall.Signal) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	seen := map[string]bool{}
	for len(seen) < checkpoints {
		select {
		case err := <-ended:
			t.Fatalf("the command ended by itself after %d checkpoints: %v", len(seen), err)
		case <-time.After(2 * time.Millisecond):
		}
		files, _ := filepath.Glob(filepath.Join(cmd.Dir, "runs", "*", "*", "*", "*", "seed-0", "checkpoint", "step-*.safetensors"))
		for _, file := range files {
			seen[file] = true
		}
	}
	if err := cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	<-ended
}

// finalState is what a finished run leaves: its test scores, and the bits of all variables of its last checkpoint.
func finalState(t *testing.T, dir string) (*result.Record, []byte) {
	t.Helper()
	folder := runFolder(t, dir)
	record, err := result.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(filepath.Join(folder, "checkpoint", "step-00000300.safetensors"))
	if err != nil {
		t.Fatal(err)
	}
	header := binary.LittleEndian.Uint64(whole)
	return record, whole[8+header:]
}

// A run that is killed, at several moments, or interrupted, and started again by the same command, ends with the same
// bits as one that was left alone.
func TestKillAndResume(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a model several times")
	}
	file := write(t, "good.csv", []byte(series(600)))
	alone := invocation{dir: t.TempDir()}
	if _, stderr, code := alone.run(t, longRun(file)...); code != 0 {
		t.Fatal(stderr)
	}
	wantRecord, wantBits := finalState(t, alone.dir)

	stopped := invocation{dir: t.TempDir()}
	stopAfter(t, stopped.command(t, longRun(file)...), 1, syscall.SIGKILL)
	stopAfter(t, stopped.command(t, longRun(file)...), 3, syscall.SIGKILL)
	var stderr bytes.Buffer
	gentle := stopped.command(t, longRun(file)...)
	gentle.Stderr = &stderr
	stopAfter(t, gentle, 4, syscall.SIGINT)
	if code := gentle.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit code %d after SIGINT, want 130", code)
	}
	if message := stderr.String(); !strings.Contains(message, "interrupted") || !strings.Contains(message, "run tsm2/synthetic/96") {
		t.Errorf("the message of an interruption has no command that resumes:\n%s", message)
	}
	if _, stderr, code := stopped.run(t, longRun(file)...); code != 0 || !strings.Contains(stderr, "going on after step") {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	gotRecord, gotBits := finalState(t, stopped.dir)
	if !bytes.Equal(gotBits, wantBits) {
		t.Error("the variables of the resumed run differ from those of the uninterrupted one")
	}
	if !reflect.DeepEqual(gotRecord.Last, wantRecord.Last) || !reflect.DeepEqual(gotRecord.Best, wantRecord.Best) || gotRecord.BestStep != wantRecord.BestStep {
		t.Errorf("resumed: %+v %+v, uninterrupted: %+v %+v", gotRecord.Last, gotRecord.Best, wantRecord.Last, wantRecord.Best)
	}
	stdout, again, code := stopped.run(t, longRun(file)...)
	if code != 0 || !strings.Contains(again, "done before") || !strings.Contains(stdout, result.Error(wantRecord.Last.MSE)) {
		t.Errorf("the same command after the end: exit code %d\n%s%s", code, again, stdout)
	}
}
