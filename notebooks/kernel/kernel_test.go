package kernel

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// module is the folder of this module.
const module = "../.."

func write(t *testing.T, path, content string, mode os.FileMode) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

// alone leaves nothing on the PATH, nor where `go install` puts programs, and returns a folder that is on it.
func alone(t *testing.T) string {
	path := t.TempDir()
	for name, value := range map[string]string{"PATH": path, "GOBIN": "", "GOPATH": "", "HOME": t.TempDir(), RootVariable: ""} {
		t.Setenv(name, value)
	}
	return path
}

func program(t *testing.T, folder, name string) string {
	return write(t, filepath.Join(folder, name), "#!/bin/sh\necho 'go.mod asks for a newer Go' >&2; exit 1\n", 0o755)
}

func TestMissing(t *testing.T) {
	path := alone(t)
	fails := func(dir string, wanted ...string) {
		t.Helper()
		_, err := Find(dir, Where{})
		for _, piece := range wanted {
			if err == nil || !strings.Contains(err.Error(), piece) {
				t.Errorf("the error lacks %q: %v", piece, err)
			}
		}
	}
	outside := t.TempDir()
	fails(outside, outside, "lies outside MambaMixer's source folder", "kernel install")
	fails(module, "the command go was not found", "https://go.dev/doc/install", "kernel install")
	program(t, path, "go")
	fails(module, "goimports was not found", "make setup-notebooks")
	program(t, path, "goimports")
	fails(module, "GoNB "+GoNB+" was not found", "make setup-notebooks")
	gonb := program(t, path, "gonb")
	fails(module, gonb+" is not GoNB", "make setup-notebooks")
}

func TestOldGo(t *testing.T) {
	if err := checkModule(program(t, t.TempDir(), "go"), module); err == nil || !strings.Contains(err.Error(), "go.mod asks for a newer Go") {
		t.Error(err)
	}
}

// TestWrongVersion builds a program with the name of GoNB's module, which the linker gives no version.
func TestWrongVersion(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module "+gonbModule+"\n", 0o644)
	write(t, filepath.Join(dir, "main.go"), "package main\nfunc main() {}\n", 0o644)
	runGo(t, dir, "build", "-buildvcs=false", "-o", "gonb", ".")
	_, err := findGoNB([]string{dir})
	if err == nil || !strings.Contains(err.Error(), "gonb is GoNB (devel), but this project needs "+GoNB) {
		t.Error(err)
	}
}

func TestPins(t *testing.T) {
	for _, file := range []string{"go.mod", "tools/go.mod"} {
		text, err := os.ReadFile(filepath.Join(module, file))
		if err != nil {
			t.Fatal(err)
		}
		if want := gonbModule + " " + GoNB + " "; !strings.Contains(strings.ReplaceAll(string(text), "\n", " \n"), want) {
			t.Errorf("%s does not pin %s", file, want)
		}
	}
}

func TestRoot(t *testing.T) {
	t.Setenv(RootVariable, "")
	want, err := filepath.Abs(module)
	if err != nil {
		t.Fatal(err)
	}
	outside := t.TempDir()
	for _, test := range []struct {
		dir    string
		others []string
	}{
		{".", nil}, {module, nil}, {outside, []string{"", outside, module}},
	} {
		if got, err := findRoot(test.dir, test.others...); err != nil || got != want {
			t.Errorf("from %s: %s, %v", test.dir, got, err)
		}
	}
}

func TestEnvironment(t *testing.T) {
	withGopls := t.TempDir()
	program(t, withGopls, "gopls")
	t.Setenv("PATH", withGopls+":/usr/bin")
	t.Setenv("GOMLX_BACKEND", "go")
	t.Setenv("MAMBAMIXER_DATA", "")
	s := &Setup{Root: "/module", env: []string{"GOMLX_BACKEND=xla:cpu", "MAMBAMIXER_DATA=/data"}}
	last := func(headless bool, name string) (value string) {
		for _, setting := range s.environment("/temp", "/temp/bin", headless) {
			if v, found := strings.CutPrefix(setting, name+"="); found {
				value = v
			}
		}
		return value
	}
	for name, want := range map[string]string{
		"PATH": "/temp/bin:/usr/bin", "TMPDIR": "/temp", "GOPROXY": "off", "GOWORK": "", "GOMLX_BACKEND": "go",
		"MAMBAMIXER_DATA": "/data", RootVariable: "/module", HeadlessVariable: "headless",
	} {
		if got := last(true, name); got != want {
			t.Errorf("headless, %s is %q, want %q", name, got, want)
		}
	}
	if got := last(false, "PATH"); got != "/temp/bin:"+withGopls+":/usr/bin" {
		t.Errorf("in a browser, PATH is %q", got)
	}
}

