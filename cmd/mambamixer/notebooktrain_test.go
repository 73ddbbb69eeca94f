package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"mambamixer/experiments"
	"mambamixer/experiments/process"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
	"mambamixer/internal/backend"
)

// longer makes of longRun a run that people and signals can keep up with.
var longer = []string{"train.steps=4000", "train.eval_every=1000"}

// trainCells are cells that train what longRun does, on a file and for longer, and print the test error.
func trainCells(file string) []string {
	var b strings.Builder
	b.WriteString("import (\n\t\"mambamixer/experiments\"\n\t\"mambamixer/notebooks/nb\"\n)\n\nfunc spec() experiments.Spec {\n" +
		"\ts := nb.Must(experiments.Find(\"tsm2/synthetic/96\"))\n\ts, _, err := s.SetAll([]string{\n")
	for _, argument := range append(longRun(file)[2:], longer...) {
		if strings.Contains(argument, "=") {
			fmt.Fprintf(&b, "\t\t%q,\n", argument)
		}
	}
	b.WriteString("\t})\n\treturn nb.Must(s, err)\n}")
	return []string{b.String(), "%%\nrecord := nb.Train(spec()).Record\nfmt.Printf(\"%v\\n\", *record.Last)"}
}

// TestTrainInACell interrupts a training cell, kills its kernel while it goes on, and looks at the result.
func TestTrainInACell(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a model")
	}
	i := withGoNB(t)
	runs := t.TempDir()
	i.env = append(i.env, "MAMBAMIXER_RUNS="+runs)
	file := write(t, "series.csv", []byte(series(400)))
	path := i.notebook(t, "n.ipynb", trainCells(file)...)
	task, err := longTask(file, runs, longer...)
	if err != nil {
		t.Fatal(err)
	}

	interrupted := i.command(t, "notebook", "run", path)
	if err := interrupted.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "a checkpoint", func() bool { return checkpoints(task.Dir) > 0 })
	interrupted.Process.Signal(os.Interrupt)
	interrupted.Wait()
	got := shows(t, path, 1)
	if !strings.Contains(got, "running this cell again") || interrupted.ProcessState.ExitCode() != process.ExitInterrupted {
		t.Errorf("interrupted, the cell shows %q", got)
	}
	waitFor(t, "the end of the run", func() bool { return train.Owner(task.Dir) == 0 })
	stopped, err := process.Look(task.Dir)
	if err != nil || stopped.Record == nil || stopped.Record.Status != result.Interrupted || stopped.Record.Steps == 0 {
		t.Fatalf("the run was not stopped in order: %+v, %v", stopped.Record, err)
	}

	killed := i.command(t, "notebook", "run", path)
	if err := killed.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the run at work again", func() bool {
		state, _ := process.Look(task.Dir)
		return state.PID != 0 && state.Step() > stopped.Record.Steps
	})
	killed.Process.Kill()
	killed.Wait()
	waitFor(t, "the end of the run without its cell", func() bool {
		state, _ := process.Look(task.Dir)
		return state.Done()
	})

	if _, stderr, code := i.run(t, "notebook", "run", path); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	record, err := result.Read(task.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%v\n", *record.Last); shows(t, path, 1) != want {
		t.Errorf("the cell shows %q, want %q", shows(t, path, 1), want)
	}
}

