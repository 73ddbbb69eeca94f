//go:build cgo && linux

package backend

// #include <malloc.h>
// #ifdef __GLIBC__
// static void keep_memory(void) {
//   mallopt(M_ARENA_MAX, 1);
//   mallopt(M_MMAP_MAX, 0);
//   mallopt(M_TRIM_THRESHOLD, 0x7fffffff);
//   mallopt(M_TOP_PAD, 64 << 20);
// }
// #else
// static void keep_memory(void) {}
// #endif
import "C"

// keepMemory tells the C library's allocator to keep what is freed. XLA asks for its temporary buffers anew on every
// call, and by default each of them is mapped, faulted in page by page, and given back: a training step of TSM2 with two
// layers takes 1.2 to 1.6 times as long for it.
func keepMemory() { C.keep_memory() }
