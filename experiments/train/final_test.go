package train

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// The folder of a finished run gives the weights of its outcome.
func TestFinal(t *testing.T) {
	for _, restore := range []bool{false, true} {
		c := quick()
		c.RestoreBest = restore
		dir := t.TempDir()
		outcome := mustRun(t, c, RunOptions{Dir: dir, Key: "k", Seed: 5})
		final, err := Final(dir, "k", 5, c)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(bits(t, final), bits(t, outcome.Last)) {
			t.Errorf("with restore_best=%v the weights are not those of the outcome", restore)
		}
		values, err := final.Values("/head/dense/weights")
		if err != nil || len(values) != 8 {
			t.Errorf("the head has the values %v (%v), want 8", values, err)
		}
		if _, err := final.Values("/nowhere"); err == nil || !strings.Contains(err.Error(), "no variable /nowhere") {
			t.Errorf("a variable that isn't there: %v", err)
		}
		if _, err := Final(dir, "other", 5, c); err == nil || !strings.Contains(err.Error(), "belongs to another experiment") {
			t.Errorf("another key: %v", err)
		}
		os.RemoveAll(dir + "/checkpoint")
		if _, err := Final(dir, "k", 5, c); err == nil || !strings.Contains(err.Error(), "there are no weights in") {
			t.Errorf("without checkpoints: %v", err)
		}
	}
	dir, _, _ := trained(t)
	if _, err := Final(dir, "k", 11, quick()); err == nil || !strings.Contains(err.Error(), "not of the end of the run") {
		t.Errorf("an interrupted run: %v", err)
	}
}
