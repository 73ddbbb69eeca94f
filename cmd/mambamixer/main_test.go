package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// asCommand, set in the environment, makes the test binary behave as the command.
const asCommand = "MAMBAMIXER_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if file := os.Getenv(asFollower); file != "" {
		os.Unsetenv(asFollower) // it is not for the run
		follower(file)
	}
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	// What is tested is the command and not XLA's optimiser, without which programs are compiled in two thirds of the time.
	os.Setenv("XLA_FLAGS", os.Getenv("XLA_FLAGS")+" --xla_backend_optimization_level=0")
	os.Exit(m.Run())
}

// invocation is a command line run in a process of its own.
type invocation struct {
	dir string   // working folder; a new one if empty
	env []string // added to an environment without data folders
}

func (i invocation) command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	if i.dir == "" {
		i.dir = t.TempDir()
	}
	cmd := exec.Command(os.Args[0], args...)
	cmd.Dir = i.dir
	cmd.Env = append(os.Environ(), asCommand+"=1", "MAMBAMIXER_DATA=", "XDG_DATA_HOME="+t.TempDir())
	cmd.Env = append(cmd.Env, i.env...)
	return cmd
}

// run returns what the command wrote and its exit code.
func (i invocation) run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := i.command(t, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// fails checks the exit code and that the message on stderr has every wanted piece and no stack trace.
func (i invocation) fails(t *testing.T, code int, wanted []string, args ...string) {
	t.Helper()
	_, stderr, got := i.run(t, args...)
	if got != code {
		t.Errorf("%s: exit code %d, want %d; stderr:\n%s", strings.Join(args, " "), got, code, stderr)
	}
	for _, piece := range wanted {
		if !strings.Contains(stderr, piece) {
			t.Errorf("%s: stderr lacks %q:\n%s", strings.Join(args, " "), piece, stderr)
		}
	}
	if strings.Contains(stderr, "goroutine ") || strings.Contains(stderr, ".go:") {
		t.Errorf("%s: stderr has a stack trace:\n%s", strings.Join(args, " "), stderr)
	}
}

func TestUsage(t *testing.T) {
	for _, test := range []struct {
		args   []string
		wanted []string
	}{
		{nil, []string{"a command is missing"}},
		{[]string{"rnu"}, []string{`no command "rnu"`, `did you mean "run"`}},
		{[]string{"run"}, []string{"needs the name of an experiment", "mambamixer list"}},
		{[]string{"run", "tsm2/ETTh1/69"}, []string{`no spec "tsm2/ETTh1/69"`, `did you mean "tsm2/ETTh1/96"`}},
		{[]string{"run", "tsm2/ETTh1/96", "-teir", "cpu"}, []string{"no flag -teir", `did you mean "-tier"`}},
		{[]string{"run", "tsm2/ETTh1/96", "-tier", "gpu"}, []string{`unknown tier "gpu"`, "smoke, cpu or paper"}},
		{[]string{"run", "tsm2/ETTh1/96", "-seed", "x"}, []string{"seed"}},
		{[]string{"run", "tsm2/ETTh1/96", "-set", "model.layer=4"}, []string{`no field "model.layer"`, `did you mean "model.layers"`}},
		{[]string{"run", "tsm2/ETTh1/96", "-set", "model.layers=four"}, []string{`"four" is not a whole number`, "model.layers"}},
		{[]string{"run", "tsm2/ETTh1/96", "-set", "model.layers"}, []string{"path=value"}},
		{[]string{"data", "fetch"}, []string{`data can't "fetch"`}},
		{[]string{"data", "get"}, []string{"needs the name of a set"}},
		{[]string{"inspect"}, []string{"inspect needs the folder of a finished run"}},
		{[]string{"bench", "scna"}, []string{`no benchmark "scna"`, `did you mean "scan"`}},
	} {
		invocation{}.fails(t, 2, test.wanted, test.args...)
	}
	invocation{}.fails(t, 1, []string{`"ETTh7"`, "ETTh1"}, "data", "get", "ETTh7")
	invocation{}.fails(t, 1, []string{`no data set "cifarr"; did you mean "cifar10"?`, "series: ETTh1", "sales: M5", "pictures: ", "scenes: "}, "data", "get", "cifarr")
}

// What is wrong with a command line ends with the help that helps.
func TestUsageNamesTheHelp(t *testing.T) {
	for help, args := range map[string][]string{
		"`mambamixer help sweep` shows": {"sweep", "table5", "-jobs", "0"}, "`mambamixer help run` shows": {"run", "-teir", "cpu"},
		"`mambamixer help` shows the commands": {"rnu"}, "`mambamixer help` shows": {"help", "rnu"},
	} {
		invocation{}.fails(t, 2, []string{help}, args...)
	}
}

func TestVersion(t *testing.T) {
	for _, args := range [][]string{{"version"}, {"--version"}} {
		stdout, stderr, code := invocation{}.run(t, args...)
		if code != 0 || !strings.HasPrefix(stdout, "mambamixer ") || !strings.Contains(stdout, ", commit ") || !strings.Contains(stdout, "\ngo1.") || !strings.Contains(stdout, ", gomlx v") || !strings.Contains(stdout, ", go-xla v") {
			t.Errorf("%v: exit code %d\n%s%s", args, code, stdout, stderr)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{"help"}, {"-h"}, {"help", "run"}, {"run", "-help"}} {
		stdout, stderr, code := invocation{}.run(t, args...)
		if code != 0 || !strings.Contains(stdout, "mambamixer run") {
			t.Errorf("%v: exit code %d\n%s%s", args, code, stdout, stderr)
		}
	}
	for command, wanted := range map[string][]string{
		"bench": {"vision-forward ", "peers ", "-lengths"}, "compare": {"spec=tsm2 spec=tsm2-linear", "field=pattern", "history, horizon", "-from"},
		"results": {"check [folder or file...]", "results check counts", "-fresh"},
	} {
		stdout, _, code := invocation{}.run(t, "help", command)
		for _, piece := range wanted {
			if code != 0 || !strings.Contains(stdout, piece) {
				t.Errorf("the help of %s lacks %q, exit code %d:\n%s", command, piece, code, stdout)
			}
		}
	}
}

func TestList(t *testing.T) {
	stdout, _, code := invocation{}.run(t, "list", "tsm2", "etth1")
	if code != 0 || !strings.Contains(stdout, "tsm2/ETTh1/96 ") || strings.Contains(stdout, "ETTh2") || !strings.Contains(stdout, "0.375") {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
	stdout, _, code = invocation{}.run(t, "list", "tsm2/ETTh1/96", "-v", "-tier", "smoke")
	if code != 0 || !strings.Contains(stdout, `"layers": 2`) || !strings.Contains(stdout, `"steps": 20`) {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
	stdout, _, code = invocation{}.run(t, "list", "table7")
	if code != 0 || !strings.Contains(stdout, "what do the selective mixers") || strings.Contains(stdout, "tsm2/ETTh1/96") {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
	stdout, _, code = invocation{}.run(t, "list", "-v", "table7")
	if code != 0 || !strings.Contains(stdout, "mamba-linear-time/ETTh1/96") || !strings.Contains(stdout, "model.token_mixer=linear") {
		t.Errorf("exit code %d\n%s", code, stdout)
	}
	invocation{}.fails(t, 1, []string{"no experiment has"}, "list", "xyz")
	invocation{}.fails(t, 2, []string{"smoke, cpu or paper"}, "list", "-tier", "gpu")
}
