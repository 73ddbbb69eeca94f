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

// Open returns the backend of this process. The first call creates it, later calls return the same one.
//
// The error is a sentence that names what could not be used and what to do about it.
var Open = sync.OnceValues(func() (compute.Backend, error) {
	return choose(os.Getenv(compute.ConfigEnvVar), os.Stderr)
})

// choose creates the backend that config names, or with an empty config the best one there is.
// It tells on notes why it settled for less than XLA.
func choose(config string, notes io.Writer) (compute.Backend, error) {
	xla.EnableAutoInstall(false)
	keepMemory()
	if config != "" {
		return named(config)
	}
	plugins, err := pluginNames()
	if err != nil {
		return nil, fmt.Errorf("the search for XLA plugins stopped at a broken one: %w. "+
			"Delete that file and run `make setup`, or set %s=%s to do without XLA (slow)", err, compute.ConfigEnvVar, pureGo)
	}
	var failures []error
	for _, plugin := range plugins {
		b, err := create(xla.BackendName + ":" + plugin)
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
	return create(pureGo)
}

// named creates the backend that the user asked for by $GOMLX_BACKEND.
func named(config string) (compute.Backend, error) {
	name, _, _ := strings.Cut(config, ":")
	if known := compute.List(); !slices.Contains(known, name) {
		slices.Sort(known)
		return nil, fmt.Errorf("%s=%q names no backend: %q is not one of %s. Use for example xla:cpu, xla:cuda, "+
			"xla:/path/to/plugin.so or go, or unset it to take the best one installed",
			compute.ConfigEnvVar, config, name, strings.Join(known, ", "))
	}
	b, err := create(config)
	if err != nil {
		return nil, fmt.Errorf("%s=%q cannot be used: %w. Unset it to take the best backend installed, or run `mambamixer doctor`",
			compute.ConfigEnvVar, config, err)
	}
	return b, nil
}

// create makes one backend and turns the library's panics and log lines into an error.
func create(config string) (b compute.Backend, err error) {
	err = quietly(func() (err error) {
		if plugin, found := strings.CutPrefix(config, xla.BackendName+":"); found && isCPU(plugin) {
			b, err = xla.NewWithOptions(plugin, oneDevice)
			return err
		}
		b, err = compute.NewWithConfig(config)
		return err
	})
	return b, err
}

// oneDevice asks the plugin for the CPU for one device. By default it makes four, each with a thread to feed it, and on
// a machine of fewer cores these threads take turns.
var oneDevice = pjrt.NamedValuesMap{"cpu_device_count": int64(1)}

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
