//go:build !linux

package main

import "syscall"

// childAttributes keep the terminal's signals from a child, which its parent stops in order.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

// cores is a share of the cores; dividing them is for Linux alone.
type cores struct{}

func shareCores(shares int) []cores { return make([]cores, shares) }

func (cores) claim() (release func()) { return func() {} }
