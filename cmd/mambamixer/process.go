package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"mambamixer/experiments/process"
	"mambamixer/experiments/sweep"
	"mambamixer/experiments/train"
	"mambamixer/internal/child"
)

// processes does each task of a sweep by `mambamixer run` in a process of its own.
type processes struct {
	process.Command
	cores chan cores // one share for each job
}

func newProcesses(jobs int, c process.Command) *processes {
	p := &processes{Command: c, cores: make(chan cores, jobs)}
	for _, share := range shareCores(jobs) {
		p.cores <- share
	}
	return p
}

// do runs a task and waits for its end. When ctx is cancelled the process is told to stop, and saves its state.
func (p *processes) do(ctx context.Context, t sweep.Task) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, self, p.Args(t)...)
	cmd.Stderr = &stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	// The terminal's signals stay away from a child, which its parent stops in order.
	cmd.SysProcAttr = child.Attributes()
	cmd.SysProcAttr.Setpgid = true

	share := <-p.cores
	defer func() { p.cores <- share }()
	// The child ends with the thread that started it, and inherits its cores.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer share.claim()()
	err = explainExit(cmd.Run(), t, stderr.String())
	if err == nil && strings.Contains(stderr.String(), doneBefore) {
		return sweep.ErrDoneBefore
	}
	return err
}

// explainExit turns the end of a `mambamixer run` into what a sweep expects.
func explainExit(err error, t sweep.Task, stderr string) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	switch exit.ExitCode() {
	case process.ExitLocked:
		return &train.Locked{Dir: t.Dir}
	case process.ExitInterrupted:
		return context.Canceled
	}
	return process.Failure(exit, stderr)
}