func TestGoFlags(t *testing.T) {
	for users, want := range map[string]string{
		"":                                   `'-ldflags=-s -w'`,
		"-mod=vendor -tags=a -modfile=x.mod": `-tags=a '-ldflags=-s -w'`,
		`"-ldflags=-X a.b=c" '-mod=mod'`:     `"-ldflags=-X a.b=c"`,
	} {
		if got := goFlags(users); got != want {
			t.Errorf("%s: %s, want %s", users, got, want)
		}
	}
}

// TestInstall installs for the user and into a prefix, and leaves no trace.
func TestInstall(t *testing.T) {
	data := filepath.Join(t.TempDir(), "share")
	t.Setenv("JUPYTER_DATA_DIR", "")
	t.Setenv("XDG_DATA_HOME", data)
	t.Setenv("GOMLX_BACKEND", "xla:cpu")
	t.Setenv("PJRT_PLUGIN_LIBRARY_PATH", "")
	t.Setenv("MAMBAMIXER_DATA", "")
	setup := &Setup{Root: "/module", Tools: Tools{Go: "/go/bin/go", GoNB: "/module/bin/gonb", GoImports: "/module/bin/goimports"}}
	prefix := t.TempDir()
	for prefix, want := range map[string]string{
		"": filepath.Join(data, "jupyter", "kernels", Name), prefix: filepath.Join(prefix, "share", "jupyter", "kernels", Name),
	} {
		for range 2 { // the second one replaces the first
			dir, err := Install(prefix, "/module/bin/mambamixer", setup)
			if err != nil || dir != want {
				t.Fatalf("installed in %s, %v; want %s", dir, err, want)
			}
		}
		text, err := os.ReadFile(filepath.Join(want, "kernel.json"))
		if err != nil {
			t.Fatal(err)
		}
		var spec specification
		if err := json.Unmarshal(text, &spec); err != nil {
			t.Fatal(err)
		}
		argv := []string{"/module/bin/mambamixer", "kernel", "run", "-root", "/module", "-path", "/go/bin", "-path", "/module/bin",
			"-env", "GOMLX_BACKEND=xla:cpu", "{connection_file}"}
		if !slices.Equal(spec.Argv, argv) || spec.DisplayName != Title || spec.InterruptMode != "message" {
			t.Errorf("kernel.json is %s", text)
		}
		for _, size := range []int{32, 64} {
			file, err := os.ReadFile(filepath.Join(want, fmt.Sprintf("logo-%dx%d.png", size, size)))
			if err != nil {
				t.Fatal(err)
			}
			if picture, err := png.Decode(bytes.NewReader(file)); err != nil || picture.Bounds().Dx() != size {
				t.Errorf("the logo of %d pixels: %v", size, err)
			}
		}
		if removed, err := Uninstall(prefix); err != nil || removed != want {
			t.Errorf("uninstalled %s, %v", removed, err)
		}
		if left, _ := filepath.Glob(filepath.Join(data, "*")); len(left) > 0 {
			t.Errorf("left of the user's: %v", left)
		}
		if left, _ := os.ReadDir(prefix); prefix != "" && len(left) > 0 {
			t.Errorf("left in the prefix: %v", left)
		}
		if removed, err := Uninstall(prefix); err != nil || removed != "" {
			t.Errorf("uninstalled %s twice, %v", removed, err)
		}
	}
	other := write(t, filepath.Join(prefix, "share", "jupyter", "kernels", Name, "kernel.json"), `{"display_name": "Another"}`, 0o644)
	if _, err := Uninstall(prefix); err == nil || !strings.Contains(err.Error(), `"Another"`) {
		t.Errorf("another kernel: %v", err)
	}
	if _, err := os.Stat(other); err != nil {
		t.Errorf("another kernel is gone: %v", err)
	}
	blocked := write(t, filepath.Join(t.TempDir(), "file"), "", 0o644)
	if _, err := Install(blocked, "/module/bin/mambamixer", setup); err == nil || !strings.Contains(err.Error(), "is a file, not a folder") {
		t.Errorf("into a file: %v", err)
	}
	if _, err := Install("", filepath.Join(os.TempDir(), "go-build1", "mambamixer"), setup); err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("from go run: %v", err)
	}
}

func TestLogo(t *testing.T) {
	picture, err := png.Decode(bytes.NewReader(logoPNG(64)))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dots() {
		if got := picture.At(int(d.x), int(d.y)); got != d.colour {
			t.Errorf("at %.0f, %.0f the picture is %v, want %v", d.x, d.y, got, d.colour)
		}
		if circle := regexp.MustCompile(fmt.Sprintf(`cx="%.2f" cy="%.2f" r="8.5" fill="#%02x`, d.x, d.y, d.colour.R)); !circle.Match(logoSVG()) {
			t.Errorf("the SVG lacks %s", circle)
		}
	}
	if _, _, _, alpha := picture.At(0, 0).RGBA(); alpha != 0 {
		t.Error("the ground is not transparent")
	}
}
