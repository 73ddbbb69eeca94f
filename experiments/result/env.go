package result

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// Env describes the machine and the program of a run: the content of env.json.
type Env struct {
	Go      string            `json:"go"`      // version of the Go toolchain
	Modules map[string]string `json:"modules"` // versions of the modules linked in
	Commit  string            `json:"commit,omitempty"`
	Backend string            `json:"backend"` // name and description of the compute backend
	CPU     string            `json:"cpu"`     // model name
	Cores   int               `json:"cores"`   // logical cores that this process may use
	Memory  int64             `json:"memory"`  // main memory in bytes, 0 if unknown
	OS      string            `json:"os"`      // operating system and architecture
}

// NewEnv describes this process and its machine. The caller names the compute backend.
func NewEnv(backend string) *Env {
	env := &Env{
		Go:      runtime.Version(),
		Modules: make(map[string]string),
		Backend: backend,
		CPU:     field("/proc/cpuinfo", "model name"),
		Cores:   runtime.NumCPU(),
		OS:      runtime.GOOS + "/" + runtime.GOARCH,
	}
	var kilobytes int64
	if _, err := fmt.Sscanf(field("/proc/meminfo", "MemTotal"), "%d kB", &kilobytes); err == nil {
		env.Memory = kilobytes * 1024
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return env
	}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		env.Modules[module.Path] = module.Version
	}
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			env.Commit = setting.Value + env.Commit
		case setting.Key == "vcs.modified" && setting.Value == "true":
			env.Commit += "+changes"
		}
	}
	return env
}

// Versions gives one line: the Go toolchain and the libraries that compute.
func (e *Env) Versions() string {
	line := e.Go
	for _, path := range []string{"github.com/gomlx/gomlx", "github.com/gomlx/compute", "github.com/gomlx/go-xla"} {
		if version, linked := e.Modules[path]; linked {
			line += ", " + path[strings.LastIndexByte(path, '/')+1:] + " " + version
		}
	}
	return line
}

// Summary gives one line: backend, processor, cores, memory, system and Go version.
func (e *Env) Summary() string {
	parts := []string{e.Backend}
	if e.CPU != "" {
		parts = append(parts, e.CPU)
	}
	parts = append(parts, fmt.Sprintf("%d cores", e.Cores))
	if e.Memory > 0 {
		parts = append(parts, fmt.Sprintf("%.0f GiB", float64(e.Memory)/(1<<30)))
	}
	return strings.Join(append(parts, e.OS, e.Go), ", ")
}

// field gives the value of the first "name : value" line of a file, or "" if there is none.
func field(path, name string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
