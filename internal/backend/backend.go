// Package backend opens the GoMLX compute backend that the whole project runs on.
//
// The order is: $GOMLX_BACKEND when set; else XLA when a PJRT plugin is installed; else GoMLX's
// pure-Go backend. Nothing is ever downloaded at run time: `make setup` installs the plugin.
package backend

import (
	"sync"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend" // the pure-Go fallback
	"github.com/gomlx/go-xla/compute/xla"
)

// Open returns the process-wide backend, created on the first call.
var Open = sync.OnceValues(open)

func open() (compute.Backend, error) {
	xla.EnableAutoInstall(false)
	return compute.New()
}
