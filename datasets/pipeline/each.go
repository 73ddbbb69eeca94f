package pipeline

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// each does work for 0 to n-1 in several goroutines and waits for all of them. It stops early at the first error, or when
// ctx is cancelled. Of several errors it gives that of the lowest number that was reached.
func each(ctx context.Context, workers, n int, work func(i int) error) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var stop atomic.Bool
	var lock sync.Mutex
	at, first := n, error(nil)
	var all sync.WaitGroup
	for range min(workers, n) {
		all.Go(func() {
			for !stop.Load() && ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := work(i); err != nil {
					stop.Store(true)
					lock.Lock()
					if i < at {
						at, first = i, err
					}
					lock.Unlock()
				}
			}
		})
	}
	all.Wait()
	if first != nil {
		return first
	}
	return ctx.Err()
}
