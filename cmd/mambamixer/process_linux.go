package main

import "golang.org/x/sys/unix"

// cores is a share of the cores that this process may use; without a set it is all of them.
type cores struct{ set *unix.CPUSet }

// shareCores divides the cores into as many shares, if there are enough of them.
func shareCores(shares int) []cores {
	divided := make([]cores, shares)
	var all unix.CPUSet
	if err := unix.SchedGetaffinity(0, &all); err != nil || shares == 1 || shares > all.Count() {
		return divided
	}
	given := 0
	for core := 0; given < all.Count(); core++ {
		if !all.IsSet(core) {
			continue
		}
		share := &divided[given*shares/all.Count()]
		if share.set == nil {
			share.set = new(unix.CPUSet)
		}
		share.set.Set(core)
		given++
	}
	return divided
}

// claim confines this thread, and the children that it starts, to the share, until release.
func (c cores) claim() (release func()) {
	var before unix.CPUSet
	if c.set == nil || unix.SchedGetaffinity(0, &before) != nil || unix.SchedSetaffinity(0, c.set) != nil {
		return func() {}
	}
	return func() { unix.SchedSetaffinity(0, &before) }
}
