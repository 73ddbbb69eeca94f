package train

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
)

// One step from w = (1, -2, 3, 0.5), b = (0.1, -0.4) with the loss |v - 0.3|²/2: the gradient is v - 0.3, moving by rho
// along it makes it longer by rho and turns it nowhere, and the first step of Adam is the learning rate against the sign.
func TestSharpnessAwareStep(t *testing.T) {
	c := quick()
	c.Steps, c.BatchSize, c.EvalBatch, c.WarmupSteps, c.LogEvery = 1, 2, 2, 0, 1
	c.LearningRate, c.WeightDecay, c.ClipNorm, c.Rho = 0.1, 0, 0, 0.5
	var norm float64
	outcome, err := Run(context.Background(), open(t), quadratic(1), c, RunOptions{OnEntry: func(e Entry) { norm = e.GradNorm }})
	if err != nil {
		t.Fatal(err)
	}
	start := []float64{1, -2, 3, 0.5, 0.1, -0.4}
	var square float64
	for _, v := range start {
		square += (v - 0.3) * (v - 0.3)
	}
	if want := math.Sqrt(square) + c.Rho; math.Abs(norm-want) > 1e-9 {
		t.Errorf("the gradient's norm is %v, want %v", norm, want)
	}
	got := append(tensors.MustCopyFlatData[float64](outcome.Last.values["/body/w"]),
		tensors.MustCopyFlatData[float64](outcome.Last.values["/head/b"])...)
	for i, v := range start {
		if want := v - math.Copysign(c.LearningRate, v-0.3); math.Abs(got[i]-want) > 1e-8 {
			t.Errorf("weight %d is %v after a step, want %v", i, got[i], want)
		}
	}
}

// With two passes of dropout a step the resumed run is still the uninterrupted one.
func TestSharpnessAwareRunResumes(t *testing.T) {
	wantDir, dir := t.TempDir(), t.TempDir()
	c, o := resumable(wantDir)
	plain := mustRun(t, c, RunOptions{Seed: o.Seed})
	c.Rho = 0.3
	want := mustRun(t, c, o)
	if reflect.DeepEqual(bits(t, plain.Last), bits(t, want.Last)) {
		t.Error("sharpness-aware minimization changes nothing")
	}
	o.Dir = dir
	ctx, cancel := context.WithCancel(context.Background())
	o.OnEntry = func(e Entry) {
		if e.Step == 13 {
			cancel()
		}
	}
	var interrupted *Interrupted
	if _, err := Run(ctx, open(t), toy(), c, o); !errors.As(err, &interrupted) {
		t.Fatalf("cancelled: error %v", err)
	}
	o.OnEntry = nil
	sameRun(t, "sharpness-aware", mustRun(t, c, o), want, dir, wantDir)
}
