package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mambamixer/notebooks/ipynb"
	"mambamixer/notebooks/jupyter"
	"mambamixer/notebooks/kernel"
)

func TestNotebookUsage(t *testing.T) {
	for _, test := range []struct {
		args   []string
		wanted []string
	}{
		{[]string{"kernel"}, []string{"one of install, run, uninstall"}},
		{[]string{"kernel", "instal"}, []string{`kernel can't "instal"`, `did you mean "install"`}},
		{[]string{"kernel", "run"}, []string{"connection file", "mambamixer notebook run"}},
		{[]string{"kernel", "install", "here"}, []string{`takes no "here"`}},
		{[]string{"notebook"}, []string{"one of run, check, clear, new"}},
		{[]string{"notebook", "run"}, []string{"notebook run needs notebooks"}},
		{[]string{"notebook", "chekc", "a.ipynb"}, []string{`notebook can't "chekc"`, `did you mean "check"`}},
		{[]string{"notebook", "run", "a.ipynb", "b.ipynb", "-o", "c.ipynb"}, []string{"-o is one file"}},
		{[]string{"notebook", "run", "a.ipynb", "-limit", "0s"}, []string{"-limit is 0s"}},
		{[]string{"notebook", "new"}, []string{"needs the name of a spec"}},
		{[]string{"notebook", "new", "tsm2/ETTh1/69"}, []string{`did you mean "tsm2/ETTh1/96"`}},
	} {
		invocation{}.fails(t, 2, test.wanted, test.args...)
	}
	invocation{}.fails(t, 1, []string{"absent.ipynb", "no such file"}, "notebook", "clear", "absent.ipynb")
	invocation{}.fails(t, 1, []string{"no Jupyter connection file"}, "kernel", "run", write(t, "c.json", []byte("[]")))
}

// withGoNB is an invocation in which GoNB is found, for notebooks outside of the module; without GoNB the test is skipped.
func withGoNB(t *testing.T) invocation {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	bin := filepath.Join(root, "bin")
	if _, err := kernel.Find(".", kernel.Where{Path: []string{bin}}); err != nil {
		t.Skip(err)
	}
	return invocation{dir: t.TempDir(), env: []string{kernel.RootVariable + "=" + root, "PATH=" + bin + ":" + os.Getenv("PATH"), "TMPDIR=" + t.TempDir()}}
}

