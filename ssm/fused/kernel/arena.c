#include "arena.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static mm_arena *unused; // one for each call that ever ran at the same time, less those in use

mm_arena *mm_arena_acquire(size_t floats) {
  size_t size = floats * sizeof(float);
  pthread_mutex_lock(&lock);
  mm_arena *a = unused;
  if (a) unused = a->next;
  pthread_mutex_unlock(&lock);
  if (!a && !(a = calloc(1, sizeof *a))) return NULL;
  if (a->size < size) {
    free(a->data);
    a->size = 0;
    if (posix_memalign(&a->data, MM_ALIGN, size)) {
      free(a);
      return NULL;
    }
    a->size = size;
  }
  return a;
}

void mm_arena_release(mm_arena *a) {
  pthread_mutex_lock(&lock);
  a->next = unused;
  unused = a;
  pthread_mutex_unlock(&lock);
}

float *mm_arena_reserve(float *base, size_t *used, int64_t floats) {
  const size_t line = MM_ALIGN / sizeof(float);
  size_t at = *used;
  *used += ((size_t)floats + line - 1) / line * line;
  return base ? base + at : NULL;
}
