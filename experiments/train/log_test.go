package train

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestLogIsCutBack(t *testing.T) {
	lines := `{"step":1,"epoch":0,"loss":3,"lr":0,"grad_norm":0,"seconds":0}
{"step":2,"epoch":0,"loss":2,"lr":0,"grad_norm":0,"seconds":0}
{"step":3,"epoch":0,"loss":1,"lr":0,"grad_norm":0,"seconds":0}
{"step":4,"epo`
	for _, test := range []struct {
		state state
		want  int // lines kept
	}{
		{state{Step: 3}, 3}, {state{Step: 2}, 2}, {state{Step: 2, Pending: true}, 1}, {state{}, 0}, {state{Step: 9}, 3},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, LogFile)
		if err := os.WriteFile(path, []byte(lines), 0o644); err != nil {
			t.Fatal(err)
		}
		l, err := openLog(dir, test.state)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.write(Entry{Step: 100}); err != nil {
			t.Fatal(err)
		}
		l.close()
		entries, err := ReadLog(dir)
		if err != nil || len(entries) != test.want+1 || entries[test.want].Step != 100 {
			t.Errorf("%+v: entries %+v (%v)", test.state, entries, err)
		}
	}
	if _, err := ReadLog(filepath.Join(t.TempDir(), "none")); err == nil || !strings.Contains(err.Error(), "there is no such file") {
		t.Errorf("a missing log: %v", err)
	}
}

func TestQuietProgress(t *testing.T) {
	var b bytes.Buffer
	p := NewProgress(&b, "mse", 0, 100).(*lineProgress)
	back := func(d time.Duration) { p.last = p.last.Add(-d); p.start = p.start.Add(-d) }
	p.Update(50, 1, nil) // too soon
	back(11 * time.Second)
	p.Update(5, 1, nil) // too little
	p.Update(10, 0.5, nil)
	back(11 * time.Second)
	p.Update(19, 0.5, nil) // too little
	val := 0.25
	back(50 * time.Second)
	p.Update(19, 0.4, &val)
	p.Note("a note")
	p.Done()
	lines := strings.Split(b.String(), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[0], "step 10 of 100 (10 %), loss 0.5000, 1m") ||
		!strings.HasPrefix(lines[1], "step 19 of 100 (19 %), loss 0.4000, best validation mse 0.2500, ") ||
		!strings.HasSuffix(lines[1], " left") || lines[2] != "a note" {
		t.Errorf("progress:\n%s", b.String())
	}
	NewProgress(nil, "mse", 0, 1).Note("to nobody")
}
