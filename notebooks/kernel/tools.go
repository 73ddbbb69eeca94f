package kernel

import (
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// GoNB is the version of GoNB that this project is tested with. tools/go.mod pins the same.
const GoNB = "v0.11.4"

const gonbModule = "github.com/janpfeifer/gonb"

// Tools are the files of the programs that a kernel runs.
type Tools struct {
	Go, GoNB, GoImports string
	Gopls               string // empty without one: cells then run, but nothing completes them
}

// remedy ends the sentences about programs that `make` builds.
const remedy = "run `make setup-notebooks` in the project's folder, then start the kernel again"

// findTools looks beside this program, in more folders, on the PATH, and where `go install` puts programs.
func findTools(more []string) (Tools, error) {
	folders := searchPath(more)
	t := Tools{Go: find("go", folders), GoImports: find("goimports", folders), Gopls: find("gopls", folders)}
	if t.Go == "" {
		return t, errors.New("the command go was not found, and every cell is compiled with it. If it is not installed, see https://go.dev/doc/install. " +
			"If it is, Jupyter was started without it on the PATH: run `mambamixer kernel install` from a shell that has it, which keeps the place")
	}
	if t.GoImports == "" {
		return t, errors.New("goimports was not found, which completes the imports of every cell; " + remedy)
	}
	var err error
	t.GoNB, err = findGoNB(folders)
	return t, err
}

func searchPath(more []string) []string {
	folders := append([]string{ownFolder()}, more...)
	folders = append(folders, filepath.SplitList(os.Getenv("PATH"))...)
	folders = append(folders, os.Getenv("GOBIN"))
	for _, gopath := range filepath.SplitList(os.Getenv("GOPATH")) {
		folders = append(folders, filepath.Join(gopath, "bin"))
	}
	if home, err := os.UserHomeDir(); err == nil {
		folders = append(folders, filepath.Join(home, "go", "bin"))
	}
	return slices.DeleteFunc(folders, func(folder string) bool { return !filepath.IsAbs(folder) })
}

// ownFolder is the folder of this program, the module's bin if `make` built it, or "" if the system doesn't tell.
func ownFolder() string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	return filepath.Dir(self)
}

// find returns the first program of the name, or "".
func find(name string, folders []string) string {
	for _, folder := range folders {
		if path, err := exec.LookPath(filepath.Join(folder, name)); err == nil {
			return path
		}
	}
	return ""
}

// findGoNB returns the first GoNB of the right version, for a user may have another one for other work.
func findGoNB(folders []string) (string, error) {
	var other error
	for _, folder := range folders {
		path := find("gonb", []string{folder})
		if path == "" {
			continue
		}
		version, err := gonbVersion(path)
		switch {
		case err == nil && version == GoNB:
			return path, nil
		case err != nil && other == nil:
			other = err
		case other == nil:
			other = fmt.Errorf("%s is GoNB %s, but this project needs %s", path, version, GoNB)
		}
	}
	if other == nil {
		other = fmt.Errorf("GoNB %s was not found, which runs the cells", GoNB)
	}
	return "", fmt.Errorf("%w; %s", other, remedy)
}

// gonbVersion reads the version that the Go linker wrote into the program. What `gonb -version` prints is an older one.
func gonbVersion(path string) (string, error) {
	info, err := buildinfo.ReadFile(path)
	if err != nil || info.Main.Path != gonbModule {
		return "", fmt.Errorf("%s is not GoNB, whatever its name", path)
	}
	return info.Main.Version, nil
}
