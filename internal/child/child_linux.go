// Package child says how a child process hangs on its parent.
package child

import "syscall"

// Attributes let a child end when its parent is killed, where the system can do that. The parent has to start the child
// from a thread that lives as long as the child does (runtime.LockOSThread): the system takes that thread for the parent.
func Attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} }
