//go:build !linux

// Package child says how a child process hangs on its parent.
package child

import "syscall"

// Attributes let a child end when its parent is killed, where the system can do that; this one can't.
func Attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }
