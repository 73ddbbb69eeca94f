package nb

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mambamixer/experiments/result"
)

// asCell, set in the environment, makes the test binary the program of a cell.
const asCell = "MAMBAMIXER_TEST_AS_CELL"

func TestMain(m *testing.M) {
	switch os.Getenv(asCell) {
	case "table":
		t := &result.Table{Columns: []result.Column{{Name: "model"}}}
		t.Add("TSM2")
		Table(t)
	case "fails":
		Must(0, errors.New("the series is empty"))
	case "picture":
		Picture("absent.png")
	default:
		os.Exit(m.Run())
	}
}

// TestOutsideOfANotebook runs what a cell may call as a plain program.
func TestOutsideOfANotebook(t *testing.T) {
	for _, test := range []struct {
		call, want string
		code       int
	}{
		{"table", "model\n-----\nTSM2", 0},
		{"fails", "the series is empty\n", 1},
		{"picture", "cannot read absent.png: there is no such file\n", 1},
	} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), asCell+"="+test.call)
		out, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != test.code || !strings.HasPrefix(string(out), test.want) {
			t.Errorf("%s: exit code %d, %q; want %q", test.call, code, out, test.want)
		}
	}
}

func TestRuns(t *testing.T) {
	t.Setenv("MAMBAMIXER_RUNS", "")
	t.Setenv("MAMBAMIXER_ROOT", "")
	if got := Runs(); got != "runs" {
		t.Errorf("outside of a notebook: %s", got)
	}
	t.Setenv("MAMBAMIXER_ROOT", "/module")
	if got := Runs(); got != filepath.Join("/module", "runs") {
		t.Errorf("in a notebook: %s", got)
	}
	t.Setenv("MAMBAMIXER_RUNS", "/elsewhere")
	if got := Runs(); got != "/elsewhere" {
		t.Errorf("where the user says: %s", got)
	}
}
