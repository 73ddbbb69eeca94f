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

// Runs is the folder of runs: $MAMBAMIXER_RUNS, else the one that the command uses when it is started in [Root].
func Runs() string { return cmp.Or(os.Getenv("MAMBAMIXER_RUNS"), filepath.Join(Root(), "runs")) }
