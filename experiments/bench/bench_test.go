package bench

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"mambamixer/experiments/result"
	"mambamixer/internal/backend"
	"mambamixer/ssm"
)

// tiny has every part of the full plan at sizes that take no time.
var tiny = Options{Lengths: []int{3, 9}, plan: plan{
	compared:     dims{batch: 1, channels: 8, state: 4},
	wide:         dims{batch: 1, length: 5, channels: 32, state: 4},
	scaling:      []int{4, 8},
	swept:        dims{batch: 1, length: 4, channels: 8, state: 4},
	batches:      []int{1, 2},
	channels:     []int{8, 16},
	states:       []int{4},
	memory:       []int{1, 3},
	turns:        2,
	convs:        []convolution{{[]int{2, 7, 8}, []int{4}}, {[]int{2, 5, 6, 8}, []int{3, 3}}},
	block:        dims{batch: 1, channels: 8, state: 4},
	blockLengths: []int{5},
	steps:        9,
	triadBytes:   1 << 16,
	instructions: 1 << 16,
}}

func TestSample(t *testing.T) {
	s := sample{1, 2, 4, 9.5, 10}
	if got, want := s.String(), "4.00 [1.00-10.00]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, c := range []struct {
		rival, ours sample
		want        string
	}{{sample{10}, sample{4}, "2.5"}, {sample{4}, sample{100}, "0.04"}, {nil, s, "-"}, {s, nil, "-"}} {
		if got := ratio(c.rival, c.ours); got != c.want {
			t.Errorf("the ratio of %v to %v is %s, want %s", c.rival, c.ours, got, c.want)
		}
	}
	if got := sample(nil).String(); got != "-" {
		t.Errorf("nothing measured shows as %q", got)
	}
}

func TestMeasure(t *testing.T) {
	calls := 0
	s, err := measure(context.Background(), func() error { calls++; return nil })
	if err != nil || len(s) != mostRuns || calls != 1+2*mostRuns || !slices.IsSorted(s) {
		t.Errorf("%d timings of %d calls, %v", len(s), calls, err)
	}
	broken := errors.New("broken")
	if _, err := measure(context.Background(), func() error { return broken }); err != broken {
		t.Errorf("got the error %v", err)
	}
}

func TestMemoryLimit(t *testing.T) {
	d := dims{batch: 8, length: 3136, channels: 256, state: 16}
	l := limits{bandwidth: 1e9}
	// In MB, at 1 GB/s: u, delta, y of 25.7 MB each, B and C of 1.6 MB each.
	if got := l.memory(d, forward); math.Abs(got-80.3) > 0.1 {
		t.Errorf("forward moves %.1f MB, want 80.3", got)
	}
	if got := l.memory(d, training); math.Abs(got-317.9) > 0.5 {
		t.Errorf("training moves %.1f MB, want 317.9", got)
	}
}