// TestTrainOutlivesKernel looks at what a training cell shows, and shuts its kernel down, as JupyterLab does.
func TestTrainOutlivesKernel(t *testing.T) {
	i := withGoNB(t)
	runs := t.TempDir()
	i.env = append(i.env, "MAMBAMIXER_RUNS="+runs)
	file := write(t, "series.csv", []byte(series(400)))
	task, err := longTask(file, runs, longer...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cmd, client := i.kernel(t)
	if _, err := client.Execute(strings.Join(trainCells(file), "\n")); err != nil {
		t.Fatal(err)
	}
	// Two places are made and then changed: bar and curve.
	begin, places, changes := time.Now(), 0, 0
	for places < 2 || changes < 4 || checkpoints(task.Dir) == 0 {
		select {
		case message := <-client.Published():
			switch message.Header.Type {
			case "display_data":
				places++
			case "update_display_data":
				changes++
			}
		case <-client.Replies():
		case <-ctx.Done():
			t.Fatalf("%d places and %d changes of them were shown", places, changes)
		}
	}
	if most := 2 * (2 + int(2*time.Since(begin).Seconds())); places != 2 || changes > most {
		t.Errorf("%d places and %d changes were shown, want 2 and at most %d", places, changes, most)
	}
	if err := client.Shutdown(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	ended, err := process.Look(task.Dir)
	if err != nil || ended.PID == 0 && !ended.Done() {
		t.Fatalf("the run ended with the kernel: %+v, %v", ended.Record, err)
	}
	waitFor(t, "the end of the run without its kernel", func() bool {
		state, _ := process.Look(task.Dir)
		return state.Done()
	})
}

// TestTrainInACellFails trains where it can't be.
func TestTrainInACellFails(t *testing.T) {
	i := withGoNB(t)
	file := write(t, "series.csv", []byte(series(400)))
	path := i.notebook(t, "n.ipynb", trainCells(file)...)
	for _, runs := range []string{filepath.Join(file, "runs"), "/sys/runs"} { // below a file; not even root can write there
		here := i
		here.env = append(slices.Clone(i.env), "MAMBAMIXER_RUNS="+runs)
		here.fails(t, 1, []string{runs, "choose another output folder; $MAMBAMIXER_RUNS names another one"}, "notebook", "run", path)
	}
}

// TestSameNumbers runs a spec by the command, in a Go program, and from a cell.
func TestSameNumbers(t *testing.T) {
	i := withGoNB(t)
	runs := map[string]string{}
	for _, way := range []string{"command", "program", "cell"} {
		runs[way] = t.TempDir()
	}
	const name = "tsm2/synthetic/96"
	if _, stderr, code := i.run(t, "run", name, "-tier", "smoke", "-seed", "3", "-out", runs["command"]); code != 0 {
		t.Fatal(stderr)
	}
	spec, err := experiments.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := experiments.Run(t.Context(), b, spec, experiments.RunOptions{Tier: experiments.Smoke, Seed: 3, Out: runs["program"]}); err != nil {
		t.Fatal(err)
	}
	i.env = append(i.env, "MAMBAMIXER_RUNS="+runs["cell"], "MAMBAMIXER_TIER=smoke")
	path := i.notebook(t, "n.ipynb", "import (\n\t\"mambamixer/experiments\"\n\t\"mambamixer/notebooks/nb\"\n)\n%%\n"+
		"nb.Train(nb.Must(experiments.Find(\""+name+"\")), nb.Seed(3))")
	if _, stderr, code := i.run(t, "notebook", "run", path); code != 0 {
		t.Fatal(stderr)
	}
	var want *result.Record
	for _, way := range []string{"command", "program", "cell"} {
		found, err := result.Scan(runs[way])
		if err != nil || len(found.Runs) != 1 {
			t.Fatalf("%s: %d runs, %v", way, len(found.Runs), err)
		}
		got := found.Runs[0].Record
		if want == nil {
			want = got
		}
		if got.Key != want.Key || !reflect.DeepEqual(got.Last, want.Last) || !reflect.DeepEqual(got.Best, want.Best) || !reflect.DeepEqual(got.Val, want.Val) {
			t.Errorf("%s: key %s, %+v; the command: key %s, %+v", way, got.Key, *got.Last, want.Key, *want.Last)
		}
	}
}

// TestTrainOutlivesSignals is about the signals of a terminal or a kernel, which reach whole groups of processes.
func TestTrainOutlivesSignals(t *testing.T) {
	file := write(t, "series.csv", []byte(series(400)))
	c, task := attaching(t, file)
	go c.Attach(t.Context(), task, "this", func(process.State) {})
	var pid int
	waitFor(t, "a run at work", func() bool { pid = train.Owner(task.Dir); return pid != 0 })
	defer process.Stop(pid)
	session, err := syscall.Getpgid(pid)
	if err != nil || session != pid || session == syscall.Getpgrp() {
		t.Errorf("the run's process %d is of the group %d of this one, %d (%v)", pid, session, syscall.Getpgrp(), err)
	}
}
