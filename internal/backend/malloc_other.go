//go:build !cgo || !linux

package backend

// keepMemory does nothing where the allocator isn't glibc's.
func keepMemory() {}
