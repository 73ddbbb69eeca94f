package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"mambamixer/experiments/result"
)

// sweepArgs sweeps over NLinear on a file of the test's own.
func sweepArgs(file string, more ...string) []string {
	return append([]string{"sweep", "nlinear/synthetic/96", "-set", "data.set=" + file,
		"-set", "data.history=48", "-set", "data.horizon=24"}, more...)
}

// slowSweep has runs long enough to be stopped on the way.
func slowSweep(file string) []string {
	return sweepArgs(file, "-seeds", "3", "-set", "train.steps=2000", "-set", "train.eval_every=1000", "-set", "train.checkpoint_every=100")
}

// outcomes gives the test errors of all finished runs below dir/runs, by their folder there.
func outcomes(t *testing.T, dir string) map[string]result.Scores {
	t.Helper()
	found, err := result.Scan(filepath.Join(dir, "runs"))
	if err != nil || len(found.Damaged) > 0 {
		t.Fatal(err, found.Damaged)
	}
	scores := map[string]result.Scores{}
	for _, run := range found.Runs {
		if run.Record.Status == result.Done {
			folder, _ := filepath.Rel(dir, run.Dir)
			scores[folder] = *run.Record.Last
		}
	}
	return scores
}

// begun waits until the second run of a sweep has a checkpoint.
func begun(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if files, _ := filepath.Glob(filepath.Join(cmd.Dir, "runs", "*", "*", "*", "*", "seed-1", "checkpoint", "*.safetensors")); len(files) > 0 {
			return
		}
	}
	t.Fatal("the second run of the sweep wrote no checkpoint in a minute")
}

// A sweep that was interrupted, or killed, goes on by the same command, and ends as one that was left alone.
func TestSweepResumes(t *testing.T) {
	if testing.Short() {
		t.Skip("trains several models")
	}
	file := write(t, "good.csv", []byte(series(600)))
	alone := invocation{dir: t.TempDir()}
	if _, stderr, code := alone.run(t, slowSweep(file)...); code != 0 {
		t.Fatal(stderr)
	}
	want := outcomes(t, alone.dir)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
		here := invocation{dir: t.TempDir()}
		cmd := here.command(t, slowSweep(file)...)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		begun(t, cmd)
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		if signal == syscall.SIGINT {
			if code := cmd.ProcessState.ExitCode(); code != 130 || !strings.Contains(stderr.String(), "1 of 3 runs done") || !strings.Contains(stderr.String(), "this goes on: ") {
				t.Errorf("exit code %d after SIGINT:\n%s", code, &stderr)
			}
		}
		if done := len(outcomes(t, here.dir)); done != 1 {
			t.Errorf("%d runs are done after %v, want 1", done, signal)
		}
		stdout, messages, code := here.run(t, slowSweep(file)...)
		if code != 0 || !strings.Contains(stdout, "3 runs: 2 done by this sweep, 1 before, 0 failed") {
			t.Errorf("after %v: exit code %d\n%s%s", signal, code, stdout, messages)
		}
		got := outcomes(t, here.dir)
		for folder, scores := range want {
			if !reflect.DeepEqual(got[folder], scores) {
				t.Errorf("%s after %v: %+v, uninterrupted %+v", folder, signal, got[folder], scores)
			}
		}
	}
}

// Two sweeps at once do every run once between them.
func TestTwoSweepsAtOnce(t *testing.T) {
	file := write(t, "good.csv", []byte(series(600)))
	here := invocation{dir: t.TempDir()}
	args := sweepArgs(file, "-tier", "smoke", "-seeds", "4", "-jobs", "2")
	var outputs [2]bytes.Buffer
	var commands [2]*exec.Cmd
	for i := range commands {
		commands[i] = here.command(t, args...)
		commands[i].Stdout, commands[i].Stderr = &outputs[i], &outputs[i]
		if err := commands[i].Start(); err != nil {
			t.Fatal(err)
		}
	}
	total := 0
	for i, cmd := range commands {
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v\n%s", err, &outputs[i])
		}
		found := regexp.MustCompile(`4 runs: (\d+) done by this sweep`).FindStringSubmatch(outputs[i].String())
		if found == nil {
			t.Fatalf("no summary:\n%s", &outputs[i])
		}
		done, _ := strconv.Atoi(found[1])
		total += done
	}
	if total != 4 || len(outcomes(t, here.dir)) != 4 {
		t.Errorf("the two did %d runs, and %d are done, want 4:\n%s\n%s", total, len(outcomes(t, here.dir)), &outputs[0], &outputs[1])
	}
}

