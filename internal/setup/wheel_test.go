package main

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// writeWheel makes a .whl file with the given entries and returns a wheel that pins it.
func writeWheel(t *testing.T, entries map[string]string) (w wheel, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "test-1.0-py3-none-any.whl")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(f)
	for name, content := range entries {
		to, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	return wheel{Package: "test", Version: "1.0", SHA256: hex.EncodeToString(sum[:])}, file
}

// unpackInto unpacks file into dir the way install does.
func unpackInto(t *testing.T, w wheel, file, dir string) error {
	t.Helper()
	work, err := os.MkdirTemp(dir, ".setup-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(work)
	return w.unpack(file, work, dir)
}

func TestUnpack(t *testing.T) {
	w, file := writeWheel(t, map[string]string{
		"test/__init__.py":                                 "",
		"test/" + pluginFile:                               "plugin",
		"test-1.0.dist-info/licenses/LICENSE":              "licence",
		"test-1.0.dist-info/licenses/deps/../../../NOTICE": "notices",
		"test-1.0.dist-info/METADATA":                      "",
	})
	dir := t.TempDir()
	for range 2 { // the second time over what is there
		if err := w.check(file); err != nil {
			t.Fatal(err)
		}
		if err := unpackInto(t, w, file, dir); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{
			pluginFile:                  "plugin",
			"test-1.0-licences/LICENSE": "licence",
			"test-1.0-licences/NOTICE":  "notices",
		}
		for name, content := range want {
			if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != content {
				t.Errorf("%s: got %q, %v; want %q", name, got, err, content)
			}
		}
		if files, _ := os.ReadDir(dir); len(files) != 2 {
			t.Errorf("want the plugin and its licences only, got %v", files)
		}
	}
}

func TestRefusedWheels(t *testing.T) {
	good, file := writeWheel(t, map[string]string{"test/" + pluginFile: "plugin"})
	bad := good
	bad.SHA256 = strings.Repeat("0", 64)
	if err := bad.check(file); err == nil || !strings.Contains(err.Error(), good.SHA256) || !strings.Contains(err.Error(), bad.SHA256) {
		t.Errorf("another checksum: want an error that names both sums, got %v", err)
	}

	empty, file := writeWheel(t, map[string]string{"test/other.so": "plugin"})
	if err := unpackInto(t, empty, file, t.TempDir()); err == nil || !strings.Contains(err.Error(), pluginFile) {
		t.Errorf("no plugin inside: want an error that names it, got %v", err)
	}

	if err := os.WriteFile(file, []byte("<html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := unpackInto(t, good, file, t.TempDir()); err == nil || !strings.Contains(err.Error(), "zip") {
		t.Errorf("no archive: want an error that says so, got %v", err)
	}

	foreign := wheel{Platform: "plan9/mips"}
	if err := foreign.install(t.TempDir()); err == nil || !strings.Contains(err.Error(), "plan9/mips") {
		t.Errorf("another platform: want an error that names it, got %v", err)
	}
}

func TestPluginFolder(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PJRT_PLUGIN_LIBRARY_PATH", ":"+dir+":/elsewhere")
	if got, err := pluginFolder(); err != nil || got != dir {
		t.Errorf("with a search path: got %q, %v; want its first folder %q", got, err, dir)
	}
	t.Setenv("PJRT_PLUGIN_LIBRARY_PATH", "")
	t.Setenv("HOME", dir)
	if got, err := pluginFolder(); err != nil || !strings.HasPrefix(got, dir) || filepath.Base(got) != "go-xla" {
		t.Errorf("without: got %q, %v; want a go-xla folder below %q", got, err, dir)
	}
}
