package run

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"mambamixer/notebooks/ipynb"
	"mambamixer/notebooks/jupyter"
)

// fake is a kernel in this process.
type fake struct {
	cancel context.CancelFunc
	done   chan struct{}
	once   sync.Once // closes done
	err    error
}

func (f *fake) Done() <-chan struct{} { return f.done }
func (f *fake) Err() error            { return f.err }
func (f *fake) Kill()                 { f.cancel() }
func (f *fake) end()                  { f.once.Do(func() { close(f.done) }) }

// Pictures of one pixel: red, the same red in another colour model, black.
const (
	red   = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
	red2  = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
	black = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
)

// options start a fake kernel whose cells are one of the words below, and count the kernels that run.
func options(t *testing.T) Options {
	return Options{Limit: 10 * time.Second, Start: func(dir, file string) (Kernel, error) {
		connection, err := jupyter.ReadConnection(file)
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithCancel(t.Context())
		f := &fake{cancel: cancel, done: make(chan struct{})}
		go func() {
			defer f.end()
			jupyter.Serve(ctx, connection, func(cell context.Context, code string, out *jupyter.Output) error {
				return f.cell(ctx, cell, code, out)
			})
		}()
		return f, nil
	}}
}

func (f *fake) cell(kernel, cell context.Context, code string, out *jupyter.Output) error {
	switch code {
	case "print":
		out.Print("stdout", "a\n")
		out.Print("stderr", "remark\n")
		out.Print("stdout", "b\n")
	case "bar":
		for i := range 100 {
			out.Print("stderr", fmt.Sprintf("\r%d%%", i+1))
		}
		out.Print("stderr", "\r\nat /tmp/x/gonb_0123abcd/main.go:7\n")
	case "live curve":
		out.Display("c", map[string]any{"text/html": "first"})
		out.Update("c", map[string]any{"text/html": "last"})
	case "picture":
		out.Display("", map[string]any{"image/png": red})
	case "flood":
		for range 2000 {
			out.Print("stdout", strings.Repeat("x", 999)+"\n")
		}
	case "panic":
		out.Print("stderr", "panic: no such variate\n\ngoroutine 1 [running]:\nmain.main()\n")
		return errors.New("exit status 2")
	case "exit":
		out.Print("stderr", "first remark\nthe data set is not here; fetch it\nexit status 1\n")
		return errors.New("exit status 1")
	case "loop":
		<-cell.Done()
		return errors.New("signal: interrupt")
	case "save":
		<-cell.Done()
		out.Print("stdout", "saved\n")
	case "stubborn":
		out.Print("stdout", "no\n")
		<-kernel.Done()
	case "die":
		f.err = errors.New("out of memory")
		f.end()
		<-kernel.Done()
	}
	return nil
}

func cells(sources ...string) *ipynb.Notebook {
	list := []*ipynb.Cell{{Type: ipynb.Markdown, Source: "# Title"}}
	for _, source := range sources {
		list = append(list, &ipynb.Cell{Type: ipynb.Code, Source: source})
	}
	return ipynb.New(list...)
}

func tag(n *ipynb.Notebook, cell int, tag string) {
	n.Cells[cell].Metadata = map[string]any{"tags": []any{tag}}
}

