package nearest

import "testing"

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
