package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"mambamixer/experiments/sweep"
	"mambamixer/experiments/train"
	"mambamixer/internal/child"
)

// processes does each task of a sweep by `mambamixer run` in a process of its own.
type processes struct {
	out, data string
	devices   int        // of each run
	cores     chan cores // one share for each job
}

func newProcesses(jobs, devices int, out, data string) *processes {
	p := &processes{out: out, data: data, devices: devices, cores: make(chan cores, jobs)}
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
	args := []string{"run", t.Spec.Name, "-tier", string(t.Tier), "-seed", strconv.FormatUint(t.Seed, 10), "-out", p.out,
		"-devices", strconv.Itoa(p.devices)}
	if p.data != "" {
		args = append(args, "-data", p.data)
	}
	for _, change := range t.Set {
		args = append(args, "-set", change)
	}
	var stderr bytes.Buffer
	cmd := exec.CommandContext(ctx, self, args...)
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
	case exitLocked:
		return &train.Locked{Dir: t.Dir}
	case exitInterrupted:
		return context.Canceled
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return fmt.Errorf("its process was ended by the signal %q; if memory ran out, use fewer -jobs", status.Signal())
	}
	if i := strings.LastIndex(stderr, errorPrefix); i >= 0 {
		return errors.New(strings.TrimSpace(stderr[i+len(errorPrefix):]))
	}
	return fmt.Errorf("its process ended with code %d: %s", exit.ExitCode(), strings.TrimSpace(stderr))
}