func TestOutputs(t *testing.T) {
	n := cells("print", "bar", "live curve", "picture", "", "panic", "kept", "print")
	tag(n, 6, MayFail)
	tag(n, 7, Skipped)
	n.Cells[7].Outputs = []ipynb.Output{{Type: "stream", Name: "stdout", Text: "slider"}}
	if err := Notebook(t.Context(), n, t.TempDir(), options(t)); err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, cell := range n.Cells[1:] {
		got += fmt.Sprintf("%d:", cell.Count)
		for _, o := range cell.Outputs {
			got += fmt.Sprintf(" %s%s%q%v%v", o.Type, o.Name, o.Text, o.Data, o.Error.Value)
		}
		got += "\n"
	}
	want := `1: streamstdout"a\nb\n"map[] streamstderr"remark\n"map[]
2: streamstderr"100%\nat gonb/main.go:7\n"map[]
3: display_data""map[text/html:last]
4: display_data""map[image/png:` + red + `]
0:
5: streamstderr"panic: no such variate\n\ngoroutine 1 [running]:\nmain.main()\n"map[] error""map[]exit status 2
0: streamstdout"slider"map[]
6: streamstdout"a\nb\n"map[] streamstderr"remark\n"map[]
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestFlood(t *testing.T) {
	n := cells("flood", "print")
	o := options(t)
	o.Keep = 10 << 10
	if err := Notebook(t.Context(), n, t.TempDir(), o); err != nil {
		t.Fatal(err)
	}
	outputs := n.Cells[1].Outputs
	if len(outputs) != 2 || len(outputs[0].Text) != 10000 || !strings.Contains(outputs[1].Text, "at most 10 KiB are kept") {
		t.Errorf("%d outputs, the first of %d bytes: %.200v", len(outputs), len(outputs[0].Text), outputs)
	}
}

func TestFailures(t *testing.T) {
	for _, test := range []struct {
		cell   string
		wanted string
	}{
		{"panic", "cell 3 (id 6a1d4a6c): panic: no such variate (exit status 2)"},
		{"exit", "the data set is not here; fetch it (exit status 1)"},
		{"loop", "longer than the limit of 300ms and was interrupted; -limit sets another"},
		{"save", "longer than the limit of 300ms and was interrupted; -limit sets another"},
		{"stubborn", "as that did not end it, its kernel was killed"},
		{"die", "the kernel ended while the cell ran: out of memory"},
	} {
		n := cells("print", test.cell, "print")
		n.Cells[2].ID = "6a1d4a6c"
		o := options(t)
		o.Limit, o.Grace = 300*time.Millisecond, 300*time.Millisecond
		err := Notebook(t.Context(), n, t.TempDir(), o)
		var failed *CellError
		if !errors.As(err, &failed) || failed.Number != 3 || !strings.Contains(err.Error(), test.wanted) {
			t.Errorf("%s: %v", test.cell, err)
			continue
		}
		last := n.Cells[2].Outputs[len(n.Cells[2].Outputs)-1]
		if last.Type != "error" {
			t.Errorf("%s: the cell ends with %+v", test.cell, last)
		}
		if n.Cells[1].Outputs == nil || n.Cells[3].Outputs != nil {
			t.Errorf("%s: the cells around it have wrong outputs", test.cell)
		}
	}
}

func TestInterrupts(t *testing.T) {
	for _, test := range []struct {
		cell   string
		twice  bool
		wanted string
	}{
		{"save", false, "it was interrupted"},
		{"stubborn", true, "interrupted twice"},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		o := options(t)
		force := make(chan struct{})
		o.Force = force
		time.AfterFunc(300*time.Millisecond, cancel)
		if test.twice {
			time.AfterFunc(500*time.Millisecond, func() { close(force) })
		}
		n := cells(test.cell, "print")
		begin := time.Now()
		err := Notebook(ctx, n, t.TempDir(), o)
		if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), test.wanted) || strings.Contains(err.Error(), "context") {
			t.Errorf("%s: %v", test.cell, err)
		}
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("%s: ended after %v", test.cell, took)
		}
		if len(n.Cells[1].Outputs) != 2 || n.Cells[2].Outputs != nil {
			t.Errorf("%s: outputs %+v", test.cell, n.Cells[1].Outputs)
		}
	}
}

func TestKernelThatDoesNotStart(t *testing.T) {
	o := options(t)
	o.Start = func(string, string) (Kernel, error) {
		f := &fake{cancel: func() {}, done: make(chan struct{}), err: errors.New("no Go")}
		close(f.done)
		return f, nil
	}
	n := cells("print")
	n.Cells[1].Outputs = []ipynb.Output{{Type: "stream", Name: "stdout", Text: "before"}}
	if err := Notebook(t.Context(), n, t.TempDir(), o); err == nil || !strings.Contains(err.Error(), "did not start: no Go") {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Notebook(ctx, n, t.TempDir(), options(t)); !errors.Is(err, context.Canceled) || err.Error() != "it was interrupted before a cell ran" {
		t.Errorf("%v", err)
	}
	if n.Cells[1].Outputs == nil {
		t.Error("outputs are lost although nothing ran")
	}
}

func TestSameTwice(t *testing.T) {
	var files [2]string
	for i := range files {
		n := cells("print", "bar", "live curve", "picture", "flood")
		if err := Notebook(t.Context(), n, t.TempDir(), options(t)); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "n.ipynb")
		if err := n.Write(path); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[i] = string(content)
	}
	if files[0] != files[1] {
		t.Error("two runs gave two files")
	}
}
