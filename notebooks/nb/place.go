package nb

import (
	"cmp"
	"os"
	"path/filepath"

	"github.com/gomlx/compute"

	"mambamixer/internal/backend"
)

// Backend opens the backend that every program of the project uses: the one of $GOMLX_BACKEND, else XLA, else pure Go.
func Backend() compute.Backend { return Must(backend.Open()) }

// Root is the folder of the project's module, or the working folder outside of a notebook.
func Root() string { return cmp.Or(os.Getenv("MAMBAMIXER_ROOT"), ".") }

// Runs is the folder of runs that the command uses too, when it is started in the folder of the module.
func Runs() string { return filepath.Join(Root(), "runs") }
