package main

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"mambamixer/experiments/result"
	"mambamixer/internal/backend"
)

// A sweep on two devices finds what one on one device finds, under the same key, and its records say so.
func TestSweepOnDevices(t *testing.T) {
	if b, err := backend.Open(); err != nil || !backend.IsXLA(b) {
		t.Skip("several devices need XLA")
	}
	file := write(t, "good.csv", []byte(series(600)))
	var records []*result.Record
	for _, devices := range []string{"1", "2"} {
		here := invocation{dir: t.TempDir()}
		if _, stderr, code := here.run(t, sweepArgs(file, "-tier", "smoke", "-devices", devices)...); code != 0 {
			t.Fatal(stderr)
		}
		found, err := result.Scan(filepath.Join(here.dir, "runs"))
		if err != nil || len(found.Runs) != 1 {
			t.Fatalf("%d runs, error %v", len(found.Runs), err)
		}
		records = append(records, found.Runs[0].Record)
	}
	one, two := records[0], records[1]
	if one.Key != two.Key || math.Abs(one.Last.MSE-two.Last.MSE) > 1e-5*one.Last.MSE {
		t.Errorf("key %s, error %v on one device, %s and %v on two", one.Key, one.Last.MSE, two.Key, two.Last.MSE)
	}
	if !strings.Contains(two.Env, "2 of them share each batch") || strings.Contains(one.Env, "share") {
		t.Errorf("on one device %q, on two %q", one.Env, two.Env)
	}
}

func TestDevicesUsage(t *testing.T) {
	for _, command := range []string{"run", "sweep"} {
		invocation{}.fails(t, 2, []string{"-devices is 0"}, command, "tsm2/synthetic/96", "-devices", "0")
	}
	if b, err := backend.Open(); err == nil && backend.IsXLA(b) {
		invocation{}.fails(t, 1, []string{"3 devices can't share a batch of 32", "divides batch_size"}, "run", "tsm2/synthetic/96", "-devices", "3")
	}
	pureGo := invocation{env: []string{"GOMLX_BACKEND=go"}}
	pureGo.fails(t, 1, []string{"2 devices are asked for", "has 1; ask for fewer"}, "run", "tsm2/synthetic/96", "-devices", "2")
}
