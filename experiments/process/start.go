package process

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"mambamixer/experiments/result"
	"mambamixer/experiments/sweep"
)

// OutputFile is the file of a run's folder that has what its process printed, if that was started by this package.
const OutputFile = "output.log"

// started is a run's process that this one started.
type started struct {
	cmd    *exec.Cmd
	output string        // file
	begin  int64         // of what this process prints in it
	done   chan struct{} // closed at its end
	err    error
}

// start starts the process of a task, in a session of its own and without this one's input, output and temporary folder.
func (c Command) start(t sweep.Task) (*started, error) {
	if err := os.MkdirAll(t.Dir, 0o755); err != nil {
		return nil, result.Explain("make the folder", t.Dir, err)
	}
	p := &started{output: filepath.Join(t.Dir, OutputFile), done: make(chan struct{})}
	output, err := os.OpenFile(p.output, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return nil, result.Explain("write", p.output, err)
	}
	defer output.Close()
	if p.begin, err = output.Seek(0, io.SeekEnd); err != nil {
		return nil, result.Explain("write", p.output, err)
	}
	p.cmd = exec.Command(c.File, c.Args(t)...)
	p.cmd.Stdout, p.cmd.Stderr = output, output
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "TMPDIR=") { // a notebook's ends with its kernel
			p.cmd.Env = append(p.cmd.Env, setting)
		}
	}
	if err := p.cmd.Start(); err != nil {
		return nil, result.Explain("start", c.File, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// running says whether the process has not ended.
func (p *started) running() bool {
	if p == nil {
		return false
	}
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// printed is what the process wrote.
func (p *started) printed() string {
	text, err := os.ReadFile(p.output)
	if err != nil || int64(len(text)) < p.begin {
		return ""
	}
	return string(text[p.begin:])
}
