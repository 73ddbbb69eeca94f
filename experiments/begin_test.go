package experiments

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mambamixer/experiments/result"
	"mambamixer/experiments/train"
	"mambamixer/internal/backend"
)

// A training can begin with the weights of another run: those of the same path and shape. It is an experiment of its own, and resumes
// as such; without a step it is as good as the run that it begins with.
func TestBeginWithARun(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	ctx, out := context.Background(), t.TempDir()
	first := quickSpec(generatedPictures)
	before, err := Run(ctx, b, first, RunOptions{Tier: Smoke, Out: out})
	if err != nil {
		t.Fatal(err)
	}
	again := first
	again.Name, again.Train = "again/shapes", new(train.Config)
	*again.Train = *first.Train
	again.Train.LearningRate, again.Train.Steps, again.Train.WarmupSteps = 1e-12, 1, 0
	var told strings.Builder
	after, err := Run(ctx, b, again, RunOptions{Tier: Smoke, Out: out, Begin: before.Dir, Progress: &told})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := after.Record.Last.Loss, before.Record.Last.Loss; got < want-1e-4 || got > want+1e-4 {
		t.Errorf("after a step of no length the loss is %v, that of the run begun with %v", got, want)
	}
	if !strings.Contains(told.String(), "6 of the model's 6 variables begin with the weights given") {
		t.Errorf("it was told %q", told.String())
	}
	if !slices.ContainsFunc(after.Record.Set, func(s string) bool { return strings.HasPrefix(s, "begin=") && len(s) == len("begin=")+64 }) {
		t.Errorf("the record says %v", after.Record.Set)
	}
	alone, err := Run(ctx, b, again, RunOptions{Tier: Smoke, Out: out})
	if err != nil || alone.Record.Key == after.Record.Key || alone.Record.Last.Loss == after.Record.Last.Loss {
		t.Errorf("begun at random it is %+v, %v", alone, err)
	}
	if twice, err := Run(ctx, b, again, RunOptions{Tier: Smoke, Out: out, Begin: before.Dir}); err != nil || !twice.Before {
		t.Errorf("the same again: %+v, %v", twice, err)
	}
	// Variables of another shape begin at random.
	wider := again
	wider.Name, wider.Model = "wider/shapes", smallNet{9}
	told.Reset()
	if _, err := Run(ctx, b, wider, RunOptions{Tier: Smoke, Out: out, Begin: before.Dir, Progress: &told}); err != nil || !strings.Contains(told.String(), "1 of the model's 6 variables") {
		t.Errorf("a wider model: %v, told %q", err, told.String()) // the bias of its head has the shape of the other's
	}
}

func TestBeginRefuses(t *testing.T) {
	b, err := backend.Open()
	if err != nil {
		t.Fatal(err)
	}
	half, untrained := t.TempDir(), t.TempDir()
	record := &result.Record{Spec: "x", Key: "y", Status: result.Interrupted}
	if err := record.Write(half); err != nil {
		t.Fatal(err)
	}
	done := &result.Record{Spec: "repeat/x/96", Key: "y", Status: result.Done, Model: "Repeat", Last: &result.Scores{Windows: 1}}
	if err := done.Write(untrained); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(untrained, result.SpecFile), []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		spec  Spec
		begin string
		says  string
	}{
		{find(t, "nlinear/synthetic/96"), t.TempDir(), "to begin with the weights of a run, name its folder"},
		{find(t, "nlinear/synthetic/96"), half, "is interrupted: finish it"},
		{find(t, "nlinear/synthetic/96"), untrained, "is of Repeat, which has no weights"},
		{find(t, "repeat/synthetic/96"), half, "has nothing to train"},
		{func() Spec { s := find(t, "nlinear/synthetic/96"); s.Begin = "ab"; return s }(), "", "begins with the weights of SHA-256 ab: name the folder"},
	} {
		if _, err := Run(context.Background(), b, test.spec, RunOptions{Tier: Smoke, Out: t.TempDir(), Begin: test.begin}); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%v; want %q", err, test.says)
		}
	}
}
