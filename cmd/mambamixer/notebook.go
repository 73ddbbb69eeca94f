package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
	"mambamixer/internal/nearest"
	"mambamixer/notebooks/fromspec"
	"mambamixer/notebooks/ipynb"
	"mambamixer/notebooks/kernel"
	"mambamixer/notebooks/run"
)

func runNotebook(ctx context.Context, c *command, args []string) error {
	f := newFlags(c)
	limit := f.Duration("limit", 10*time.Minute, "with run and check: the longest `time` that a cell may take")
	out := f.String("o", "", "with run and new: `file` to write, in place of the notebook itself or of one named after the spec")
	tier := f.tierFlag()
	words, err := f.parse(args)
	if err != nil {
		return err
	}
	verbs := []string{"run", "check", "clear", "new"}
	switch {
	case len(words) == 0:
		return &usageError{"notebook needs one of run, check, clear, new"}
	case len(words) == 1 && words[0] == "new":
		return &usageError{"notebook new needs the name of a spec; `mambamixer list` shows all"}
	case len(words) == 1:
		return &usageError{fmt.Sprintf("notebook %s needs notebooks, such as notebooks/*.ipynb", words[0])}
	case *out != "" && len(words) > 2:
		return &usageError{"-o is one file, so there can be one notebook only"}
	case *limit <= 0:
		return &usageError{fmt.Sprintf("-limit is %v; it must be longer than nothing", *limit)}
	}
	files := words[1:]
	h := &headless{limit: *limit, force: twice()}
	switch words[0] {
	case "run":
		return each(ctx, files, "failed", func(path string) error { return h.run(ctx, path, *out) })
	case "check":
		return each(ctx, files, "not in order", func(path string) error { return h.check(ctx, path) })
	case "clear":
		return each(ctx, files, "not cleared", clearNotebook)
	case "new":
		return newNotebook(files[0], experiments.Tier(*tier), *out)
	}
	return &usageError{fmt.Sprintf("notebook can't %q%s", words[0], nearest.Hint(words[0], verbs))}
}

// each does something with every file, past failures but not past an interrupt.
func each(ctx context.Context, files []string, what string, do func(path string) error) error {
	var failures []error
	for _, path := range files {
		err := do(path)
		if err != nil && (len(files) == 1 || ctx.Err() != nil) {
			return err
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			failures = append(failures, err)
		}
	}
	if len(failures) > 0 {
		return fmt.Errorf("%d of %d notebooks %s; the first: %w", len(failures), len(files), what, failures[0])
	}
	return nil
}

// twice is closed when the user interrupts for the second time.
func twice() <-chan struct{} {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	force := make(chan struct{})
	go func() {
		<-signals
		fmt.Fprintln(os.Stderr, "The running cell is asked to stop; once more ends it at once.")
		<-signals
		close(force)
	}()
	return force
}

// headless runs notebooks without a browser.
type headless struct {
	limit time.Duration
	force <-chan struct{}
}

// execute runs the notebook from path and returns it with its new outputs, also after the failure of a cell.
func (h *headless) execute(ctx context.Context, path string) (*ipynb.Notebook, error) {
	notebook, err := ipynb.Read(path)
	if err != nil {
		return nil, err
	}
	dir := filepath.Dir(path)
	setup, err := kernel.Find(dir, kernel.Where{})
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	err = run.Notebook(ctx, notebook, dir, run.Options{Limit: h.limit, Force: h.force, Start: func(dir, file string) (run.Kernel, error) {
		return setup.Start(dir, file, true)
	}})
	if err != nil {
		return notebook, fmt.Errorf("%s, %w", path, err)
	}
	fmt.Fprintf(os.Stderr, "%s: %d cells in %.1f s\n", path, len(notebook.Cells), time.Since(begin).Seconds())
	return notebook, nil
}

func (h *headless) run(ctx context.Context, path, out string) error {
	if out == "" {
		out = path
	}
	if err := writable(out); err != nil {
		return err
	}
	notebook, err := h.execute(ctx, path)
	var failed *run.CellError
	if err != nil && !errors.As(err, &failed) {
		return err // no cell ran
	}
	return errors.Join(err, notebook.Write(out))
}

// writable finds out before a long run whether its result can be kept.
func writable(path string) error {
	probe, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return result.Explain("write", path, err)
	}
	probe.Close()
	return os.Remove(probe.Name())
}

func (h *headless) check(ctx context.Context, path string) error {
	committed, err := ipynb.Read(path)
	if err != nil {
		return err
	}
	fresh, err := h.execute(ctx, path)
	if err != nil {
		return err
	}
	differences := run.Compare(committed, fresh)
	for _, difference := range differences {
		fmt.Printf("%s, %s\n", path, difference)
	}
	if len(differences) > 0 {
		return fmt.Errorf("%s: %d cells have other outputs than the file; if the new ones are right, `mambamixer notebook run %s` writes them", path, len(differences), path)
	}
	return nil
}

func clearNotebook(path string) error {
	notebook, err := ipynb.Read(path)
	if err != nil {
		return err
	}
	notebook.Clear()
	return notebook.Write(path)
}

func newNotebook(name string, tier experiments.Tier, out string) error {
	if err := tier.Check(); err != nil {
		return &usageError{err.Error()}
	}
	spec, err := experiments.Find(name)
	if err != nil {
		return &usageError{err.Error()}
	}
	if out == "" {
		out = fromspec.FileName(spec)
	}
	if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already and stays as it is; give another name by -o", out)
	}
	if err := fromspec.New(spec, tier).Write(out); err != nil {
		return err
	}
	fmt.Printf("%s runs %s at the tier %s; open it in JupyterLab (make lab) or run it: mambamixer notebook run %s\n", out, spec.Name, tier, out)
	return nil
}
