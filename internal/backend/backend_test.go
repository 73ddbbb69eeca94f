package backend

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomlx/go-xla/pjrt"
)

// Which plugins exist is fixed when a process starts, so the tests of choose run it in a process of its own:
// this test binary, told by chooseEnv to print what choose says instead of running tests.
const chooseEnv = "BACKEND_TEST_CHOOSE"

func TestMain(m *testing.M) {
	config, child := os.LookupEnv(chooseEnv)
	if !child {
		os.Exit(m.Run())
	}
	var notes bytes.Buffer
	b, err := choose(config, 1, &notes)
	os.Stdout.WriteString(notes.String())
	if err == nil {
		err = Check(b)
	}
	if err != nil {
		os.Stdout.WriteString("error: " + err.Error() + "\n")
		os.Exit(1)
	}
	os.Stdout.WriteString("backend: " + b.Description() + "\n")
}

// chosen runs choose(config) in a fresh process that looks for plugins in the given folder only.
func chosen(t *testing.T, config, pluginDir string) (out string, ok bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), chooseEnv+"="+config, pjrt.PJRTPluginPathsEnv+"="+pluginDir)
	stdout, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if exit != nil && len(exit.Stderr) > 0 {
		t.Errorf("standard error is not empty:\n%s", exit.Stderr)
	}
	return string(stdout), err == nil
}

func TestWithoutPlugin(t *testing.T) {
	out, ok := chosen(t, "", t.TempDir())
	if !ok || !strings.Contains(out, "backend: Go Portable") {
		t.Errorf("want the pure-Go backend, got: %s", out)
	}
	note, _, _ := strings.Cut(out, "backend:")
	if strings.Count(note, "\n") != 1 || !strings.Contains(note, "slow") || !strings.Contains(note, "make setup") {
		t.Errorf("want one line that says it is slow and names `make setup`, got: %q", note)
	}
	if out, ok := chosen(t, "go", t.TempDir()); !ok || !strings.HasPrefix(out, "backend:") {
		t.Errorf("a backend asked for by name needs no note, got: %s", out)
	}
}

// TestSentences checks that what a user can get wrong is answered by a sentence: no panic, no stack trace.
func TestSentences(t *testing.T) {
	empty, broken := t.TempDir(), t.TempDir()
	file := filepath.Join(broken, "pjrt_c_api_cpu_plugin.so")
	if err := os.WriteFile(file, []byte("not a library"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, config, dir string
		want              []string
	}{
		{"unknown backend", "xls:cpu", empty, []string{`"xls"`, "xla:cpu", "unset"}},
		{"no such plugin", "xla:tpu", empty, []string{"xla:tpu", "no plugins found"}},
		{"no such file", "xla:/nowhere/cpu.so", empty, []string{"/nowhere/cpu.so", "no such file"}},
		{"bad option", "xla:" + file + ",speed=9", empty, []string{"speed"}},
		{"named file is no library", "xla:" + file, empty, []string{file}},
		{"found file is no library", "", broken, []string{file, "make setup", "GOMLX_BACKEND=go"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, ok := chosen(t, test.config, test.dir)
			if ok || !strings.HasPrefix(out, "error: ") {
				t.Fatalf("want an error, got: %s", out)
			}
			for _, want := range test.want {
				if !strings.Contains(out, want) {
					t.Errorf("want %q in: %s", want, out)
				}
			}
			if strings.Contains(out, "goroutine") || strings.Contains(out, "nil pointer") {
				t.Errorf("not a sentence: %s", out)
			}
		})
	}
}

func TestOpen(t *testing.T) {
	b, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := Open(); again != b {
		t.Error("two calls gave two backends")
	}
	if err := Check(b); err != nil {
		t.Error(err)
	}
	more, err := OpenDevices(3)
	if IsXLA(b) && (err != nil || more.NumDevices() != 3) {
		t.Errorf("3 devices: %v, %v", more, err)
	}
	if !IsXLA(b) && (err == nil || !strings.Contains(err.Error(), "3 devices are asked for")) {
		t.Errorf("3 devices without XLA: %v", err)
	}
	info := Describe(b)
	if info.Name == "" || len(info.Devices) != b.NumDevices() {
		t.Errorf("incomplete description: %+v", info)
	}
	if info.XLA != IsXLA(b) || info.XLA != (info.PluginPath != "") || info.XLA != (info.PluginVersion != "") {
		t.Errorf("plugin and backend disagree: %+v", info)
	}
	t.Logf("%+v", info)
}