func TestConv(t *testing.T) {
	l := limits{bandwidth: 1e9}
	// In MB, at 1 GB/s: x and y are 6.4 MB each.
	if got := l.convMemory(fullPlan.convs[2], training); math.Abs(got-32.1) > 0.1 {
		t.Errorf("training moves %.1f MB, want 32.1", got)
	}
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	r, err := measureConvs(context.Background(), b, tiny.plan, l)
	if err != nil {
		t.Fatal(err)
	}
	text := r.table().Text()
	for _, want := range []string{"[2, 7, 8], 4 taps", "[2, 5, 6, 8], 3 x 3 taps", "forward+backward", "x graph", "x limit"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if times := r.times[0][training]; len(times[ssm.Sequential]) < leastRuns || (len(times[ssm.Fused]) > 0) != hasKernels(b) {
		t.Errorf("timed %v", times)
	}
}

func TestAims(t *testing.T) {
	for _, c := range []struct {
		aim           aim
		text, verdict string
	}{
		{aim{least: 4, reached: 4}, ">= 4", "yes"},
		{aim{least: 4, reached: 3.9}, ">= 4", "no"},
		{aim{most: 1.2, reached: 1.3}, "<= 1.2", "no"},
		{aim{least: 0.9, most: 1.1, reached: 1}, "0.9 to 1.1", "yes"},
		{aim{least: 0.9, most: 1.1, reached: 1.2}, "0.9 to 1.1", "no"},
		{aim{least: 4, reached: math.NaN()}, ">= 4", "not measured"},
	} {
		if c.aim.String() != c.text || c.aim.verdict() != c.verdict {
			t.Errorf("got %q %q, want %q %q", c.aim, c.aim.verdict(), c.text, c.verdict)
		}
	}
}

func newPage() *page {
	return &page{
		command: "bench", env: result.NewEnv("cpu"), date: time.Unix(0, 0), versions: map[string]string{},
		times: &timings{lengths: []int{3, 9}, samples: map[cell]sample{}}, step: known(), convs: &convReport{}, figure: "cost-curves.svg",
	}
}

func TestReadPeer(t *testing.T) {
	g, p := newPage(), peer{"Peer", "peer"}
	out := `{"versions": {"torch": "2.6.0"}}
{"check": "y", "error": 1e-07}
{"length": 3, "pass": "forward", "ms": [3.0, 1.0, 2.0]}
{"length": 3, "pass": "forward+back`
	if err := g.read(p, strings.NewReader(out)); err != nil {
		t.Fatal(err)
	}
	if got := g.times.samples[cell{"Peer", 3, forward}].String(); got != "2.00 [1.00-3.00]" {
		t.Errorf("forward took %s", got)
	}
	if len(g.times.samples) != 1 || g.versions["torch"] != "2.6.0" || len(g.checks) != 1 || g.checks[0].error != 1e-7 {
		t.Errorf("read %v %v %v", g.times.samples, g.versions, g.checks)
	}
	if got := strings.Join(g.missing(p, []int{3}), ", "); got != "forward+backward at L=3" {
		t.Errorf("missing: %s", got)
	}
	for _, bad := range []string{"Killed\n", "{}\n", `{"length": 3, "pass": "sideways", "ms": [1]}` + "\n"} {
		if err := g.read(p, strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), "Peer printed") {
			t.Errorf("%q gives the error %v", bad, err)
		}
	}
}

// script writes a shell script that stands for another program.
func script(t *testing.T, lines string) (path string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a POSIX shell")
	}
	path = filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+lines+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRunPeer has shell scripts in the place of Python: they get peers.py on standard input.
func TestRunPeer(t *testing.T) {
	for _, c := range []struct{ name, script, want string }{
		{"good", `echo '{"length": 3, "pass": "forward", "ms": [1]}'`, ""},
		{"failing", `echo hm >&2; echo its y are off >&2; exit 1`, `last saying "its y are off"; missing are forward at L=3, `},
		{"slow", `exec sleep 60`, "it took more than 1s; missing are forward at L=3, "},
	} {
		t.Run(c.name, func(t *testing.T) {
			python := script(t, "cat >/dev/null\n"+c.script)
			g := newPage()
			if err := g.run(context.Background(), peers[0], PeerOptions{Options: tiny, Python: python, Limit: time.Second}); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(g.times.skipped, "\n"); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("skipped: %q, want %q", got, c.want)
			}
		})
	}
	missing := PeerOptions{Options: tiny, Python: "/nowhere/python", Limit: time.Second}
	if err := newPage().run(context.Background(), peers[0], missing); err == nil || !strings.Contains(err.Error(), "make bench-peers") {
		t.Errorf("without Python: %v", err)
	}
}

