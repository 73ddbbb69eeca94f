package pack

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func tarOf(t *testing.T, files ...string) []byte { // name, content, name, content, ...
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	w.WriteHeader(&tar.Header{Name: "train/", Typeflag: tar.TypeDir, Mode: 0o755})
	for i := 0; i < len(files); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: files[i], Size: int64(len(files[i+1])), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(files[i+1]))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func write(t *testing.T, path string, data []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

// The same files from a folder, a tar, a compressed one and a tar of tars; read by several at once.
func TestAllForms(t *testing.T) {
	long := strings.Repeat("x", 3000)
	flat := tarOf(t, "train/b/2.jpg", long, "./train/a/1.jpg", "one")
	dir := t.TempDir()
	write(t, filepath.Join(dir, "folder/train/a/1.jpg"), []byte("one"))
	write(t, filepath.Join(dir, "folder/train/b/2.jpg"), []byte(long))
	for _, path := range []string{
		filepath.Join(dir, "folder"),
		write(t, filepath.Join(dir, "flat.tar"), flat),
		write(t, filepath.Join(dir, "flat.tar.gz"), gzipped(flat)),
		write(t, filepath.Join(dir, "nested.tar"), tarOf(t,
			"train/a.tar", string(tarOf(t, "1.jpg", "one")), "train/b.tar", string(tarOf(t, "2.jpg", long)))),
	} {
		files, err := Open(path)
		if err != nil {
			t.Error(err)
			continue
		}
		if want := []string{"train/a/1.jpg", "train/b/2.jpg"}; !slices.Equal(files.Names(), want) {
			t.Errorf("%s has %v", path, files.Names())
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 20 {
					one, err1 := files.Read("train/a/1.jpg")
					two, err2 := files.Read("train/b/2.jpg")
					if string(one) != "one" || string(two) != long || err1 != nil || err2 != nil {
						t.Errorf("%s: read %q and %d bytes, %v, %v", path, one, len(two), err1, err2)
						return
					}
				}
			})
		}
		all.Wait()
		if _, err := files.Read("train/c.jpg"); !errors.Is(err, fs.ErrNotExist) || files.Has("train/c.jpg") || files.Size("train/a/1.jpg") != 3 {
			t.Errorf("%s: %v", path, err)
		}
		if err := files.Close(); err != nil {
			t.Error(err)
		}
	}
}

func link(t *testing.T, to, path string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.Symlink(to, path)); err != nil {
		t.Fatal(err)
	}
}

