//go:build cgo

package fused

/*
#cgo CFLAGS: -std=gnu11 -O2
#cgo linux LDFLAGS: -ldl
#include <stdlib.h>
#include "install.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"unsafe"

	"github.com/gomlx/compute"
	"github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/pjrt"

	"mambamixer/ssm/fused/kernel"
)

//export mambamixerRewrite
func mambamixerRewrite(code *C.char, size C.size_t, newSize *C.size_t) *C.char {
	rewritten, changed := rewrite(C.GoStringN(code, C.int(size)))
	if !changed {
		return nil
	}
	*newSize = C.size_t(len(rewritten))
	return (*C.char)(C.CBytes([]byte(rewritten)))
}

// available remembers, per plugin, why the kernels can't be called; nil if they can.
var (
	mutex     sync.Mutex
	available = map[string]error{}
)

// Available returns nil when graphs of this backend can call the kernels, and the reason when they can't. The first call
// for a plugin installs the kernels and runs one of them against values known beforehand.
func Available(backend compute.Backend) error {
	b, ok := backend.(*xla.Backend)
	if !ok {
		return fmt.Errorf("the backend is %s, not XLA", backend.Name())
	}
	if _, err := kernel.ISA(); err != nil {
		return err
	}
	mutex.Lock()
	defer mutex.Unlock()
	name := b.PluginName()
	if err, known := available[name]; known {
		return err
	}
	err := install(name)
	if err == nil {
		err = selfTest(backend)
	}
	available[name] = err
	return err
}

// installed is set once a plugin's compile function is hooked: the hook remembers one original.
var installed bool

func install(name string) error {
	if !strings.Contains(strings.ToLower(name), "cpu") { // go-xla tells the CPU plugin by its name, too
		return fmt.Errorf("the plugin %s is not for CPUs", name)
	}
	if installed {
		return errors.New("the kernels are installed in another plugin of this process")
	}
	plugin, err := pjrt.GetPlugin(name)
	if err != nil {
		return err
	}
	path := C.CString(plugin.Path())
	defer C.free(unsafe.Pointer(path))
	if reason := C.mambamixer_install(path); reason != nil {
		return errors.New(C.GoString(reason))
	}
	installed = true
	return nil
}

// startsSize is the number of floats that the forward kernel keeps for the backward one, at least 1: XLA has no use for
// an empty array.
func startsSize(in Inputs) int {
	u, b := in.U.Shape(), in.B.Shape()
	d := kernel.Dims{Batch: u.Dim(0), Length: u.Dim(1), Channels: u.Dim(2), State: b.Dim(3), Groups: b.Dim(2)}
	return max(1, d.StartsSize())
}
