package ltsf

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// remote is a data set served by a test: its content, and the header that asked for a part of it.
type remote struct {
	content []byte
	ranges  []string
	info    Info
	url     string
}

// serve starts a server that answers as handle does; a nil handle serves the content, whole or in parts.
func serve(t *testing.T, handle func(*remote, http.ResponseWriter, *http.Request)) *remote {
	t.Helper()
	r := &remote{content: []byte("date,a,b\n" + strings.Repeat("d,1,2\n", 5000))}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.ranges = append(r.ranges, q.Header.Get("Range"))
		if handle != nil {
			handle(r, w, q)
			return
		}
		http.ServeContent(w, q, "made.csv", time.Time{}, bytes.NewReader(r.content))
	}))
	t.Cleanup(server.Close)
	r.info = madeInfo(string(r.content))
	r.url = server.URL + "/made/made.csv"
	r.info.Sources = []Source{{URL: r.url, File: "made/made.csv", Bytes: int64(len(r.content)), SHA256: hash(string(r.content))}}
	return r
}

func get(r *remote, dir string) (string, error) {
	return Downloader{}.get(context.Background(), r.info, dir)
}

// wantFile checks the target, and that no part file is left.
func wantFile(t *testing.T, path string, content []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, content) {
		t.Errorf("%d bytes, %v; want %d", len(got), err, len(content))
	}
	if _, err := os.Stat(path + ".part"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a part file is left: %v", err)
	}
}

func wantNoFile(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is there: %v", path, err)
	}
}

func TestDownload(t *testing.T) {
	r := serve(t, nil)
	dir := filepath.Join(t.TempDir(), "new", "folder")
	var done, total int64
	d := Downloader{Progress: func(a, b int64) {
		if a < done {
			t.Errorf("progress went back from %d to %d", done, a)
		}
		done, total = a, b
	}}
	path, err := d.get(context.Background(), r.info, dir)
	if err != nil {
		t.Fatal(err)
	}
	wantFile(t, path, r.content)
	if n := int64(len(r.content)); done != n || total != n {
		t.Errorf("progress ended at %d of %d, want %d", done, total, n)
	}
	if found, err := r.info.find([]string{dir}); err != nil || found != path {
		t.Errorf("not found where it was put: %q, %v", found, err)
	}
	if again, err := get(r, dir); err != nil || again != path || len(r.ranges) != 1 {
		t.Errorf("a second call: %q, %v, %d requests", again, err, len(r.ranges))
	}
}

func TestDownloadResumes(t *testing.T) {
	r := serve(t, nil)
	dir := t.TempDir()
	write(t, dir, "made/made.csv.part", string(r.content[:1000]))
	path, err := get(r, dir)
	if err != nil {
		t.Fatal(err)
	}
	wantFile(t, path, r.content)
	if r.ranges[0] != "bytes=1000-" {
		t.Errorf("asked for %q", r.ranges[0])
	}
}

func TestDownloadResumesACompletePart(t *testing.T) {
	r := serve(t, nil)
	dir := t.TempDir()
	write(t, dir, "made/made.csv.part", string(r.content))
	path, err := get(r, dir)
	if err != nil {
		t.Fatal(err)
	}
	wantFile(t, path, r.content)
}

func TestDownloadStartsOverWhereTheServerCannotResume(t *testing.T) {
	r := serve(t, func(r *remote, w http.ResponseWriter, _ *http.Request) { w.Write(r.content) })
	dir := t.TempDir()
	write(t, dir, "made/made.csv.part", strings.Repeat("x", len(r.content)+10))
	path, err := get(r, dir)
	if err != nil {
		t.Fatal(err)
	}
	wantFile(t, path, r.content)
}

func TestDownloadKeepsWhatCame(t *testing.T) {
	broken := true
	r := serve(t, func(r *remote, w http.ResponseWriter, q *http.Request) {
		if !broken {
			http.ServeContent(w, q, "made.csv", time.Time{}, bytes.NewReader(r.content))
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(r.content)))
		w.Write(r.content[:4096])
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	dir := t.TempDir()
	_, err := get(r, dir)
	wantWords(t, err, "cannot get Made", r.url, fmt.Sprintf("stopped after 4096 bytes of %d", len(r.content)), "run the command again")
	wantNoFile(t, filepath.Join(dir, "made/made.csv"))

	broken = false
	path, err := get(r, dir)
	if err != nil {
		t.Fatal(err)
	}
	wantFile(t, path, r.content)
	if r.ranges[1] != "bytes=4096-" {
		t.Errorf("asked for %q", r.ranges[1])
	}
}

func TestDownloadOfWrongContentLeavesNothing(t *testing.T) {
	for name, content := range map[string]func(good []byte) []byte{
		"corrupted": func(good []byte) []byte { return bytes.Replace(good, []byte("2"), []byte("3"), 1) },
		"truncated": func(good []byte) []byte { return good[:len(good)-7] },
	} {
		t.Run(name, func(t *testing.T) {
			r := serve(t, func(r *remote, w http.ResponseWriter, _ *http.Request) { w.Write(content(r.content)) })
			dir := t.TempDir()
			_, err := get(r, dir)
			wantWords(t, err, "SHA-256", hash(string(content(r.content))), hash(string(r.content)), "thrown away")
			wantNoFile(t, filepath.Join(dir, "made/made.csv"))
			wantNoFile(t, filepath.Join(dir, "made/made.csv.part"))
		})
	}
}

func TestDownloadRefusesToOverwrite(t *testing.T) {
	r := serve(t, nil)
	dir := t.TempDir()
	path := write(t, dir, "made/made.csv", "mine")
	_, err := get(r, dir)
	wantWords(t, err, "there is a file already", path, "move it away")
	wantFile(t, path, []byte("mine"))
}

func TestDownloadErrors(t *testing.T) {
	t.Run("status", func(t *testing.T) {
		r := serve(t, func(_ *remote, w http.ResponseWriter, _ *http.Request) { http.Error(w, "gone", http.StatusNotFound) })
		dir := t.TempDir()
		_, err := get(r, dir)
		wantWords(t, err, r.url, "404 Not Found", "by hand", filepath.Join(dir, "made/made.csv"))
	})
	t.Run("no network", func(t *testing.T) {
		r := serve(t, nil)
		r.info.Sources[0].URL = "http://127.0.0.1:1/made/made.csv"
		dir := t.TempDir()
		_, err := get(r, dir)
		wantWords(t, err, "cannot reach "+r.info.Sources[0].URL, "without a network", filepath.Join(dir, "made/made.csv"))
	})
	t.Run("stopped", func(t *testing.T) {
		r := serve(t, nil)
		ctx, stop := context.WithCancel(context.Background())
		stop()
		_, err := Downloader{}.get(ctx, r.info, t.TempDir())
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
	t.Run("wrong part", func(t *testing.T) {
		r := serve(t, func(_ *remote, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", "bytes 0-9/10")
			w.WriteHeader(http.StatusPartialContent)
		})
		dir := t.TempDir()
		write(t, dir, "made/made.csv.part", "date")
		_, err := get(r, dir)
		wantWords(t, err, "bytes from 4", "bytes 0-9/10", "made.csv.part")
	})
	t.Run("unwritable folder", func(t *testing.T) {
		r := serve(t, nil)
		_, err := get(r, write(t, t.TempDir(), "file", ""))
		wantWords(t, err, "cannot make the folder", "name another data folder")
	})
	t.Run("no folder", func(t *testing.T) {
		wantWords(t, Download(context.Background(), "ETTh1", "", nil), "no folder", "-data")
	})
	t.Run("unknown name", func(t *testing.T) {
		wantWords(t, Download(context.Background(), "ETTh9", t.TempDir(), nil), "ETTh9", "did you mean")
	})
}

func TestDownloadTriesTheNextSource(t *testing.T) {
	r := serve(t, func(r *remote, w http.ResponseWriter, q *http.Request) {
		if strings.HasSuffix(q.URL.Path, ".csv") {
			http.Error(w, "gone", http.StatusNotFound)
			return
		}
		w.Write(r.content)
	})
	r.content = []byte(zipped(t, "1,2\n3,4\n5,6\n"))
	sum := md5.Sum(r.content)
	r.info.Sources = append(r.info.Sources, Source{
		URL: strings.Replace(r.url, ".csv", ".txt.gz", 1), File: "made/made.txt.gz", MD5: hex.EncodeToString(sum[:]),
	})
	path, err := get(r, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	wantFile(t, path, r.content)
	if set, err := r.info.load(path); err != nil || !set.Verified {
		t.Errorf("loading it: %v", err)
	}
}

func TestDownloadFromAMirror(t *testing.T) {
	r := serve(t, nil)
	mirror := strings.TrimSuffix(r.url, "made/made.csv")
	r.info.Sources[0].URL = "http://127.0.0.1:1/elsewhere.csv"
	path, err := Downloader{Mirror: mirror}.get(context.Background(), r.info, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	wantFile(t, path, r.content)
}
