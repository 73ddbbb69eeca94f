package jupyter

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// start serves handle and returns a client of it, and a channel with the server's end.
func start(t *testing.T, handle Handler) (*Client, <-chan error) {
	t.Helper()
	connection, err := NewConnection()
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- Serve(t.Context(), connection, handle) }()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	client, err := Dial(ctx, connection)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client, ended
}

// cell runs code and returns its messages, as "type content" each, up to idle.
func cell(t *testing.T, c *Client, code string, running func()) (seen []string) {
	t.Helper()
	id, err := c.Execute(code)
	if err != nil {
		t.Fatal(err)
	}
	timeout := time.After(10 * time.Second)
	for {
		select {
		case m := <-c.Published():
			if m.Parent.ID != id {
				continue
			}
			seen = append(seen, m.Header.Type+" "+string(m.Content))
			if running != nil && m.Header.Type == "stream" {
				running()
			}
			if strings.Contains(string(m.Content), `"idle"`) {
				return seen
			}
		case <-c.Replies():
		case <-timeout:
			t.Fatalf("%s: not idle; so far: %q", code, seen)
		}
	}
}

func TestCells(t *testing.T) {
	client, ended := start(t, func(ctx context.Context, code string, out *Output) error {
		out.Print("stdout", "ran "+code)
		out.Display("one", map[string]any{"text/plain": "before"})
		out.Update("one", map[string]any{"text/plain": "after"})
		if code == "wait" {
			<-ctx.Done()
			return errors.New("interrupted")
		}
		return nil
	})
	got := cell(t, client, "a", nil)
	want := []string{"status", "execute_input", "stream", "display_data", "update_display_data", "status"}
	if len(got) != len(want) {
		t.Fatalf("got %q", got)
	}
	for i, kind := range want {
		if !strings.HasPrefix(got[i], kind+" ") {
			t.Errorf("message %d is %s, want %s", i, got[i], kind)
		}
	}
	got = cell(t, client, "wait", func() {
		if err := client.Interrupt(); err != nil {
			t.Error(err)
		}
	})
	if text := strings.Join(got, "\n"); !strings.Contains(text, `error {"ename":"ERROR","evalue":"interrupted"`) {
		t.Errorf("an interrupted cell published %s", text)
	}
	if err := client.Shutdown(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(5 * time.Second):
		t.Error("the kernel did not end")
	}
}

func TestDialGivesUp(t *testing.T) {
	connection, err := NewConnection()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := Dial(ctx, connection); err == nil || !strings.Contains(err.Error(), "can't be reached") {
		t.Errorf("without a kernel: %v", err)
	}
}

func TestSignature(t *testing.T) {
	m, err := newMessage("s", "status", map[string]any{"a": 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := m.encode("key")
	if err != nil {
		t.Fatal(err)
	}
	if back, err := decode("key", raw); err != nil || back.Header != m.Header || string(back.Content) != `{"a":1}` {
		t.Errorf("decoded %+v, %v", back, err)
	}
	if _, err := decode("other", raw); err == nil {
		t.Error("a wrong key was accepted")
	}
	raw.Frames = raw.Frames[:3]
	if _, err := decode("key", raw); err == nil {
		t.Error("a short message was accepted")
	}
}

func TestConnectionFile(t *testing.T) {
	connection, err := NewConnection()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "c.json")
	if err := connection.Write(path); err != nil {
		t.Fatal(err)
	}
	if back, err := ReadConnection(path); err != nil || back != connection {
		t.Errorf("read %+v, %v", back, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	for text, want := range map[string]string{
		"{": "no Jupyter connection file",
		`{"transport":"ipc","signature_scheme":"hmac-sha256"}`:           `transport "ipc"`,
		fmt.Sprintf(`{"transport":"tcp","signature_scheme":%q}`, scheme): "port 0",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadConnection(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := ReadConnection(path + "x"); err == nil {
		t.Error("a missing file was read")
	}
}
