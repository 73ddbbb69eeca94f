package process

import (
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"

	"mambamixer/experiments/sweep"
)

// Command is how runs are started: the program, and the flags that all have in common.
type Command struct {
	File    string // of the program mambamixer
	Out     string // folder of the runs
	Data    string // folder in which data is looked for first, may be empty
	Devices int    // that share each batch; 0 = 1
	Strict  bool   // a file of pictures that can't be used is an error
}

// Args gives the command line of a task.
func (c Command) Args(t sweep.Task) []string {
	args := []string{"run", t.Spec.Name, "-tier", string(t.Tier), "-seed", strconv.FormatUint(t.Seed, 10), "-out", c.Out,
		"-devices", strconv.Itoa(max(1, c.Devices))}
	if c.Data != "" {
		args = append(args, "-data", c.Data)
	}
	if c.Strict {
		args = append(args, "-strict")
	}
	for _, change := range t.Set {
		args = append(args, "-set", change)
	}
	return args
}

// Exit codes of the command that have a meaning of their own.
const (
	ExitLocked      = 75 // another process is at work on the run: sysexits' "temporary failure, try again"
	ExitInterrupted = 130
)

// ErrorPrefix begins the sentence that a failed command ends with.
const ErrorPrefix = "mambamixer: "

// Failure says why a run's process ended by itself with an error, given that error and what it printed.
func Failure(exit *exec.ExitError, printed string) error {
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return fmt.Errorf("its process was ended by the signal %q; if memory ran out, let fewer programs run at a time", status.Signal())
	}
	if i := strings.LastIndex(printed, ErrorPrefix); i >= 0 {
		sentence, _, _ := strings.Cut(printed[i+len(ErrorPrefix):], "\n")
		return errors.New(strings.TrimSpace(sentence))
	}
	return fmt.Errorf("its process ended with code %d: %s", exit.ExitCode(), strings.TrimSpace(printed))
}
