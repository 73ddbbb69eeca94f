package kernel

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"

	"mambamixer/internal/child"
)

// Process is a running GoNB.
type Process struct {
	cmd    *exec.Cmd
	group  bool // whether it leads a group of processes
	stderr head
	done   chan struct{}
	err    error
}

// Start starts GoNB for a notebook in folder dir. A headless one shows errors as text, has no gopls, and together with
// its cells is a group of processes that the terminal's signals don't reach. Its temporary files go when it ends.
func (s *Setup) Start(dir, connectionFile string, headless bool) (*Process, error) {
	scratch, err := newScratch()
	if err != nil {
		return nil, err
	}
	bin, err := scratch.link(s.Tools, headless)
	if err != nil {
		scratch.remove()
		return nil, fmt.Errorf("the kernel's temporary folder can't be filled: %w", err)
	}
	p := &Process{group: headless, done: make(chan struct{})}
	// The log would fill the terminal of the server, or a folder; only what ends GoNB is shown.
	p.cmd = exec.Command(s.GoNB, "-kernel", connectionFile, "-go_work="+s.Root, fmt.Sprintf("-raw_error=%v", headless),
		"-logtostderr=false", "-log_file="+os.DevNull, "-stderrthreshold=FATAL")
	p.cmd.Dir = dir
	p.cmd.Env = s.environment(scratch.dir, bin, headless)
	p.cmd.Stderr = io.MultiWriter(os.Stderr, &p.stderr)
	if headless {
		p.cmd.Stderr = &p.stderr
	}
	p.cmd.SysProcAttr = child.Attributes()
	p.cmd.SysProcAttr.Setpgid = headless
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			p.err = p.cmd.Wait()
		}
		scratch.remove()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("GoNB can't be started: %w", err)
	}
	return p, nil
}

// Done is closed when the process has ended and its temporary files are gone.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err says, once the process has ended, why, if it did not end in order.
func (p *Process) Err() error {
	if p.err == nil {
		return nil
	}
	return fmt.Errorf("GoNB ended by itself (%w): %s", p.err, p.stderr.firstLine())
}

// Signal sends a signal to GoNB. An interrupt ends the running cell, a SIGTERM the kernel.
func (p *Process) Signal(signal os.Signal) { p.cmd.Process.Signal(signal) }

// Kill ends GoNB, and a headless one's cells, at once.
func (p *Process) Kill() {
	if p.group {
		syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	}
	p.cmd.Process.Kill()
}

// head keeps the beginning of what is written to it.
type head struct {
	mutex sync.Mutex
	text  []byte
}

func (h *head) Write(p []byte) (int, error) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.text = append(h.text, p[:min(len(p), 4096-len(h.text))]...)
	return len(p), nil
}

func (h *head) firstLine() string {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	line, _, _ := strings.Cut(strings.TrimSpace(string(h.text)), "\n")
	return cmp.Or(logPrefix.ReplaceAllString(line, ""), "it said nothing")
}

// logPrefix is what GoNB's log puts before a message: level, time, place in the source, and its name of the kernel.
var logPrefix = regexp.MustCompile(`^F\d{4} [^]]*\] (\S*\[[0-9a-f]{8}\]\S* )?`)
