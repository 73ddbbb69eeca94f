package bench

// #cgo CFLAGS: -O3 -std=gnu11 -Wall -Wextra
// #include "limits.h"
import "C"

import (
	"math"
	"sync"
	"time"

	"mambamixer/ssm/fused/kernel"
)

// instructions is how many vector instructions a pass of the AVX-512 kernels must at least do for 16 states and one step.
func (p pass) instructions() int {
	if p == training {
		return kernel.ForwardInstructions + kernel.BackwardInstructions
	}
	return kernel.ForwardInstructions
}

// limits is what the machine can do at most with all its cores, measured by loops that do nothing else.
type limits struct {
	bandwidth    float64 // bytes a second, of the triad a = b + s c
	instructions float64 // multiply-adds on vectors of 16 numbers, a second; 0 where there are none
	oneThread    float64 // the same of one core alone
}

// measureLimits takes the best of several runs of each loop: a limit is not a typical value.
func measureLimits(triadBytes, instructions int) limits {
	threads := kernel.Threads()
	size := triadBytes / 12 / threads
	arrays := make([][3][]float32, threads)
	for i := range arrays {
		for j := range arrays[i] {
			arrays[i][j] = make([]float32, size+1)
		}
	}
	triad := func(thread int) float64 {
		a := &arrays[thread]
		C.mm_triad((*C.float)(&a[0][0]), (*C.float)(&a[1][0]), (*C.float)(&a[2][0]), C.int64_t(size))
		return float64(12 * size)
	}
	multiplyAdd := func(int) float64 { return float64(C.mm_fma(C.int64_t(instructions))) }
	return limits{bandwidth: bestRate(threads, triad), instructions: bestRate(threads, multiplyAdd), oneThread: bestRate(1, multiplyAdd)}
}

// bestRate is the most work a second that the threads do together, in ten runs after one that touches the memory.
func bestRate(threads int, work func(thread int) float64) (best float64) {
	for run := range 11 {
		done := make([]float64, threads)
		start := time.Now()
		var group sync.WaitGroup
		for i := range threads {
			group.Go(func() { done[i] = work(i) })
		}
		group.Wait()
		if rate := sum(done) / time.Since(start).Seconds(); run > 0 {
			best = math.Max(best, rate)
		}
	}
	return best
}

func sum(values []float64) (total float64) {
	for _, v := range values {
		total += v
	}
	return total
}

// arithmetic is the shortest time for a scan in milliseconds, by its instructions; NaN where these were not counted.
func (l limits) arithmetic(d dims, p pass) float64 {
	if isa, err := kernel.ISA(); err != nil || isa != "avx512" || l.instructions == 0 {
		return math.NaN()
	}
	dims := kernel.Dims{Batch: d.batch, Length: d.length, Channels: d.channels, State: d.state}
	return 1e3 * dims.Limit(p.instructions(), l.instructions)
}

// memory is the shortest time for a scan in milliseconds, by the bytes that it must move: forward reads u, delta, B, C
// and writes y; training does that, writes and reads the states before chunks, and reads u, delta, B, C and the gradient
// of y, and writes four gradients.
func (l limits) memory(d dims, p pass) float64 {
	sequence, projection := d.sequence(), d.batch*d.length*d.state
	numbers := 3*sequence + 2*projection
	if p == training {
		numbers = 8*sequence + 6*projection + 2*sequence*d.state/kernel.Chunk
	}
	return 1e3 * float64(4*numbers) / l.bandwidth
}
