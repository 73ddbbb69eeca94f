package run

import (
	"strings"
	"testing"

	"mambamixer/notebooks/ipynb"
)

func shown(mime string, value any) ipynb.Output {
	return ipynb.Output{Type: "display_data", Data: map[string]any{mime: value}}
}

func printed(stream, text string) ipynb.Output {
	return ipynb.Output{Type: "stream", Name: stream, Text: text}
}

func broken(value string) ipynb.Output {
	return ipynb.Output{Type: "error", Error: ipynb.Error{Name: "ERROR", Value: value}}
}

func TestCompare(t *testing.T) {
	type outputs []ipynb.Output
	for _, test := range []struct {
		name        string
		before, now outputs
		want, live  string // part of the difference, "" for none
	}{
		{name: "same", before: outputs{printed("stdout", "a"), shown("text/html", "b")}, now: outputs{printed("stdout", "a"), shown("text/html", "b")}},
		{name: "remarks", before: outputs{printed("stderr", "a")}, now: outputs{}},
		{name: "text", before: outputs{printed("stdout", "a\nb\nc")}, now: outputs{printed("stdout", "a\nx\nc")}, want: `in line 2, "b", now "x"`},
		{name: "shorter", before: outputs{printed("stdout", "a\nb")}, now: outputs{printed("stdout", "a")}, want: `in line 2, "b", now nothing more`},
		{name: "gone", before: outputs{printed("stdout", "a")}, now: outputs{}, want: `"a", now ""`, live: `"a", now ""`},
		{name: "split", before: outputs{printed("stdout", "ab")}, now: outputs{printed("stdout", "a"), printed("stderr", "x"), printed("stdout", "b")}},
		{name: "html", before: outputs{shown("text/html", "1")}, now: outputs{shown("text/html", "2")}, want: "text/html"},
		{name: "kind", before: outputs{shown("text/html", "1")}, now: outputs{shown("image/png", "1")}, want: "was text/html, now it is image/png", live: "image/png"},
		{name: "fewer", before: outputs{shown("text/html", "1")}, now: outputs{}, want: "showed 1 things, now it shows 0", live: "showed 1"},
		{name: "pixels", before: outputs{shown("image/png", red)}, now: outputs{shown("image/png", black)}, want: "image/png that it shows looks different"},
		{name: "same pixels", before: outputs{shown("image/png", red)}, now: outputs{shown("image/png", red2)}},
		{name: "fails now", before: outputs{}, now: outputs{broken("v")}, want: "there was no error, now there is the error v", live: "now there is the error v"},
		{name: "other error", before: outputs{broken("v")}, now: outputs{broken("w")}, want: `"v", now "w"`},
	} {
		for _, live := range []bool{false, true} {
			file, fresh := cells(""), cells("")
			file.Cells[1].Outputs, fresh.Cells[1].Outputs = test.before, test.now
			want := test.want
			if live {
				tag(file, 1, Live)
				want = test.live
			}
			got := strings.Join(Compare(file, fresh), "\n")
			if (want == "") != (got == "") || !strings.Contains(got, want) {
				t.Errorf("%s, live %v: %q, want %q", test.name, live, got, want)
			}
		}
	}
}
