package nb

import (
	"cmp"
	"os"
	"path/filepath"

	"github.com/gomlx/compute"

	"mambamixer/experiments"
	"mambamixer/internal/backend"
)

// Backend opens the backend that every program of the project uses: the one of $GOMLX_BACKEND, else XLA, else pure Go.
func Backend() compute.Backend { return Must(backend.Open()) }

// Root is the folder of the project's module, or the working folder outside of a notebook.
func Root() string { return cmp.Or(os.Getenv("MAMBAMIXER_ROOT"), ".") }

// Runs is the folder of runs: $MAMBAMIXER_RUNS, else the one that the command uses when it is started in [Root].
func Runs() string { return cmp.Or(os.Getenv("MAMBAMIXER_RUNS"), filepath.Join(Root(), "runs")) }

// Tier is how much a notebook may cost where it doesn't say itself: $MAMBAMIXER_TIER, else the tier cpu, minutes on 2 cores.
// The tier smoke takes seconds, and only shows that everything works.
func Tier() experiments.Tier {
	tier := experiments.Tier(cmp.Or(os.Getenv("MAMBAMIXER_TIER"), string(experiments.CPU)))
	Check(tier.Check())
	return tier
}

// watched says whether somebody may be looking on: what is shown in between is for them.
func watched() bool { return os.Getenv("MAMBAMIXER_NOTEBOOK") == "browser" }
