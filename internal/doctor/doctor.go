// Package doctor looks at a machine as a run would meet it and says what works, what is missing and what to do
// about it. The command `mambamixer doctor` prints its report.
//
// Each line carries a mark: "ok"; "warn" for a lack that one can work with, such as no XLA or a data set that is not
// there; "FAIL" for what would stop a run.
package doctor

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/go-xla/installer"
	"github.com/gomlx/go-xla/pjrt"

	"mambamixer/datasets/ltsf"
	"mambamixer/experiments/result"
	"mambamixer/internal/backend"
	"mambamixer/notebooks/kernel"
	"mambamixer/ssm/fused"
	scan "mambamixer/ssm/fused/kernel"
)

// Report writes what works on this machine to w: the compute backend, tried with a small graph, the machine, what runs
// notebooks, and which data sets lie in the folders dirs. It returns an error when something is broken or when w cannot be written;
// what is merely missing is not an error.
func Report(dirs []string, w io.Writer) error {
	r := &report{w: w}
	r.backend(backend.Open())
	r.notebooks(kernel.Find(".", kernel.Where{}))
	r.data(dirs, ltsf.List(dirs))
	return r.close()
}

// report collects the lines of a report.
type report struct {
	w        io.Writer
	err      error // the first write that failed
	warnings int
	failures int
}

func (r *report) printf(format string, args ...any) {
	if _, err := fmt.Fprintf(r.w, format, args...); r.err == nil {
		r.err = err
	}
}

func (r *report) line(mark, subject, format string, args ...any) {
	r.printf("%-5s %-12s %s\n", mark, subject, fmt.Sprintf(format, args...))
}

func (r *report) ok(subject, format string, args ...any) { r.line("ok", subject, format, args...) }

func (r *report) warn(subject, format string, args ...any) {
	r.warnings++
	r.line("warn", subject, format, args...)
}

func (r *report) fail(subject, format string, args ...any) {
	r.failures++
	r.line("FAIL", subject, format, args...)
}

// backend reports on the compute backend and the machine, given what backend.Open returned.
func (r *report) backend(b compute.Backend, err error) {
	for _, name := range []string{compute.ConfigEnvVar, pjrt.PJRTPluginPathsEnv} {
		if value, set := os.LookupEnv(name); set {
			r.ok("environment", "%s=%s", name, value)
		}
	}
	description := "no backend"
	if err != nil {
		r.fail("backend", "%v", err)
	} else {
		info := backend.Describe(b)
		description = info.Description
		r.tried(b, info)
		if info.XLA {
			r.ok("plugin", "%s (PJRT API %s)", info.PluginPath, info.PluginVersion)
		}
		r.ok("devices", "%d: %s", len(info.Devices), strings.Join(info.Devices, ", "))
		r.scan(b)
		if installer.HasNvidiaGPU() && !pjrt.IsCUDAName(info.Plugin) {
			r.warn("GPU", "there is an NVIDIA GPU and this backend does not use it: install XLA's CUDA plugin "+
				"(cmd/pjrt_installer of github.com/gomlx/go-xla does) or set %s=xla:cuda", compute.ConfigEnvVar)
		}
	}
	env := result.NewEnv(description)
	memory := "memory unknown"
	if env.Memory > 0 {
		memory = size(env.Memory) + " memory"
	}
	r.ok("machine", "%d cores, %s, %s, %s, %s", env.Cores, memory, env.OS, env.Go, cmp.Or(env.CPU, "processor unknown"))
}

// tried reports on a backend that opened, by running a graph on it.
func (r *report) tried(b compute.Backend, info backend.Info) {
	switch err := backend.Check(b); {
	case err != nil:
		r.fail("backend", "%v. Run `make setup` for a working XLA, or set %s=go to do without", err, compute.ConfigEnvVar)
	case !info.XLA:
		r.warn("backend", "%s: a test graph runs, but it is slow and lacks some operations. Run `make setup` for XLA, "+
			"and unset %s if it is set", info.Description, compute.ConfigEnvVar)
	default:
		r.ok("backend", "%s:%s: a test graph runs", info.Name, info.Plugin)
	}
}

// scan reports how the selective scan is computed on a backend when nothing else is asked for.
func (r *report) scan(b compute.Backend) {
	if err := fused.Available(b); err != nil {
		r.ok("scan", "by graph operations; the kernels in C can't be called: %v", err)
		return
	}
	isa, _ := scan.ISA() // there is one, or the kernels weren't available
	r.ok("scan", "by kernels in C: %s, %d threads", isa, scan.Threads())
}

// notebooks reports on what runs cells, given what kernel.Find returned.
func (r *report) notebooks(setup *kernel.Setup, err error) {
	switch {
	case err != nil:
		r.warn("notebooks", "%v", err)
	case setup.Gopls == "":
		r.ok("notebooks", "GoNB %s runs cells; names are not completed, for there is no gopls (`make lab` brings it)", kernel.GoNB)
	default:
		r.ok("notebooks", "GoNB %s runs cells, gopls completes names", kernel.GoNB)
	}
}

// data reports on the folders and on the data sets found in them.
func (r *report) data(dirs []string, sets []ltsf.Status) {
	r.printf("\nData is looked for in the folder of -data, those of $%s, and the user's data folder; now:\n", ltsf.EnvData)
	for _, dir := range dirs {
		note := ""
		if info, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
			note = " (not there yet)"
		} else if err != nil {
			note = fmt.Sprintf(" (%v)", err)
		} else if !info.IsDir() {
			note = " (not a folder)"
		}
		r.printf("      %s%s\n", dir, note)
	}
	for _, set := range sets {
		var missing *ltsf.MissingError
		switch {
		case errors.As(set.Err, &missing):
			r.warn(set.Info.Name, "not here; fetch it (%s): mambamixer data get %s", size(set.Info.Bytes), set.Info.Name)
		case set.Err != nil:
			r.fail(set.Info.Name, "%v", set.Err)
		default:
			r.ok(set.Info.Name, "%s, %s, checksum %s", set.Path, size(set.Bytes), set.Checksum)
		}
	}
}

// close writes the verdict and returns it as an error.
func (r *report) close() error {
	verdict := "Everything needed works."
	if r.failures > 0 {
		verdict = fmt.Sprintf("%d of the checks failed: see FAIL above.", r.failures)
	} else if r.warnings > 0 {
		verdict = "Everything needed works; each warning says what could be better."
	}
	r.printf("\n%s\n", verdict)
	if r.err != nil {
		return fmt.Errorf("the report could not be written: %w", r.err)
	}
	if r.failures > 0 {
		return fmt.Errorf("%d of the doctor's checks failed", r.failures)
	}
	return nil
}

// size writes a number of bytes for people.
func size(bytes int64) string {
	switch {
	case bytes <= 0:
		return "size unknown"
	case bytes >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
	case bytes >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20))
	}
	return fmt.Sprintf("%.1f KiB", float64(bytes)/(1<<10))
}