// Links to files and folders are followed, also that to the folder itself; those that lead back or nowhere do no harm.
func TestLinks(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "kept/1.jpg"), []byte("one"))
	write(t, filepath.Join(dir, "set/train/a/2.jpg"), []byte("two"))
	link(t, filepath.Join(dir, "kept"), filepath.Join(dir, "set/train/b"))
	link(t, "../../../kept/1.jpg", filepath.Join(dir, "set/train/a/3.jpg"))
	link(t, "..", filepath.Join(dir, "set/train/a/back"))
	link(t, "nowhere", filepath.Join(dir, "set/train/a/4.jpg"))
	link(t, "5.jpg", filepath.Join(dir, "set/train/a/5.jpg"))
	link(t, "set", filepath.Join(dir, "linked"))
	files, err := Open(filepath.Join(dir, "linked"))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"train/a/2.jpg", "train/a/3.jpg", "train/a/4.jpg", "train/a/5.jpg", "train/b/1.jpg"}; !slices.Equal(files.Names(), want) {
		t.Errorf("%v, want %v", files.Names(), want)
	}
	for name, want := range map[string]string{"train/a/2.jpg": "two", "train/a/3.jpg": "one", "train/b/1.jpg": "one"} {
		if data, err := files.Read(name); string(data) != want || err != nil {
			t.Errorf("%s holds %q, %v", name, data, err)
		}
	}
	for _, name := range []string{"train/a/4.jpg", "train/a/5.jpg"} {
		if _, err := files.Read(name); err == nil || !strings.Contains(err.Error(), filepath.FromSlash(name)+": it is a link that leads nowhere") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatIsNoPack(t *testing.T) {
	dir := t.TempDir()
	const block = 512
	two := tarOf(t, "a.jpg", strings.Repeat("x", 3000), "b.jpg", strings.Repeat("\x00", block))
	second := 2*block + 6*block // the header of b.jpg: the one of a folder, one and six blocks lie before it
	nested := tarOf(t, "n01.tar", string(two[:second]))
	for name, data := range map[string][]byte{
		"cut in a file.tar": two[:1000], "cut in the last file.tar": two[:second+block+100], "cut in a header.tar": two[:second+100],
		"cut in padding.tar": two[:second-30], "cut between files.tar": two[:second], "cut behind the last.tar": two[:second+2*block],
		"cut inside.tar": nested, "nothing.tar": nil, "text.tar": []byte(strings.Repeat("no tar ", 200)),
		"cut.tar.gz": gzipped(two)[:40], "plain.tar.gz": two, "other.zip": two,
	} {
		if _, err := Open(write(t, filepath.Join(dir, name), data)); err == nil || !strings.Contains(err.Error(), name) ||
			strings.HasSuffix(name, ".tar") && strings.Count(err.Error(), "is no whole tar") != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Open(filepath.Join(dir, "nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	for name, data := range map[string][]byte{"whole.tar": two, "with one block at its end.tar": two[:second+3*block]} {
		files, err := Open(write(t, filepath.Join(dir, name), data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(files.Names(), []string{"a.jpg", "b.jpg"}) {
			t.Errorf("%s has %v", name, files.Names())
		}
		files.Close()
	}
}

// hugeFile is above the limit and takes no room on the disk.
func hugeFile(t *testing.T, path string) {
	t.Helper()
	write(t, path, []byte("begin"))
	if err := os.Truncate(path, MaxFile+1); err != nil {
		t.Fatal(err)
	}
}

// What is too large to be read in one piece can be read bit by bit.
func TestHugeFiles(t *testing.T) {
	dir := t.TempDir()
	hugeFile(t, filepath.Join(dir, "huge.bin"))
	files, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := files.Read("huge.bin"); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Error(err)
	}
	content, err := files.Open("huge.bin")
	if err != nil {
		t.Fatal(err)
	}
	defer content.Close()
	begin := make([]byte, 5)
	if _, err := io.ReadFull(content, begin); err != nil || string(begin) != "begin" || files.Size("huge.bin") != MaxFile+1 {
		t.Errorf("%q, %v", begin, err)
	}
	if _, err := files.Open("nowhere"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	if err := os.Truncate(filepath.Join(dir, "huge.bin"), 7); err != nil { // since it was listed
		t.Fatal(err)
	}
	if rest, err := io.ReadAll(content); len(rest) != 2 || !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), "huge.bin ends before its 268435457 bytes") {
		t.Errorf("%d bytes more, %v", len(rest), err)
	}
}

// A compressed pack keeps all but what is too large for that.
func TestHugeFileInCompressedPack(t *testing.T) {
	if testing.Short() {
		t.Skip("compresses 256 MiB")
	}
	path := filepath.Join(t.TempDir(), "huge.tgz")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	stream, _ := gzip.NewWriterLevel(file, gzip.BestSpeed)
	w := tar.NewWriter(stream)
	w.WriteHeader(&tar.Header{Name: "huge.bin", Size: MaxFile + 1, Mode: 0o644})
	some := make([]byte, 1<<20)
	for range MaxFile / len(some) {
		w.Write(some)
	}
	w.Write([]byte{0})
	w.WriteHeader(&tar.Header{Name: "small.bin", Size: 3, Mode: 0o644})
	w.Write([]byte("one"))
	if err := errors.Join(w.Close(), stream.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	files, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if one, err := files.Read("small.bin"); string(one) != "one" {
		t.Errorf("%q, %v", one, err)
	}
	if _, err := files.Open("huge.bin"); err == nil || !strings.Contains(err.Error(), "unpack the pack by hand") {
		t.Error(err)
	}
	if _, err := files.Read("huge.bin"); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Error(err)
	}
}
