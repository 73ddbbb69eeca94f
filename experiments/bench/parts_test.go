package bench

import (
	"context"
	"math"
	"strings"
	"testing"

	"mambamixer/experiments/train"
	"mambamixer/internal/backend"
	"mambamixer/mixer/tsm2"
	"mambamixer/ssm"
)

// known is a breakdown with round numbers.
func known() *breakdown {
	at := func(ms float64) map[ssm.Method]sample { return map[ssm.Method]sample{ssm.Fused: {ms}} }
	return &breakdown{
		methods: []ssm.Method{ssm.Fused, ssm.Sequential},
		parts:   []part{{kind: "scan", count: 2}, {kind: "conv", count: 1}, {kind: "dense", count: 4}, {kind: "norm", count: 1}},
		alone:   []map[ssm.Method]sample{at(1), at(3), at(2), at(0.5)},
		whole:   map[ssm.Method]sample{ssm.Fused: {20}, ssm.Sequential: {50}},
	}
}

func TestBreakdown(t *testing.T) {
	k := known()
	if k.speedup() != 2.5 || math.Abs(k.share("scan", "conv", "norm")-0.275) > 1e-12 {
		t.Errorf("speedup %v, share %v", k.speedup(), k.share("scan", "conv", "norm"))
	}
	rows := k.table().Rows
	if rest := rows[len(rows)-2]; rest[0] != "rest" || rest[5] != "6.50" || rest[6] != "32" {
		t.Errorf("the rest is %q, want 6.50 ms and 32 %%", rest)
	}
}

func TestStepTimes(t *testing.T) {
	log := []train.Entry{{Step: 4, Seconds: 9}, {Step: 8, Seconds: 9.4}, {Step: 12, Seconds: 9.6}}
	got := stepTimes(log)
	if len(got) != 2 || math.Abs(got[0]-50) > 1e-9 || math.Abs(got[1]-100) > 1e-9 {
		t.Errorf("got %v, want 50 and 100 ms", got)
	}
}

// TestStepParts holds the number and shapes of TSM2's parts against the model's own count of operations.
func TestStepParts(t *testing.T) {
	spec, err := stepSpec(9)
	if err != nil {
		t.Fatal(err)
	}
	c, batch := tsm2.Default(), spec.Train.BatchSize
	var total ssm.Cost
	for _, p := range stepParts(c, batch, spec.Data.History) {
		var cost ssm.Cost
		switch p.kind {
		case "scan":
			cost = ssm.ScanCost(p.shape[0], p.shape[1], p.shape[2], c.SSM.StateSize, true, false)
			cost.FLOPs += int64(p.shape[2]) * int64(4*p.shape[0]*p.shape[1]+2*c.SSM.StateSize) // bias and softplus of Δ; A from its logarithm
		case "conv":
			cost = ssm.ConvCost(p.shape[0], p.shape[1], p.shape[2], c.SSM.ConvWidth)
			cost.FLOPs += 4 * int64(p.shape[0]*p.shape[1]*p.shape[2]) // SiLU
		case "dense":
			cost = ssm.LinearCost(p.shape[0], p.shape[1], p.output[1])
		}
		for range p.count {
			total = total.Plus(cost)
		}
	}
	gated := 2 * c.Layers * batch * stepVariates * c.Patches(spec.Data.History) * c.Expand * c.DModel
	total.FLOPs += 5 * int64(gated)
	if want := c.Cost(batch, spec.Data.History, stepHorizon, stepVariates); total.FLOPs != want.FLOPs {
		t.Errorf("the parts and gates have %d operations, TSM2 has %d", total.FLOPs, want.FLOPs)
	}
}

func TestTraining(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	spec, err := stepSpec(9)
	if err != nil {
		t.Fatal(err)
	}
	s, err := timeTraining(context.Background(), b, spec)
	if err != nil || len(s) != 2 || s[0] <= 0 {
		t.Errorf("the steps took %v, %v", s, err)
	}
}

// TestBlock takes a small block apart.
func TestBlock(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	k, err := measureBlock(context.Background(), b, tiny.plan.block, 5)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range k.parts {
		if len(k.alone[i][k.methods[0]]) < leastRuns {
			t.Errorf("%s of %s was not timed: %v", p.kind, p.of, k.alone[i])
		}
	}
	text := k.table().Text()
	for _, want := range []string{"scan", "conv", "norm", "dense", "rest", "step", "scan + conv + norm: "} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if hasKernels(b) != (k.speedup() > 0) {
		t.Errorf("methods %v, but the speedup is %v", k.methods, k.speedup())
	}
}
