package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// lab is a running JupyterLab.
type lab struct {
	notebooks, runs string // folders
	url, token      string
}

// start runs the JupyterLab of an environment on copies of this project's notebooks.
func start(t *testing.T, environment string) *lab {
	t.Helper()
	folder := t.TempDir()
	l := &lab{notebooks: filepath.Join(folder, "notebooks"), runs: filepath.Join(folder, "runs")}
	copyNotebooks(t, l.notebooks)
	// All cells are drawn, also those out of sight, so that they can be looked for and looked at.
	write(t, filepath.Join(folder, "config/lab/user-settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"), `{"windowingMode": "none"}`)

	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	cmd := exec.Command(filepath.Join(environment, "bin", "jupyter"), "lab", "--no-browser", "--ip=127.0.0.1", fmt.Sprint("--port=", port),
		"--ServerApp.root_dir="+l.notebooks, "--MultiKernelManager.default_kernel_name=mambamixer", "--expose-app-in-browser", "--LabApp.extension_manager=readonly")
	if os.Geteuid() == 0 {
		cmd.Args = append(cmd.Args, "--allow-root")
	}
	cmd.Env = append(os.Environ(), "MAMBAMIXER_RUNS="+l.runs, "MAMBAMIXER_TIER=cpu",
		"JUPYTER_CONFIG_DIR="+filepath.Join(folder, "config"), "JUPYTER_DATA_DIR="+filepath.Join(folder, "data"),
		"JUPYTER_RUNTIME_DIR="+filepath.Join(folder, "runtime"), "IPYTHONDIR="+filepath.Join(folder, "ipython"))
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatalf("JupyterLab can't be started: %v; `make e2e` installs it", err)
	}
	ended := make(chan struct{})
	go func() {
		cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM) // it ends its kernels, then itself
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			t.Error("JupyterLab did not end within 20 seconds and was killed")
			cmd.Process.Kill()
			<-ended
		}
		if t.Failed() {
			t.Logf("JupyterLab wrote:\n%s", log.String())
		}
	})
	// The server may have taken the next port. It tells in a file of its own.
	info := filepath.Join(folder, "runtime", fmt.Sprintf("jpserver-%d.json", cmd.Process.Pid))
	for deadline := time.Now().Add(time.Minute); !l.answers(info); time.Sleep(100 * time.Millisecond) {
		select {
		case <-ended:
			t.Fatal("JupyterLab ended by itself")
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("JupyterLab does not answer within a minute")
		}
	}
	return l
}

// answers reads where the server is and asks whether it is ready.
func (l *lab) answers(info string) bool {
	content, err := os.ReadFile(info)
	var at struct{ URL, Token string }
	if err != nil || json.Unmarshal(content, &at) != nil {
		return false
	}
	l.url, l.token = at.URL, at.Token
	response, err := http.Get(at.URL + "api/status?token=" + at.Token)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	io.Copy(io.Discard, response.Body)
	return response.StatusCode == http.StatusOK
}

func copyNotebooks(t *testing.T, to string) {
	t.Helper()
	files, err := filepath.Glob("../*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatalf("no notebooks in %s: %v", filepath.Dir("../"), err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(to, filepath.Base(file)), string(content))
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
