package sweep

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mambamixer/experiments"
	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
)

// newPlan is NLinear and Repeat at two horizons of the generated set, with seeds.
func newPlan(t *testing.T, out string, seeds int, shard Shard) *Plan {
	t.Helper()
	specs, err := Select(experiments.Smoke, []string{"nlinear/synthetic", "repeat/synthetic/96"}, []string{"96,192"})
	if err != nil {
		t.Fatal(err)
	}
	variants, err := Grid(nil).Apply(specs)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := NewPlan(variants, PlanOptions{Tier: experiments.Smoke, Seeds: seeds, Out: out, Shard: shard})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// done writes the record of a task that went well.
func done(task Task) error {
	r := &result.Record{Spec: task.Spec.Name, Key: task.Key, Seed: task.Seed, Tier: string(task.Tier), Status: result.Done,
		Last: &result.Scores{MSE: 0.5, Windows: 1}, Seconds: 10}
	return r.Write(task.Dir)
}

// A finished run that left pictures out is done, but with Strict it is tried, and what Do says of it counts.
func TestStrictSweep(t *testing.T) {
	for _, strict := range []bool{false, true} {
		plan := newPlan(t, t.TempDir(), 1, Shard{})
		for i, task := range plan.Tasks {
			r := &result.Record{Spec: task.Spec.Name, Key: task.Key, Status: result.Done, Last: &result.Scores{Windows: 1}, Skipped: i}
			if err := r.Write(task.Dir); err != nil {
				t.Fatal(err)
			}
		}
		tried := &recorder{do: func(Task) error { return errors.New("pictures were left out") }}
		summary, err := Run(context.Background(), plan, Options{Do: tried.Do, Strict: strict})
		want := 0
		if strict {
			want = len(plan.Tasks) - 1
		}
		if err != nil || len(summary.Failed) != want || len(tried.seen) != want {
			t.Errorf("strict %v: %d tried, %d failed, want %d (%v)", strict, len(tried.seen), len(summary.Failed), want, err)
		}
		if record, err := result.Read(plan.Tasks[1].Dir); err != nil || record.Status != result.Done {
			t.Errorf("strict %v: the finished run is %+v (%v)", strict, record, err)
		}
	}
}

// recorder is a Do that notes what it was asked.
type recorder struct {
	mu   sync.Mutex
	seen []string
	do   func(task Task) error
}

func (r *recorder) Do(_ context.Context, task Task) error {
	r.mu.Lock()
	r.seen = append(r.seen, task.String())
	r.mu.Unlock()
	return r.do(task)
}

// Every first seed comes before any second one, and a model that isn't trained has no second.
func TestPlanIsSeedMajor(t *testing.T) {
	plan := newPlan(t, "runs", 2, Shard{})
	var got []string
	for _, task := range plan.Tasks {
		got = append(got, task.String())
	}
	want := []string{"nlinear/synthetic/96 seed 0", "nlinear/synthetic/192 seed 0", "repeat/synthetic/96 seed 0",
		"nlinear/synthetic/96 seed 1", "nlinear/synthetic/192 seed 1"}
	if !slices.Equal(got, want) {
		t.Errorf("tasks %q, want %q", got, want)
	}
	if dir := result.Dir("runs", plan.Tasks[3].Spec.Name, plan.Tasks[3].Key, 1); plan.Tasks[3].Dir != dir {
		t.Errorf("folder %s, want %s", plan.Tasks[3].Dir, dir)
	}
}

// A run is left out if its very record is known to be done: not for another seed's, another key's or a failed one's.
func TestKnownRunsAreLeftOut(t *testing.T) {
	whole := newPlan(t, "runs", 2, Shard{}).Tasks
	record := func(task Task, key string, status result.Status) *result.Record {
		return &result.Record{Spec: task.Spec.Name, Key: key, Seed: task.Seed, Status: status}
	}
	plan := &Plan{Tasks: slices.Clone(whole)}
	plan.leaveOut([]*result.Record{record(whole[0], whole[0].Key, result.Done), record(whole[1], "another", result.Done),
		record(whole[3], whole[3].Key, result.Failed)})
	if plan.Known != 1 || len(plan.Tasks) != len(whole)-1 || plan.Tasks[0].String() != whole[1].String() {
		t.Errorf("%d left out, %d of %d stay, first %s", plan.Known, len(plan.Tasks), len(whole), plan.Tasks[0])
	}
}

func TestAbsentData(t *testing.T) {
	t.Setenv("MAMBAMIXER_DATA", "")
	plan := func(names ...string) (*Plan, error) {
		specs, err := Select(experiments.CPU, names, nil)
		if err != nil {
			t.Fatal(err)
		}
		variants, err := Grid(nil).Apply(specs)
		if err != nil {
			t.Fatal(err)
		}
		return NewPlan(variants, PlanOptions{Tier: experiments.CPU, Seeds: 1, Out: "runs", DataDirs: []string{t.TempDir()}})
	}
	some, err := plan("nlinear/synthetic/96", "nlinear/Traffic")
	if err != nil || len(some.Tasks) != 1 || len(some.Absent) != 1 || some.Absent[0].Set != "Traffic" || some.Absent[0].Variants != 4 {
		t.Errorf("plan %+v, %v", some, err)
	}
	if _, err := plan("nlinear/Traffic"); err == nil || !strings.Contains(err.Error(), "nothing can be run") || !strings.Contains(err.Error(), "data get Traffic") {
		t.Errorf("no data at all: %v", err)
	}
	specs, err := Select(experiments.CPU, []string{"table7", "ablations"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	standing, absent, generated, err := StandIn(specs, []string{t.TempDir()})
	if err != nil || len(absent) != 4 || !slices.Equal(generated, []string{"synthetic"}) {
		t.Fatalf("absent %v, generated %v, %v", absent, generated, err)
	}
	for _, spec := range standing {
		if spec.Data.Set != "synthetic" {
			t.Errorf("%s is not on the generated set", spec.Name)
		}
	}
}

// What stands in is named by what it is: sales, scenes and objects have generated sets of their own.
func TestStandInsAreNamed(t *testing.T) {
	for spec, want := range map[string]string{"tsm2/M5-280/28": "shops", "vim2-nano/cifar10": "shapes", "vim2-nano-upernet/camvid": "figures", "vim2-nano-maskrcnn/pennfudan": "things"} {
		specs, err := Select(experiments.CPU, []string{spec}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, generated, err := StandIn(specs, []string{t.TempDir()}); err != nil || !slices.Equal(generated, []string{want}) {
			t.Errorf("for %s stand in %v, %v, want %s", spec, generated, err, want)
		}
	}
	specs, err := Select(experiments.CPU, []string{"vim2-nano-upernet/camvid", "vim2-tiny-upernet/ade20k"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	standing, absent, _, err := StandIn(specs, []string{t.TempDir()})
	if err != nil || len(standing) != 2 || standing[1].Name != "vim2-tiny-upernet/ade20k" || !slices.Equal(absent, []string{"camvid"}) {
		t.Errorf("without a counterpart: %v, absent %v, %v", standing, absent, err)
	}
	var studies []string
	for _, study := range experiments.Studies() {
		studies = append(studies, study.Name)
	}
	if specs, err = Select(experiments.Smoke, studies, nil); err != nil {
		t.Fatal(err)
	}
	standing, _, _, err = StandIn(specs, []string{t.TempDir()})
	if err != nil || len(standing) < 60 {
		t.Errorf("of all studies stand %d specs, %v", len(standing), err)
	}
}

// A failure is recorded and passed by; what is done is skipped; the same sweep again tries only what failed.
func TestRunGoesOnPastFailures(t *testing.T) {
	plan := newPlan(t, t.TempDir(), 2, Shard{})
	if err := done(plan.Tasks[1]); err != nil {
		t.Fatal(err)
	}
	broken := plan.Tasks[0]
	r := &recorder{do: func(task Task) error {
		if task.Dir == broken.Dir {
			return errors.New("the process died")
		}
		return done(task)
	}}
	var log bytes.Buffer
	summary, err := Run(t.Context(), plan, Options{Jobs: 2, Do: r.Do, Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	if summary.Total != 5 || summary.Before != 1 || summary.Done != 3 || len(summary.Failed) != 1 || len(r.seen) != 4 {
		t.Errorf("summary %+v after %q", summary, r.seen)
	}
	for _, wanted := range []string{"5 runs, 1 of them done before", "nlinear/synthetic/96 seed 0 FAILED: the process died", "[5/5]", "left"} {
		if !strings.Contains(log.String(), wanted) {
			t.Errorf("the log lacks %q:\n%s", wanted, &log)
		}
	}
	if record, err := result.Read(broken.Dir); err != nil || record.Status != result.Failed || record.Error != "the process died" {
		t.Errorf("record of the failed run: %+v, %v", record, err)
	}
	again := &recorder{do: done}
	if summary, err = Run(t.Context(), plan, Options{Do: again.Do}); err != nil || summary.Before != 4 || summary.Done != 1 || len(again.seen) != 1 {
		t.Errorf("a second time: %+v, %v after %q", summary, err, again.seen)
	}
}

// A run that another process works on is passed by, looked at again, and counted when the other is done.
func TestRunComesBackToLockedRuns(t *testing.T) {
	plan := newPlan(t, t.TempDir(), 1, Shard{})
	busy := plan.Tasks[0]
	lock, err := train.Acquire(busy.Dir)
	if err != nil {
		t.Fatal(err)
	}
	tries := 0
	r := &recorder{do: func(task Task) error {
		if task.Dir != busy.Dir {
			return done(task)
		}
		if tries++; tries == 3 { // the other process ends
			if err := errors.Join(done(busy), lock.Release()); err != nil {
				return err
			}
		}
		return &train.Locked{Dir: task.Dir}
	}}
	var log bytes.Buffer
	summary, err := Run(t.Context(), plan, Options{Do: r.Do, Log: &log, Wait: time.Millisecond})
	if err != nil || summary.Done != 2 || summary.Elsewhere != 1 || tries != 3 {
		t.Errorf("summary %+v, %v after %d tries", summary, err, tries)
	}
	if n := strings.Count(log.String(), "another process is at work"); n != 1 {
		t.Errorf("the other process is named %d times:\n%s", n, &log)
	}
}

// A run that another process ends between our look at it and our start is the other's.
func TestRunDoneMeanwhile(t *testing.T) {
	plan := newPlan(t, t.TempDir(), 2, Shard{})
	other := plan.Tasks[0]
	r := &recorder{do: func(task Task) error {
		if err := done(task); err != nil || task.Dir != other.Dir {
			return err
		}
		return ErrDoneBefore
	}}
	summary, err := Run(t.Context(), plan, Options{Do: r.Do})
	if err != nil || summary.Elsewhere != 1 || summary.Done != summary.Total-1 || len(summary.Failed) != 0 {
		t.Errorf("summary %+v, %v", summary, err)
	}
}

func TestRunStops(t *testing.T) {
	plan := newPlan(t, t.TempDir(), 2, Shard{})
	ctx, cancel := context.WithCancel(t.Context())
	r := &recorder{}
	r.do = func(task Task) error {
		if len(r.seen) == 2 {
			cancel()
			return &train.Interrupted{}
		}
		return done(task)
	}
	_, err := Run(ctx, plan, Options{Do: r.Do, Resume: "mambamixer sweep x"})
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "1 of 5 runs done") || !strings.Contains(err.Error(), "mambamixer sweep x") {
		t.Errorf("error of an interruption: %v", err)
	}
	if _, err := os.Stat(filepath.Join(plan.Tasks[1].Dir, result.ResultFile)); err == nil {
		t.Error("the interrupted run is recorded as failed")
	}
}

func TestDamagedRecord(t *testing.T) {
	plan := newPlan(t, t.TempDir(), 1, Shard{})
	if err := os.MkdirAll(plan.Tasks[0].Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(plan.Tasks[0].Dir, result.ResultFile), []byte("{\"spec\":"), 0o644); err != nil {
		t.Fatal(err)
	}
	summary, err := Run(t.Context(), plan, Options{Do: (&recorder{do: done}).Do})
	if err != nil || summary.Done != 2 || len(summary.Failed) != 1 {
		t.Fatalf("summary %+v, %v", summary, err)
	}
	if text := summary.Failed[0].Err.Error(); !strings.Contains(text, "damaged") || !strings.Contains(text, "-rerun") {
		t.Errorf("the damage is described as %q", text)
	}
}

// The time left goes by the same spec, then the same model, then any.
func TestEstimate(t *testing.T) {
	plan := newPlan(t, "runs", 2, Shard{})
	e := newEstimate()
	e.remaining = slices.Clone(plan.Tasks)
	if _, known := e.left(); known {
		t.Error("a time is known before anything is done")
	}
	e.add(plan.Tasks[0], 10) // NLinear, horizon 96
	e.drop(plan.Tasks[0])
	if seconds, known := e.left(); !known || seconds != 40 {
		t.Errorf("%v seconds left, want 4 times 10", seconds)
	}
	e.add(plan.Tasks[2], 1) // Repeat
	e.drop(plan.Tasks[2])
	if seconds, _ := e.left(); seconds != 30 {
		t.Errorf("%v seconds left, want 3 times 10 of NLinear", seconds)
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{40 * time.Second: "40 s", 119 * time.Second: "119 s", 12 * time.Minute: "12 min", 3*time.Hour + 10*time.Minute: "3 h 10 min"} {
		if got := duration(d); got != want {
			t.Errorf("%v is worded %q, want %q", d, got, want)
		}
	}
}

func ExampleGrid_Apply() {
	specs, _ := Select(experiments.CPU, []string{"tsm2/ETTh1/96"}, nil)
	grid, _ := ParseGrid([]string{"model.layers=1,2", "model.d_model=8,16"})
	variants, _ := grid.Apply(specs)
	for _, v := range variants {
		fmt.Println(v.Spec.Name, v.Set)
	}
	// Output:
	// tsm2/ETTh1/96 [model.layers=1 model.d_model=8]
	// tsm2/ETTh1/96 [model.layers=1]
	// tsm2/ETTh1/96 [model.d_model=8]
	// tsm2/ETTh1/96 []
}
