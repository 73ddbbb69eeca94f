package kernel

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"mambamixer/experiments/result"
)

// Name is the kernel's name in notebooks, Title what people choose.
const (
	Name  = "mambamixer"
	Title = "MambaMixer (Go)"
)

// specification is the JSON that tells Jupyter how to start a kernel.
type specification struct {
	Argv          []string `json:"argv"`
	DisplayName   string   `json:"display_name"`
	Language      string   `json:"language"`
	InterruptMode string   `json:"interrupt_mode"`
}

// remembered are the variables whose values at installation hold where the kernel's environment has none.
var remembered = []string{"GOMLX_BACKEND", "PJRT_PLUGIN_LIBRARY_PATH", "MAMBAMIXER_DATA"}

// Install makes Jupyter offer the kernel: to this user, or with a prefix to whoever uses the Jupyter installed there.
// Launcher is the file of the command `mambamixer`, setup what was found. It returns the folder with the kernel's files.
func Install(prefix, launcher string, setup *Setup) (string, error) {
	dir, err := folder(prefix)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(launcher, filepath.Join(os.TempDir(), "go-build")) {
		return "", errors.New("`go run` makes a program that is gone afterwards, and Jupyter would not find it: run `make build`, then bin/mambamixer kernel install")
	}
	spec := specification{
		Argv:        []string{launcher, "kernel", "run", "-root", setup.Root},
		DisplayName: Title, Language: "go", InterruptMode: "message",
	}
	var folders []string
	for _, tool := range []string{setup.Go, setup.GoNB, setup.GoImports, setup.Gopls} {
		if folder := filepath.Dir(tool); tool != "" && !slices.Contains(folders, folder) {
			folders = append(folders, folder)
			spec.Argv = append(spec.Argv, "-path", folder)
		}
	}
	for _, name := range remembered {
		if value := os.Getenv(name); value != "" {
			spec.Argv = append(spec.Argv, "-env", name+"="+value)
		}
	}
	spec.Argv = append(spec.Argv, "{connection_file}")
	if err := result.WriteJSON(filepath.Join(dir, "kernel.json"), spec); err != nil {
		return "", err
	}
	for name, content := range logos() {
		err := result.WriteAtomic(filepath.Join(dir, name), func(w io.Writer) error {
			_, err := io.Copy(w, bytes.NewReader(content))
			return err
		})
		if err != nil {
			return "", err
		}
	}
	return dir, nil
}

// Uninstall removes what Install wrote, and of Jupyter's folders around it those that are empty then. It returns the folder
// of the kernel's files, or "" if no kernel was there.
func Uninstall(prefix string) (string, error) {
	dir, err := folder(prefix)
	if err != nil {
		return "", err
	}
	var spec specification
	switch err := result.ReadJSON(filepath.Join(dir, "kernel.json"), &spec); {
	case errors.Is(err, fs.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err
	case spec.DisplayName != Title:
		return "", fmt.Errorf("%s holds a kernel called %q, which this command did not install; remove it by hand if it is not wanted", dir, spec.DisplayName)
	}
	if err := os.RemoveAll(dir); err != nil {
		return "", result.Explain("remove", dir, err)
	}
	around := filepath.Dir(dir)
	for slices.Contains([]string{"kernels", "jupyter", "share"}, filepath.Base(around)) && os.Remove(around) == nil {
		around = filepath.Dir(around)
	}
	return dir, nil
}

// folder is where Jupyter looks for the kernel's files.
func folder(prefix string) (string, error) {
	if prefix != "" {
		prefix, err := filepath.Abs(prefix)
		return filepath.Join(prefix, "share", "jupyter", "kernels", Name), err
	}
	if data := os.Getenv("JUPYTER_DATA_DIR"); data != "" {
		return filepath.Join(data, "kernels", Name), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("this user has no home folder to install the kernel in (%w); give a -prefix", err)
	}
	data := filepath.Join(home, ".local", "share", "jupyter")
	if runtime.GOOS == "darwin" {
		data = filepath.Join(home, "Library", "Jupyter")
	} else if xdg := os.Getenv("XDG_DATA_HOME"); xdg != "" {
		data = filepath.Join(xdg, "jupyter")
	}
	return filepath.Join(data, "kernels", Name), nil
}
