package nearest

import (
	"strings"
	"testing"
)

func TestTo(t *testing.T) {
	names := []string{"ETTh1", "ETTh2", "Exchange"}
	for word, want := range map[string]string{"etth2": "ETTh2", "ETTh": "ETTh1", "exchagne": "Exchange"} {
		if got := To(word, names); got != want {
			t.Errorf("nearest to %q is %q, want %q", word, got, want)
		}
	}
	if got := Hint("x", nil); got != "" {
		t.Errorf("hint without candidates: %q", got)
	}
}

func TestCheck(t *testing.T) {
	type kind string
	if err := Check[kind]("norm", "2d", "2d", "none"); err != nil {
		t.Error(err)
	}
	err := Check[kind]("norm", "nonne", "2d", "none")
	for _, piece := range []string{"norm", `"nonne"`, `did you mean "none"?`, `"2d", "none"`} {
		if err == nil || !strings.Contains(err.Error(), piece) {
			t.Errorf("error %v lacks %s", err, piece)
		}
	}
}
