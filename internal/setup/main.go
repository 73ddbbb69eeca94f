// Command setup brings XLA to this machine: the PJRT plugin for the CPU that go-xla loads when a program starts.
// `make setup` runs it; it needs no root and may be run as often as one likes.
//
// It takes the first of these that gives a plugin on which a test graph runs:
//
//  1. a plugin that is already installed, wherever go-xla looks for one;
//  2. the wheel that wheel.go pins, fetched by pip and checked by its SHA-256;
//  3. the plugin that go-xla's own installer fetches.
//
// Each plugin is tried in a process of its own, so that a broken one cannot take the installation down. A step that
// fails says why and the next one is tried. Having no plugin at all is not an error: the pure-Go backend then runs.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/go-xla/installer"
	"github.com/gomlx/go-xla/pjrt"

	"mambamixer/internal/backend"
)

// probeCommand, as the only argument, makes this program try the backend instead of installing one.
const probeCommand = "probe"

func main() {
	if len(os.Args) == 2 && os.Args[1] == probeCommand {
		tryBackend()
		return
	}
	if err := setup(); err != nil {
		fmt.Printf("XLA: %v.\n", err)
		fmt.Println("XLA: without a plugin the pure-Go backend will be used: slow, and some operations are missing.")
	}
}

// setup installs a plugin unless there is one. Its error says why there is still none.
func setup() error {
	if own := os.Getenv(compute.ConfigEnvVar); own != "" {
		if info, err := probe(own); err == nil && info.XLA {
			report("found the plugin that "+compute.ConfigEnvVar+" names", info, time.Now())
			return nil
		}
	}
	start := time.Now()
	info, err := probe("")
	if err == nil && info.XLA {
		report("found an installed plugin", info, start)
		return nil
	}
	if err != nil {
		fmt.Printf("XLA: an installed plugin does not work: %v\n", err)
	}

	dir, err := pluginFolder()
	if err != nil {
		return err
	}
	for _, source := range []struct {
		name    string
		install func(dir string) error
	}{
		{fmt.Sprintf("the pinned wheel %s, by pip", cpuWheel), cpuWheel.install},
		{"go-xla's own installer (it publishes no checksum)", func(dir string) error {
			return installer.CPUAutoInstall(dir, true, installer.Normal)
		}},
	} {
		fmt.Printf("XLA: installing from %s\n", source.name)
		start := time.Now()
		if err := source.install(dir); err != nil {
			fmt.Printf("XLA: that failed: %v\n", err)
			continue
		}
		info, err := probe("")
		if err == nil && info.XLA {
			report("installed a plugin from "+source.name, info, start)
			return nil
		}
		if err == nil {
			err = fmt.Errorf("go-xla does not find it in %s", dir)
		}
		fmt.Printf("XLA: the plugin from there does not work on this machine: %v\n", err)
		if err := os.Remove(filepath.Join(dir, pluginFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("the plugin that does not work cannot be removed: %w", err)
		}
	}
	return errors.New("no plugin could be installed")
}

func report(what string, info backend.Info, start time.Time) {
	fmt.Printf("XLA: %s: %s (PJRT API %s), a test graph runs (%.1f s)\n",
		what, info.PluginPath, info.PluginVersion, time.Since(start).Seconds())
}

// pluginFolder is where a new plugin goes: the first folder of $PJRT_PLUGIN_LIBRARY_PATH when that is set, for go-xla
// then looks nowhere else; otherwise the folder in the user's home that go-xla looks in first.
func pluginFolder() (string, error) {
	for dir := range strings.SplitSeq(os.Getenv(pjrt.PJRTPluginPathsEnv), ":") {
		if dir != "" {
			return filepath.Abs(dir)
		}
	}
	lib, err := installer.DefaultHomeLibPath()
	if err != nil {
		return "", fmt.Errorf("there is no folder for the user's libraries: %w", err)
	}
	return filepath.Join(lib, "go-xla"), nil
}

// probe reports which backend a program gets with $GOMLX_BACKEND set to config, once a test graph ran on it.
func probe(config string) (info backend.Info, err error) {
	self, err := os.Executable()
	if err != nil {
		return info, err
	}
	cmd := exec.Command(self, probeCommand)
	cmd.Env = append(os.Environ(), compute.ConfigEnvVar+"="+config)
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		first, _, _ := strings.Cut(strings.TrimSpace(string(exit.Stderr)), "\n")
		return info, fmt.Errorf("%s (%v)", first, err)
	}
	if err != nil {
		return info, err
	}
	return info, json.Unmarshal(out, &info)
}

// tryBackend is the other side of probe: it runs a test graph and prints the backend's description as JSON.
func tryBackend() {
	b, err := backend.Open()
	if err == nil {
		err = backend.Check(b)
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(backend.Describe(b))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
