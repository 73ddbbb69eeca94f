package kernel

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mambamixer/notebooks/jupyter"
)

func runGo(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// realSetup skips a test where GoNB isn't installed.
func realSetup(t *testing.T) Where {
	t.Helper()
	bin, err := filepath.Abs(filepath.Join(module, "bin"))
	if err != nil {
		t.Fatal(err)
	}
	where := Where{Path: []string{bin}, Root: filepath.Dir(bin)}
	if _, err := Find(".", where); err != nil {
		t.Skip(err)
	}
	return where
}

// session is a kernel as Jupyter starts it, in this process.
type session struct {
	t      *testing.T
	client *jupyter.Client
	ended  chan error
}

func startRun(t *testing.T, ctx context.Context, dir string, where Where) *session {
	t.Helper()
	t.Chdir(dir)
	connection, err := jupyter.NewConnection()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "connection.json")
	if err := connection.Write(file); err != nil {
		t.Fatal(err)
	}
	s := &session{t: t, ended: make(chan error, 1)}
	go func() { s.ended <- Run(ctx, file, where) }()
	dialing, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if s.client, err = jupyter.Dial(dialing, connection); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.client.Close)
	return s
}

// cell returns what a cell printed, and its error.
func (s *session) cell(code string) (text, failure string) {
	s.t.Helper()
	id, err := s.client.Execute(code)
	if err != nil {
		s.t.Fatal(err)
	}
	timeout := time.After(2 * time.Minute)
	for {
		select {
		case message := <-s.client.Published():
			var content struct {
				Text   string `json:"text"`
				EValue string `json:"evalue"`
				State  string `json:"execution_state"`
			}
			if message.Parent.ID != id || json.Unmarshal(message.Content, &content) != nil {
				continue
			}
			text, failure = text+content.Text, failure+content.EValue
			if content.State == "idle" {
				return text, failure
			}
		case <-s.client.Replies():
		case <-timeout:
			s.t.Fatalf("the cell does not end; so far %q, %q", text, failure)
		}
	}
}

func (s *session) end() error {
	s.t.Helper()
	select {
	case err := <-s.ended:
		return err
	case <-time.After(20 * time.Second):
		s.t.Fatal("the kernel does not end")
		return nil
	}
}

// TestCells runs cells in a folder outside of the module: what they import and see, and that nothing is left.
func TestCells(t *testing.T) {
	where := realSetup(t)
	temp, folder := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	t.Setenv("GOFLAGS", "-mod=readonly")
	t.Setenv("GOWORK", "/absent/go.work")
	s := startRun(t, t.Context(), folder, where)
	text, failure := s.cell("import \"mambamixer/experiments/paper\"\n%%\nv, _ := paper.Lookup(\"TSM2\", \"ETTh1\", 96)\nwd, _ := os.Getwd()\n" +
		"fmt.Println(v.MSE, wd, os.Getenv(\"MAMBAMIXER_NOTEBOOK\"))")
	if want := "0.375 " + folder + " browser\n"; text != want || failure != "" {
		t.Errorf("printed %q, failed %q; want %q", text, failure, want)
	}
	if err := s.client.Shutdown(); err != nil {
		t.Fatal(err)
	}
	if err := s.end(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestTerminated ends a kernel as a server does that goes down.
func TestTerminated(t *testing.T) {
	where := realSetup(t)
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	stale := filepath.Join(temp, scratchName+"killed")
	lock := write(t, filepath.Join(stale, "lock"), "", 0o600)
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(lock, old, old); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s := startRun(t, ctx, t.TempDir(), where)
	if _, err := os.Stat(stale); !os.IsNotExist(err) {
		t.Error("the folder of a killed kernel is left")
	}
	cancel()
	if err := s.end(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestReasonInTheCell has a kernel without Go, one for a folder outside, and one without a place for its files.
func TestReasonInTheCell(t *testing.T) {
	check := func(name, dir, want string) {
		t.Run(name, func(t *testing.T) {
			alone(t)
			s := startRun(t, t.Context(), dir, Where{})
			for range 2 {
				if text, failure := s.cell("%%\nfmt.Println(1)"); text != "" || !strings.Contains(failure, want) {
					t.Errorf("printed %q, failed %q; want %q", text, failure, want)
				}
			}
			if err := s.client.Shutdown(); err != nil {
				t.Fatal(err)
			}
			if err := s.end(); err != nil {
				t.Error(err)
			}
		})
	}
	check("no Go", module, "the command go was not found")
	check("outside", t.TempDir(), "lies outside MambaMixer's source folder")
}

// TestNoPlaceForFiles has nowhere to keep temporary files.
func TestNoPlaceForFiles(t *testing.T) {
	where := realSetup(t)
	setup, err := Find(".", where)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", "/absent")
	if _, err := setup.Start(".", "connection.json", true); err == nil || !strings.Contains(err.Error(), "set TMPDIR to a folder that you may write to") {
		t.Error(err)
	}
}

// TestEndsByItself gives GoNB a Go that fails.
func TestEndsByItself(t *testing.T) {
	where := realSetup(t)
	setup, err := Find(".", where)
	if err != nil {
		t.Fatal(err)
	}
	setup.Go = program(t, t.TempDir(), "go")
	connection, err := jupyter.NewConnection()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "connection.json")
	if err := connection.Write(file); err != nil {
		t.Fatal(err)
	}
	process, err := setup.Start(".", file, true)
	if err != nil {
		t.Fatal(err)
	}
	<-process.Done()
	if err := process.Err(); err == nil || !strings.HasPrefix(err.Error(), "GoNB ended by itself (exit status 255): Failed to create go executor") {
		t.Error(err)
	}
}
