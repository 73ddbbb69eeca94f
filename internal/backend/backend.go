// Package backend opens the GoMLX compute backend that the whole project runs on, and describes it.
//
// The order of choice is:
//
//  1. what $GOMLX_BACKEND names, such as "xla:cuda", "xla:cpu", "xla:/path/to/plugin.so" or "go";
//  2. else XLA, when a PJRT plugin is installed: CUDA if that plugin works here, else the CPU;
//  3. else GoMLX's pure-Go backend, with one line on standard error that says so.
//
// A PJRT plugin is the shared library that holds XLA for one kind of device. `make setup` installs the one for
// the CPU; a running program never downloads anything. Where plugins are looked for is go-xla's rule: the folders
// of $PJRT_PLUGIN_LIBRARY_PATH when set, else the user's library folder (~/.local/lib/go-xla on Linux),
// /usr/local/lib/go-xla and the system's library folders.
package backend

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend" // registers "go"
	"github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/pjrt"
)

// pureGo is the name under which GoMLX registers its pure-Go backend.
const pureGo = "go"

// Open returns the backend of this process, with one device where the plugin is the one for the CPU. The first call creates
// it, later calls return the same one.
//
// The error is a sentence that names what could not be used and what to do about it.
func Open() (compute.Backend, error) { return OpenDevices(1) }

// OpenDevices is Open for a backend with n devices at least. The plugin for the CPU makes as many as are asked for, which
// share its cores; of others there are as many as there are. Another n is another backend.
func OpenDevices(n int) (compute.Backend, error) {
	mutex.Lock()
	defer mutex.Unlock()
	if b, found := opened[n]; found {
		return b.backend, b.err
	}
	b, err := choose(os.Getenv(compute.ConfigEnvVar), n, os.Stderr)
	if err == nil && b.NumDevices() < n {
		b, err = nil, fmt.Errorf("%d devices are asked for, but the backend %s has %d; ask for fewer", n, Describe(b).label(), b.NumDevices())
	}
	opened[n] = outcome{b, err}
	return b, err
}

// opened holds what OpenDevices gave, by number of devices.
var (
	mutex  sync.Mutex
	opened = map[int]outcome{}
)

type outcome struct {
	backend compute.Backend
	err     error
}

// choose creates the backend that config names, or with an empty config the best one there is, with n devices if it is
// XLA's for the CPU. It tells on notes why it settled for less than XLA.
func choose(config string, n int, notes io.Writer) (compute.Backend, error) {
	xla.EnableAutoInstall(false)
	keepMemoryOnce()
	if config != "" {
		return named(config, n)
	}
	plugins, err := pluginNames()
	if err != nil {
		return nil, fmt.Errorf("the search for XLA plugins stopped at a broken one: %w. "+
			"Delete that file and run `make setup`, or set %s=%s to do without XLA (slow)", err, compute.ConfigEnvVar, pureGo)
	}
	var failures []error
	for _, plugin := range plugins {
		b, err := create(xla.BackendName+":"+plugin, n)
		if err == nil {
			for _, failure := range failures {
				fmt.Fprintf(notes, "%v; using %q instead.\n", failure, plugin)
			}
			return b, nil
		}
		failures = append(failures, fmt.Errorf("the XLA plugin %q cannot be used: %w", plugin, err))
	}
	if len(failures) > 0 {
		return nil, fmt.Errorf("%w. Run `make setup` to install a working plugin, or set %s=%s to do without XLA (slow)",
			errors.Join(failures...), compute.ConfigEnvVar, pureGo)
	}
	fmt.Fprintln(notes, "No XLA (PJRT) plugin found: running on the pure-Go backend, which is slow and lacks some operations; `make setup` installs XLA.")
	return create(pureGo, n)
}

// keepMemoryOnce sets what is set once for a process.
var keepMemoryOnce = sync.OnceFunc(keepMemory)

// named creates the backend that the user asked for by $GOMLX_BACKEND.
func named(config string, n int) (compute.Backend, error) {
	name, _, _ := strings.Cut(config, ":")
	if known := compute.List(); !slices.Contains(known, name) {
		slices.Sort(known)
		return nil, fmt.Errorf("%s=%q names no backend: %q is not one of %s. Use for example xla:cpu, xla:cuda, "+
			"xla:/path/to/plugin.so or go, or unset it to take the best one installed",
			compute.ConfigEnvVar, config, name, strings.Join(known, ", "))
	}
	b, err := create(config, n)
	if err != nil {
		return nil, fmt.Errorf("%s=%q cannot be used: %w. Unset it to take the best backend installed, or run `mambamixer doctor`",
			compute.ConfigEnvVar, config, err)
	}
	return b, nil
}

// create makes one backend and turns the library's panics and log lines into an error.
//
// A plugin for the CPU is asked for the number of devices. By default it makes four, each with a thread to feed it, and
// on a machine of fewer cores these threads take turns.
func create(config string, n int) (b compute.Backend, err error) {
	err = quietly(func() (err error) {
		if plugin, found := strings.CutPrefix(config, xla.BackendName+":"); found && isCPU(plugin) {
			b, err = xla.NewWithOptions(plugin, pjrt.NamedValuesMap{"cpu_device_count": int64(n)})
			return err
		}
		b, err = compute.NewWithConfig(config)
		return err
	})
	return b, err
}

// isCPU tells a CPU plugin as go-xla does: by its name.
func isCPU(plugin string) bool {
	name, _, _ := strings.Cut(plugin, ",")
	return strings.Contains(strings.ToLower(filepath.Base(name)), "cpu")
}

// pluginNames lists the PJRT plugins that load on this machine in order of preference: CUDA, CPU, then any other.
// Plugins for CUDA are left out by go-xla where there is no NVIDIA GPU.
func pluginNames() (names []string, err error) {
	err = quietly(func() error {
		names = slices.Clone(xla.GetAvailablePlugins())
		return nil
	})
	rank := func(name string) int {
		i := slices.IndexFunc(xla.DefaultPlugins, func(kind string) bool { return strings.HasPrefix(name, kind) })
		if i < 0 {
			return len(xla.DefaultPlugins)
		}
		return i
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
	return names, err
}
