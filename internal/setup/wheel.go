package main

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// pluginFile is the name by which go-xla knows the CPU plugin.
const pluginFile = "pjrt_c_api_cpu_plugin.so"

// wheel is a Python package that carries a PJRT plugin. Python is needed to fetch it, never to run it.
type wheel struct {
	Package, Version string
	Platform         string // GOOS/GOARCH that the plugin is built for
	SHA256           string // of the .whl file
}

// cpuWheel holds OpenXLA's CPU plugin, built from the XLA of jaxlib 0.11.2 (PJRT API 0.115), under Apache-2.0.
// It needs glibc 2.27 or newer.
var cpuWheel = wheel{
	Package:  "lammps-jax-pjrt-cpu",
	Version:  "0.11.2",
	Platform: "linux/amd64",
	SHA256:   "1319390d948b39f69f7dade496b7c385149d9ca6097a6b62114da113216d9ad1",
}

// String is the wheel as pip names it.
func (w wheel) String() string { return w.Package + "==" + w.Version }

// install fetches the wheel and puts its plugin and the plugin's licences into dir. All work is done in a folder
// beside them, and the plugin is moved last: dir never holds half a plugin.
func (w wheel) install(dir string) error {
	if here := runtime.GOOS + "/" + runtime.GOARCH; here != w.Platform {
		return fmt.Errorf("it is built for %s and this machine is %s", w.Platform, here)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(dir, ".setup-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)

	file, err := w.download(work)
	if err != nil {
		return err
	}
	if err := w.check(file); err != nil {
		return err
	}
	return w.unpack(file, work, dir)
}

// download fetches the .whl file into dir with pip, which shows its progress and its errors, and returns the path.
func (w wheel) download(dir string) (string, error) {
	pip := exec.Command("python3", "-m", "pip", "download", "--disable-pip-version-check",
		"--no-deps", "--only-binary=:all:", "--retries=2", "--dest", dir, w.String())
	pip.Stdout, pip.Stderr = os.Stdout, os.Stdout
	if err := pip.Run(); err != nil {
		return "", fmt.Errorf("pip did not fetch it: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.whl"))
	if err != nil || len(files) != 1 {
		return "", fmt.Errorf("pip left %d wheels where one was asked for", len(files))
	}
	return files[0], nil
}

// check compares the SHA-256 of file with the pinned one.
func (w wheel) check(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != w.SHA256 {
		return fmt.Errorf("the SHA-256 of %s is %s, not the pinned %s: it is not the file this project was tested with, so it is not used",
			filepath.Base(file), got, w.SHA256)
	}
	return nil
}

// unpack extracts the plugin and its licence files by way of the folder work, which must be on dir's file system.
func (w wheel) unpack(file, work, dir string) error {
	archive, err := zip.OpenReader(file)
	if err != nil {
		return fmt.Errorf("%s is no zip archive: %w", filepath.Base(file), err)
	}
	defer archive.Close()

	plugin := ""
	licences := filepath.Join(work, "licences")
	if err := os.Mkdir(licences, 0o755); err != nil {
		return err
	}
	for _, entry := range archive.File {
		name := path.Base(entry.Name)
		to := ""
		switch {
		case name == pluginFile:
			plugin = filepath.Join(work, name)
			to = plugin
		case strings.Contains(entry.Name, ".dist-info/licenses/") && !entry.FileInfo().IsDir():
			to = filepath.Join(licences, name)
		default:
			continue
		}
		if err := extract(entry, to); err != nil {
			return fmt.Errorf("%s cannot be unpacked: %w", name, err)
		}
	}
	if plugin == "" {
		return fmt.Errorf("%s holds no %s", filepath.Base(file), pluginFile)
	}

	kept := filepath.Join(dir, fmt.Sprintf("%s-%s-licences", w.Package, w.Version))
	if err := os.RemoveAll(kept); err != nil {
		return err
	}
	if err := os.Rename(licences, kept); err != nil {
		return err
	}
	return os.Rename(plugin, filepath.Join(dir, pluginFile))
}

// extract writes one file of an archive to disk, down to the disk itself.
func extract(entry *zip.File, to string) (err error) {
	from, err := entry.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := io.Copy(f, from); err != nil {
		return err
	}
	return f.Sync()
}
