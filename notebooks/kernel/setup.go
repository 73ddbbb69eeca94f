package kernel

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Where says where to look for what is found neither near the notebook nor on the PATH. Each may be empty.
type Where struct {
	Root string   // folder of the module
	Path []string // folders of programs
	Env  []string // NAME=value, for names that the environment lacks
}

// Setup is all that a kernel needs on this machine.
type Setup struct {
	Tools
	Root string // folder of the module
	env  []string
}

// RootVariable names the folder of the module in the environment.
const RootVariable = "MAMBAMIXER_ROOT"

// Find looks for what a kernel of a notebook in folder dir needs. The error says what is missing and what to do.
func Find(dir string, where Where) (*Setup, error) {
	root, err := findRoot(dir, os.Getenv(RootVariable), where.Root, filepath.Dir(ownFolder()))
	if err != nil {
		return nil, err
	}
	tools, err := findTools(where.Path)
	if err != nil {
		return nil, err
	}
	if err := checkModule(tools.Go, root); err != nil {
		return nil, err
	}
	return &Setup{Tools: tools, Root: root, env: where.Env}, nil
}

// findRoot returns the folder of the module: that above dir, else the first of the given ones that is one.
func findRoot(dir string, others ...string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for folder := dir; ; folder = filepath.Dir(folder) {
		if isRoot(folder) {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			break
		}
	}
	for _, folder := range others {
		if folder != "" && isRoot(folder) {
			return filepath.Abs(folder)
		}
	}
	return "", fmt.Errorf("the notebook in %s lies outside MambaMixer's source folder, which cells import, and that folder was not found elsewhere: "+
		"set %s to it, or run `mambamixer kernel install` in it again", dir, RootVariable)
}

// isRoot tells whether the module of this project begins in the folder.
func isRoot(folder string) bool {
	text, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	return err == nil && strings.HasPrefix(string(text), "module mambamixer\n")
}

// checkModule asks Go whether it can use the module: its version may be too old.
func checkModule(goTool, root string) error {
	cmd := exec.Command(goTool, "list", "-m")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	_, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return fmt.Errorf("%s can't use the module in %s: %s", goTool, root, strings.TrimSpace(string(exit.Stderr)))
	}
	return err
}
