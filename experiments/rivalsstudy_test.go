package experiments

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Each rival sees the history that its published number was measured with, at all horizons, and says what still differs.
// At table5's history the two studies share their runs.
func TestRivalsByTheirOwnProtocol(t *testing.T) {
	study, err := FindStudy("rivals")
	if err != nil {
		t.Fatal(err)
	}
	table5, err := FindStudy("table5")
	if err != nil {
		t.Fatal(err)
	}
	shared := table5.On("ETTh1")
	horizons := map[string]int{}
	for _, entry := range study.Entries(CPU) {
		spec := entry.Spec
		horizons[spec.Kind]++
		value, found := spec.Published()
		if want := ownPapers[spec.Kind].history; !found || spec.Data.History != want || !strings.HasPrefix(value.Protocol, fmt.Sprintf("history %d", want)) {
			t.Errorf("%s sees %d steps, its paper %d: %q", spec.Name, spec.Data.History, want, value.Protocol)
		}
		if in5 := slices.ContainsFunc(shared, func(e Entry) bool { return e.Spec.Name == spec.Name }); in5 != (spec.Data.History == history) {
			t.Errorf("%s with history %d is a spec of table5: %v", spec.Name, spec.Data.History, in5)
		}
		if !strings.HasPrefix(study.Deviations[spec.Kind], "at most ") {
			t.Errorf("%s doesn't say what differs: %q", spec.Kind, study.Deviations[spec.Kind])
		}
	}
	if len(horizons) != 8 {
		t.Errorf("rivals %v, want 8", horizons)
	}
	for model, n := range horizons {
		if n != 4 {
			t.Errorf("%s has %d horizons, want 4", model, n)
		}
	}
	if smoke := study.Entries(Smoke); len(smoke) != 8 {
		t.Errorf("the smoke tier has %d entries, want each rival once", len(smoke))
	}
	if spec, err := StandIn(find(t, "smamba-history-96/ETTh1/96")); err != nil || spec.Name != "smamba-history-96/synthetic/96" {
		t.Errorf("the generated set stands in by %s, %v", spec.Name, err)
	}
}
