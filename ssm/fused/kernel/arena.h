// Memory for the time of a call, which calls reuse: fresh pages cost more than the arithmetic on them.
#ifndef MAMBAMIXER_ARENA_H
#define MAMBAMIXER_ARENA_H

#include <stddef.h>
#include <stdint.h>

// Memory for vectors starts at multiples of this many bytes.
#define MM_ALIGN 64

typedef struct mm_arena {
  struct mm_arena *next;
  size_t size;
  void *data;
} mm_arena;

// mm_arena_acquire returns memory for so many floats, or NULL. Its content is undefined.
mm_arena *mm_arena_acquire(size_t floats);
void mm_arena_release(mm_arena *arena);

// mm_arena_reserve lays out one array after another. With base NULL it only adds up their size, in floats.
float *mm_arena_reserve(float *base, size_t *used, int64_t floats);

#endif
