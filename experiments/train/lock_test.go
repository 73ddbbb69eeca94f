package train

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestLockNamesTheOwnerAndDiesWithIt(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir, holdLock+"=1")
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(stdout).ReadString('\n'); line != "locked <nil>\n" {
		t.Fatalf("the child says %q", line)
	}
	_, err = Run(context.Background(), open(t), toy(), quick(), RunOptions{Dir: dir})
	var locked *Locked
	if !errors.As(err, &locked) || locked.PID != cmd.Process.Pid {
		t.Fatalf("error %v, want the lock of process %d", err, cmd.Process.Pid)
	}
	if !strings.Contains(err.Error(), "is already at work in "+dir) {
		t.Errorf("the message is %q", err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	lock, err := Acquire(dir)
	if err != nil {
		t.Fatalf("the lock of a dead process holds: %v", err)
	}
	// The caller of Run may hold the lock.
	c := quick()
	c.Steps = 5
	mustRun(t, c, RunOptions{Dir: dir, Lock: lock})
	if err := lock.Release(); err != nil {
		t.Error(err)
	}
}
