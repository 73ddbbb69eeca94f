//go:build cgo && linux

package backend

// #include <malloc.h>
// #include <stdint.h>
// #include <stdlib.h>
// #include <sys/mman.h>
// #include <unistd.h>
// #ifdef __GLIBC__
//
// // Threads that allocate before this is said keep an arena of their own, hence as early as can be.
// __attribute__((constructor)) static void one_arena(void) { mallopt(M_ARENA_MAX, 1); }
//
// static void keep_memory(void) {
//   mallopt(M_MMAP_MAX, 0);
//   mallopt(M_TRIM_THRESHOLD, -1);
//   const uintptr_t huge = 2 << 20;
//   size_t reserve = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE) / 2;
//   void *heap = malloc(reserve);
//   if (heap == NULL) return;
//   madvise((void *)(((uintptr_t)heap + huge - 1) & ~(huge - 1)), reserve - huge, MADV_HUGEPAGE);
//   free(heap);
// }
//
// #else
// static void keep_memory(void) {}
// #endif
import "C"

// keepMemory tells the C library's allocator to keep what is freed, in one heap of huge pages. XLA asks for its buffers
// anew on every call. By default large ones are mapped, faulted in page by page, and given back each time: a training
// step of TSM2 with two layers takes 1.2 to 1.6 times as long for it. An array of hundreds of megabytes in pages of 4 KiB
// also costs a scan a fifth of its speed in address translation. The heap is addresses only, half as many as the machine
// has memory, until it is used.
func keepMemory() { C.keep_memory() }