// notebook writes a notebook of code cells into the invocation's folder.
func (i invocation) notebook(t *testing.T, name string, cells ...string) (path string) {
	t.Helper()
	n := ipynb.New()
	for _, source := range cells {
		n.Cells = append(n.Cells, &ipynb.Cell{Type: ipynb.Code, Source: source})
	}
	path = filepath.Join(i.dir, name)
	if err := n.Write(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// shows returns what a cell printed, and its errors.
func shows(t *testing.T, path string, cell int) (text string) {
	t.Helper()
	n, err := ipynb.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, output := range n.Cells[cell].Outputs {
		text += output.Text + output.Error.Value
	}
	return text
}

// TestNotebookCycle runs a notebook twice, checks it, changes and clears it.
func TestNotebookCycle(t *testing.T) {
	i := withGoNB(t)
	path := i.notebook(t, "n.ipynb", "func twice(x int) int { return 2 * x }", "%%\nfmt.Println(twice(21))", "%%\nfmt.Println(time.Now().UnixNano())")
	var runs [2]string
	for k := range runs {
		if _, stderr, code := i.run(t, "notebook", "run", path); code != 0 || !strings.Contains(stderr, "3 cells in") {
			t.Fatalf("exit code %d: %s", code, stderr)
		}
		if got := shows(t, path, 1); got != "42\n" {
			t.Errorf("the cell shows %q", got)
		}
		// The last cell differs from run to run.
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		runs[k] = strings.ReplaceAll(string(content), strings.TrimSpace(shows(t, path, 2)), "TIME")
	}
	if runs[0] != runs[1] {
		t.Error("two runs gave two files")
	}
	stdout, stderr, code := i.run(t, "notebook", "check", path)
	if code != 1 || strings.Count(stdout, "\n") != 1 || !strings.Contains(stdout, "n.ipynb, cell 3") || !strings.Contains(stderr, "notebook run") {
		t.Errorf("check, exit code %d: %s%s", code, stdout, stderr)
	}
	n, err := ipynb.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	n.Cells[2].Metadata = map[string]any{"tags": []any{"live"}}
	if err := n.Write(path); err != nil {
		t.Fatal(err)
	}
	if stdout, stderr, code := i.run(t, "notebook", "check", path); code != 0 {
		t.Errorf("check of a live cell, exit code %d: %s%s", code, stdout, stderr)
	}
	if _, stderr, code := i.run(t, "notebook", "clear", path); code != 0 || shows(t, path, 1) != "" {
		t.Errorf("clear, exit code %d: %s", code, stderr)
	}
	i.empty(t)
}

// empty checks that nothing is left of kernels.
func (i invocation) empty(t *testing.T) {
	t.Helper()
	for _, setting := range i.env {
		if temp, found := strings.CutPrefix(setting, "TMPDIR="); found {
			if left, _ := filepath.Glob(filepath.Join(temp, "mambamixer-*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		}
	}
}

func TestNotebookFailures(t *testing.T) {
	i := withGoNB(t)
	for _, test := range []struct{ cell, message, shown string }{
		{"%%\nvar a []int\nfmt.Println(a[3])", "cell 1 (id", "panic: runtime error: index out of range [3]"},
		{"%%\nfor {\n}", "ran longer than the limit of 3s and was interrupted", "ran longer than the limit of 3s"},
		{"%%\nfmt.Println(absent)", "line 2: undefined: absent", "undefined: absent"},
		{"import \"example.org/absent\"\n%%\nabsent.F()", "example.org/absent", "cannot find module providing package example.org/absent"},
	} {
		path := i.notebook(t, "n.ipynb", test.cell, "%%\nfmt.Println(1)")
		i.fails(t, 1, []string{"n.ipynb", test.message}, "notebook", "run", "-limit", "3s", path)
		if got := shows(t, path, 0); !strings.Contains(got, test.shown) || shows(t, path, 1) != "" {
			t.Errorf("%s: the cell shows %s, the next one %q", test.cell, got, shows(t, path, 1))
		}
	}
	path := i.notebook(t, "n.ipynb", "%%\nfmt.Println(1)")
	i.fails(t, 1, []string{"cannot write /proc/n.ipynb"}, "notebook", "run", path, "-o", "/proc/n.ipynb")
	i.fails(t, 1, []string{"cannot make the folder /proc/absent/share/jupyter/kernels"}, "kernel", "install", "-prefix", "/proc/absent")
	i.empty(t)
}

// TestNotebookWithoutPlugin names a plugin that is not there.
func TestNotebookWithoutPlugin(t *testing.T) {
	i := withGoNB(t)
	i.env = append(i.env, "GOMLX_BACKEND=xla:/absent/plugin.so")
	path := i.notebook(t, "n.ipynb", "import \"mambamixer/notebooks/nb\"\n%%\nfmt.Println(nb.Backend().Name())")
	i.fails(t, 1, []string{"n.ipynb, cell 1", "/absent/plugin.so"}, "notebook", "run", path)
	if got := shows(t, path, 0); !strings.Contains(got, "GOMLX_BACKEND") || strings.Contains(got, "goroutine") {
		t.Errorf("the cell shows %q", got)
	}
}

// TestNotebookFlood has a cell print 20 MB.
func TestNotebookFlood(t *testing.T) {
	i := withGoNB(t)
	path := i.notebook(t, "n.ipynb", "%%\nfor range 20000 {\n\tfmt.Println(strings.Repeat(\"x\", 999))\n}", "%%\nfmt.Println(1)")
	if _, stderr, code := i.run(t, "notebook", "run", path); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if got := shows(t, path, 0); len(got) > 1<<20+200 || !strings.Contains(got, "at most 1024 KiB are kept") || shows(t, path, 1) != "1\n" {
		t.Errorf("%d bytes are kept, the last of them %q, and the next cell shows %q", len(got), got[max(0, len(got)-100):], shows(t, path, 1))
	}
}

func TestNotebookWithoutTools(t *testing.T) {
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	path := t.TempDir()
	i := invocation{dir: t.TempDir(), env: []string{"PATH=" + path, "GOBIN=", "GOPATH=", "HOME=" + t.TempDir(), kernel.RootVariable + "="}}
	notebook := i.notebook(t, "n.ipynb", "%%")
	i.fails(t, 1, []string{i.dir, "lies outside MambaMixer's source folder"}, "notebook", "run", notebook)
	i.env = append(i.env, kernel.RootVariable+"="+root)
	i.fails(t, 1, []string{"the command go was not found"}, "notebook", "run", notebook)
	if err := os.Symlink(tool, filepath.Join(path, "go")); err != nil {
		t.Fatal(err)
	}
	i.fails(t, 1, []string{"goimports was not found", "make setup-notebooks"}, "notebook", "run", notebook)
	i.dir = root
	i.fails(t, 1, []string{"goimports was not found"}, "kernel", "install", "-prefix", t.TempDir())
}

func TestNotebookInterrupted(t *testing.T) {
	i := withGoNB(t)
	for _, test := range []struct {
		cell    string
		signals int
		stderr  string
		shown   string
	}{
		{"signal.Notify(c, os.Interrupt)\n<-c\nfmt.Println(\"saved\")", 1, "it was interrupted", "saved\nit was interrupted"},
		{"signal.Ignore(os.Interrupt)\n_ = c\ntime.Sleep(time.Minute)", 2, "interrupted twice", "it was interrupted twice, so its kernel was killed"},
	} {
		path := i.notebook(t, "n.ipynb", "%%\nc := make(chan os.Signal, 1)\nos.WriteFile(\"ready\", nil, 0o644)\n"+test.cell)
		ready := filepath.Join(i.dir, "ready")
		cmd := i.command(t, "notebook", "run", path)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for range 600 {
			if _, err := os.Stat(ready); !errors.Is(err, fs.ErrNotExist) {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		for range test.signals {
			time.Sleep(500 * time.Millisecond) // for the cell to handle signals, and the user to lose patience
			cmd.Process.Signal(os.Interrupt)
		}
		begin := time.Now()
		cmd.Wait()
		if took := time.Since(begin); took > 4*time.Second {
			t.Errorf("%q: ended %v after the last interrupt", test.cell, took)
		}
		if code := cmd.ProcessState.ExitCode(); code != 130 || !strings.Contains(stderr.String(), test.stderr) {
			t.Errorf("%q: exit code %d, %s", test.cell, code, stderr.String())
		}
		if got := shows(t, path, 0); got != test.shown {
			t.Errorf("%q: the cell shows %q, want %q", test.cell, got, test.shown)
		}
		os.Remove(ready)
		i.empty(t)
	}
}

// kernel starts the kernel as Jupyter does, for a minute at most.
func (i invocation) kernel(t *testing.T, flags ...string) (context.Context, *exec.Cmd, *jupyter.Client) {
	t.Helper()
	connection, err := jupyter.NewConnection()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(i.dir, "connection.json")
	if err := connection.Write(file); err != nil {
		t.Fatal(err)
	}
	cmd := i.command(t, append(append([]string{"kernel", "run"}, flags...), file)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	client, err := jupyter.Dial(ctx, connection)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		cancel()
		cmd.Process.Kill()
	})
	return ctx, cmd, client
}

// TestKernelRun starts the kernel as Jupyter does, interrupts a cell by a signal, and ends it.
func TestKernelRun(t *testing.T) {
	i := withGoNB(t)
	ctx, cmd, client := i.kernel(t, "-env", "GREETING=hello")
	if _, err := client.Execute("%%\nfmt.Println(os.Getenv(\"GREETING\"))\nfor {\n}"); err != nil {
		t.Fatal(err)
	}
	// GoNB listens for interrupts a moment after the cell began, so a user may have to press twice.
	again := time.NewTicker(500 * time.Millisecond)
	defer again.Stop()
	seen := ""
	for !strings.Contains(seen, "signal: interrupt") {
		select {
		case message := <-client.Published():
			seen += string(message.Content)
		case <-again.C:
			if strings.Contains(seen, "hello") {
				cmd.Process.Signal(os.Interrupt)
			}
		case <-client.Replies():
		case <-ctx.Done():
			t.Fatalf("the cell was not interrupted: %s", seen)
		}
	}
	if err := client.Shutdown(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	i.empty(t)
}

func TestKernelInstall(t *testing.T) {
	i := withGoNB(t)
	prefix := t.TempDir()
	stdout, stderr, code := i.run(t, "kernel", "install", "-prefix", prefix)
	if code != 0 || !strings.Contains(stdout, filepath.Join(prefix, "share", "jupyter", "kernels", "mambamixer")) {
		t.Errorf("install, exit code %d: %s%s", code, stdout, stderr)
	}
	for _, want := range []string{"is gone", "not installed"} {
		if stdout, stderr, code := i.run(t, "kernel", "uninstall", "-prefix", prefix); code != 0 || !strings.Contains(stdout, want) {
			t.Errorf("uninstall, exit code %d: %s%s; want %q", code, stdout, stderr, want)
		}
	}
	if left, _ := os.ReadDir(prefix); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// TestNotebookNew writes and runs a notebook of a spec.
func TestNotebookNew(t *testing.T) {
	i := withGoNB(t)
	stdout, stderr, code := i.run(t, "notebook", "new", "nlinear/synthetic/96", "-tier", "smoke")
	path := filepath.Join(i.dir, "nlinear_synthetic_96.ipynb")
	if code != 0 || !strings.Contains(stdout, "nlinear_synthetic_96.ipynb") {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	i.fails(t, 1, []string{"is there already"}, "notebook", "new", "nlinear/synthetic/96")
	i.env = append(i.env, "MAMBAMIXER_RUNS="+t.TempDir())
	n, err := ipynb.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	// What the packages of this module import is there for cells too.
	n.Cells = append(n.Cells, &ipynb.Cell{Type: ipynb.Code, Source: "import \"gonum.org/v1/plot\"\n%%\nnb.Show(plot.New())"})
	if err := n.Write(path); err != nil {
		t.Fatal(err)
	}
	if _, stderr, code := i.run(t, "notebook", "run", path); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	if n, err = ipynb.Read(path); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, cell := range n.Cells {
		for _, output := range cell.Outputs {
			for kind := range output.Data {
				kinds[kind]++
			}
		}
	}
	if kinds["text/markdown"] != 1 || kinds["image/png"] != 3 {
		t.Errorf("the notebook shows %v", kinds)
	}
}