// The parts that two machines do, merged by copying, are the whole.
func TestSweepInParts(t *testing.T) {
	file := write(t, "good.csv", []byte(series(600)))
	args := sweepArgs(file, "-tier", "smoke", "-seeds", "3", "-set", "train.batch_size=16,32")
	merged := t.TempDir()
	for index := range 2 {
		machine := invocation{dir: t.TempDir(), env: []string{fmt.Sprintf("SLURM_ARRAY_TASK_ID=%d", index), "SLURM_ARRAY_TASK_MIN=0", "SLURM_ARRAY_TASK_COUNT=2"}}
		stdout, stderr, code := machine.run(t, args...)
		if code != 0 || !strings.Contains(stdout, "3 runs: 3 done") || !strings.Contains(stderr, fmt.Sprintf("part %d of 2: 3 runs", index+1)) {
			t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
		}
		if err := os.CopyFS(filepath.Join(merged, "runs"), os.DirFS(filepath.Join(machine.dir, "runs"))); err != nil {
			t.Fatal(err)
		}
	}
	stdout, _, code := invocation{dir: merged}.run(t, args...)
	if code != 0 || !strings.Contains(stdout, "6 runs: 0 done by this sweep, 6 before, 0 failed") {
		t.Errorf("exit code %d after merging\n%s", code, stdout)
	}
	stdout, _, code = invocation{dir: merged}.run(t, append(args, "-dry")...)
	if code != 0 || strings.Count(stdout, " done ") != 6 || !strings.Contains(stdout, "train.batch_size=16") {
		t.Errorf("exit code %d, plan:\n%s", code, stdout)
	}
	elsewhere := invocation{dir: t.TempDir()}
	args[slices.Index(args, "3")] = "4"
	stdout, stderr, code := elsewhere.run(t, append(args, "-dry", "-known", filepath.Join(merged, "runs"))...)
	if code != 0 || !strings.Contains(stderr, "6 runs are left out") || strings.Count(stdout, " to do ") != 2 {
		t.Errorf("exit code %d, plan beside known results:\n%s%s", code, stdout, stderr)
	}
}

// A run that fails is told, kept as failed, and passed by.
func TestSweepWithFailure(t *testing.T) {
	file := write(t, "good.csv", []byte(series(600)))
	here := invocation{dir: t.TempDir()}
	args := sweepArgs(file, "-tier", "smoke", "-set", "train.learning_rate=1e38,0.001", "-set", "train.clip_norm=0")
	stdout, stderr, code := here.run(t, args...)
	if code != 1 || !strings.Contains(stdout, "2 runs: 1 done by this sweep, 0 before, 1 failed") || !strings.Contains(stdout, "FAILED nlinear/synthetic/96 seed 0") ||
		!strings.Contains(stdout, "lower learning_rate") || !strings.Contains(stderr, "1 of 2 runs failed") {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
	stdout, _, code = here.run(t, "results", "check", "runs")
	if code != 0 || !strings.Contains(stdout, "2 runs: 1 done, 1 failed") {
		t.Errorf("results check: exit code %d\n%s", code, stdout)
	}
}

func TestSweepUsage(t *testing.T) {
	for _, test := range []struct {
		args   []string
		wanted []string
	}{
		{[]string{"sweep"}, []string{"needs the name of a study", "mambamixer list"}},
		{[]string{"sweep", "tabel5"}, []string{`no study or spec "tabel5"`, `did you mean "table5"?`}},
		{[]string{"sweep", "table5", "-only", "ETTh9"}, []string{`"ETTh9"`, `did you mean "ETTh1"?`}},
		{[]string{"sweep", "table5", "-tier", "cpus"}, []string{"smoke, cpu or paper"}},
		{[]string{"sweep", "table5", "-jobs", "0"}, []string{"-jobs is 0"}},
		{[]string{"sweep", "table5", "-shard", "9/8"}, []string{"9/8 is out of range", "1/8 to 8/8"}},
		{[]string{"sweep", "table7", "-set", "model.layers=1", "-set", "model.layers=2"}, []string{"model.layers twice", "model.layers=a,b"}},
		{[]string{"sweep", "table7", "-set", "model.averaging=plain"}, []string{"the same experiment", "-only"}},
		{[]string{"sweep", "table5", "-set", "model.channel_mixer=none"}, []string{"has no field \"model.channel_mixer\""}},
		{[]string{"results"}, []string{"export, check"}},
		{[]string{"results", "exprot"}, []string{`did you mean "export"?`}},
		{[]string{"results", "export", "tabel5"}, []string{`did you mean "table5"?`}},
		{[]string{"compare", "a"}, []string{"two sets of runs, not 1"}},
		{[]string{"compare", "TSM2", "NLinear"}, []string{`"TSM2" is neither`, "model=TSM2"}},
		{[]string{"compare", "modle=TSM2", "model=NLinear"}, []string{`did you mean "model"?`}},
	} {
		invocation{}.fails(t, 2, test.wanted, test.args...)
	}
	for _, test := range []struct {
		args   []string
		wanted []string
	}{
		{[]string{"sweep", "table7", "-only", "Electricity", "-data", "none"}, []string{"nothing can be run", "data get Electricity"}},
		{[]string{"sweep", "table7", "-only", "ETTh1", "-stand-in", "-seeds", "-1"}, []string{"-1 seeds"}},
		{[]string{"results", "check", "none"}, []string{"no folder or file none"}},
		{[]string{"compare", "model=TSM2", "model=NLinear"}, []string{"no folder or file runs"}},
	} {
		invocation{}.fails(t, 1, test.wanted, test.args...)
	}
}
