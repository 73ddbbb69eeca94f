//go:build !linux

package main

// cores is a share of the cores; dividing them is for Linux alone.
type cores struct{}

func shareCores(shares int) []cores { return make([]cores, shares) }

func (cores) claim() (release func()) { return func() {} }