// TestMemory has a script in the place of the command: its peak is 1 MB and 10 kB a step.
func TestMemory(t *testing.T) {
	opts := tiny
	opts.Self = script(t, `echo "peak memory $((1000000 + 10000 * $4)) bytes"`)
	peaks, err := measureMemory(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	f := &fusedReport{opts: opts, memory: peaks}
	if got, want := f.memoryTable().Rows[1], []string{"3", "0.00", "0.00", "10.00"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for bad, want := range map[string]string{"echo none >&2; exit 3": `saying "none"`, "echo hello": `printed "hello`} {
		opts.Self = script(t, bad)
		if _, err := measureMemory(context.Background(), opts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got the error %v, want one with %q", bad, err, want)
		}
	}
	if peak := peakMemory(); peak < 1<<20 || peak > 1<<40 {
		t.Errorf("this process has had %d bytes", peak)
	}
}

// TestAgainst has scripts in the place of both commands, whose steps take 50 and 200 ms.
func TestAgainst(t *testing.T) {
	trains := func(seconds string) string {
		return script(t, `mkdir -p "$4/tsm2/synthetic/96/key/seed-0"
printf '{"step":4,"seconds":9}\n{"step":8,"seconds":'`+seconds+`'}\n' > "$4/tsm2/synthetic/96/key/seed-0/log.jsonl"`)
	}
	opts := tiny
	opts.Self, opts.Against = trains("9.2"), trains("9.8")
	a, err := measureAgainst(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if row := a.table().Rows[0]; row[1] != "50.00 [50.00-50.00]" || row[2] != "50.0 50.0" || row[3] != "4.0" {
		t.Errorf("got %q, want 50 ms in two turns, 4 times as fast", row)
	}
	opts.Against = script(t, "echo no such flag >&2; exit 2")
	if _, err := measureAgainst(context.Background(), opts); err == nil || !strings.Contains(err.Error(), `it said "no such flag"`) {
		t.Errorf("got the error %v", err)
	}
}

func TestMissed(t *testing.T) {
	g := newPage()
	g.times.forms = []string{"JAX lax.scan"}
	g.times.samples[cell{"JAX lax.scan", 196, forward}] = sample{3}
	g.times.samples[cell{"fused", 196, forward}] = sample{1}
	g.fused = &fusedReport{opts: tiny, times: g.times, limits: limits{instructions: 1e6}}
	got := missed([]aim{
		g.rivalAim("JAX", "JAX", 196, forward, 4), g.rivalAim("JAX", "JAX", 196, forward, 2), g.rivalAim("JAX", "JAX", 784, forward, 2),
		g.stepAim("step", 3, g.step.whole[ssm.Sequential]),
	})
	if len(got) != 2 || !strings.HasPrefix(got[0], "forward, times as fast as JAX, L=196: 3.00 instead of >= 4. That form takes 3.00 ms in this run, the kernels 1.00 ms.") ||
		!strings.HasPrefix(got[1], "step: 2.50 instead of >= 3. Scan, conv and norm take 28 % of the step's 20.00 ms; the step without them takes 14.50 ms.") {
		t.Errorf("got %q", got)
	}
}

// TestScan runs everything once, at sizes that take no time, and shows it both ways.
func TestScan(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	times, err := timeMethods(ctx, b, tiny)
	if err != nil {
		t.Fatal(err)
	}
	usable := ssm.Usable(b)
	if got, want := len(times.samples), len(usable)*len(tiny.Lengths)*len(passes); got != want {
		t.Errorf("%d samples, want %d", got, want)
	}
	for _, table := range times.tables(usable...) {
		text := table.Text()
		for _, method := range usable {
			if !strings.Contains(text, "x "+string(method)) {
				t.Errorf("no ratios to %s in\n%s", method, text)
			}
		}
	}
	if !slices.Contains(usable, ssm.Fused) {
		return
	}
	g := newPage()
	g.times = times
	if g.fused, err = measureFused(ctx, b, tiny, times); err != nil {
		t.Fatal(err)
	}
	if g.fused.limits.bandwidth <= 0 || math.IsNaN(g.fused.growth().Slope()) {
		t.Errorf("limits %+v, slope %v", g.fused.limits, g.fused.growth().Slope())
	}
	if list := missed([]aim{{what: "speed", least: 2, reached: 1}}); list[0] != "speed: 1.00 instead of >= 2. Nothing that was measured says why." {
		t.Errorf("got %q", list)
	}
	if err := g.drawCosts(filepath.Join(t.TempDir(), g.figure)); err != nil {
		t.Error(err)
	}
	text := g.markdown()
	for _, want := range []string{"of `bench`", "ours, fused", "## Aims", "not measured", "Slope of log time", "](cost-curves.svg)", "Slopes of log time", "Peak resident memory", "Nothing."} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q on the page:\n%s", want, text)
		}
	}
}
