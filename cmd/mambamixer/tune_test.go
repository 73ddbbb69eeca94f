package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mambamixer/experiments/tuned"
)

// A search ends with a table and a file, and the same command does nothing again.
func TestTune(t *testing.T) {
	dir := t.TempDir()
	args := []string{"tune", "nlinear/synthetic/96", "-tier", "smoke", "-folds", "2", "-set", "train.learning_rate=0.0001,0.001", "-o", "found/outcome.json"}
	first, stderr, code := invocation{dir: dir}.run(t, args...)
	if code != 0 || !strings.Contains(first, "train.learning_rate=0.0001") {
		t.Fatalf("exit code %d, no table of settings:\n%s%s", code, first, stderr)
	}
	text, err := os.ReadFile(filepath.Join(dir, "found", "outcome.json"))
	if err != nil {
		t.Fatal(err)
	}
	var outcome tuned.Outcome
	if err := json.Unmarshal(text, &outcome); err != nil {
		t.Fatal(err)
	}
	if len(outcome.Trials) != 2 || len(outcome.Trials[0].Scores) != 2 || outcome.Folds != 2 || outcome.Tier != "smoke" || !strings.HasPrefix(outcome.Command, "mambamixer tune") {
		t.Errorf("the outcome %+v is not that of two settings on two folds", outcome)
	}
	again, stderr, code := invocation{dir: dir}.run(t, args...)
	if code != 0 || again != first || !strings.Contains(stderr, "4 runs, 4 of them done before") {
		t.Errorf("exit code %d: the same command should find all done and say the same:\n%s%s", code, again, stderr)
	}
}

func TestTuneErrors(t *testing.T) {
	for wanted, args := range map[string][]string{
		"tune needs one or more specs":   {"tune"},
		"there is nothing to try":        {"tune", "nlinear/synthetic/96"},
		"-folds must be 1 or more":       {"tune", "nlinear/synthetic/96", "-folds", "0", "-try", "train.steps=3"},
		"-jobs is 0":                     {"tune", "nlinear/synthetic/96", "-jobs", "0", "-try", "train.steps=3"},
		`no study or spec "nlinear/synt`: {"tune", "nlinear/synthetik/96", "-try", "train.steps=3"},
		`has no field "train.step"`:      {"tune", "nlinear/synthetic/96", "-try", "train.step=3"},
	} {
		invocation{}.fails(t, 2, []string{wanted}, args...)
	}
	// The generated series has 7 blocks before its validation rows; an eighth fold would learn from nothing.
	invocation{}.fails(t, 1, []string{"there is no fold"}, "tune", "nlinear/synthetic/96", "-folds", "20", "-try", "train.steps=3")
}
