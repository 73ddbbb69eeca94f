#include "scan_internal.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "pool.h"

// Jobs of fewer vectors of states than this (some ten microseconds) are not worth waking a thread for.
enum { SMALL_JOB = 4096 };

// How many tasks to aim at: TASKS where there are sequences enough, to keep many threads evenly busy; RANGE_TASKS where
// channels must be cut, because wide ranges use memory better and each needs its own sums for the gradients of B and C.
enum { TASKS = 64, RANGE_TASKS = 16 };

static int bad(const mm_scan_dims *d) {
  return d->batch < 0 || d->length < 0 || d->channels < 1 || d->state < 1 || d->groups < 1 || d->channels % d->groups;
}

size_t mm_scan_starts_size(const mm_scan_dims *d) {
  if (bad(d) || d->length == 0) return 0;
  // Whatever the vector width, blocks fill at most a multiple of the widest.
  int64_t padded = d->groups * ceil_div(d->channels / d->groups, 16) * 16;
  return (size_t)(d->batch * ((d->length - 1) / MM_SCAN_CHUNK) * padded * d->state);
}

// split cuts the job into tasks.
static void split(mm_job *job, int width) {
  const mm_scan_dims *d = &job->dims;
  job->group_channels = d->channels / d->groups;
  job->blocks = ceil_div(job->group_channels, width);
  job->part_batch = max64(1, d->batch * d->groups / TASKS);
  job->parts = max64(1, ceil_div(d->batch, job->part_batch));
  int64_t ranges = min64(job->blocks, ceil_div(RANGE_TASKS, job->parts * d->groups));
  job->range_blocks = ceil_div(job->blocks, ranges);
  job->ranges = ceil_div(job->blocks, job->range_blocks);
  job->tasks = job->parts * d->groups * job->ranges;
  int64_t vectors = d->batch * d->length * d->state * d->groups * job->blocks;
  job->threads = vectors < SMALL_JOB ? 1 : (int)min64(mm_pool_threads(), job->tasks);
}

static size_t lay_out(mm_job *job, int width, int backward, float *base) {
  const mm_scan_dims *d = &job->dims;
  size_t used = 0;
  int64_t blocks = d->groups * job->blocks, tile = d->state * width;
  job->a2 = mm_arena_reserve(base, &used, blocks * tile);
  if (backward) {
    int64_t projections = d->batch * d->length * d->groups * d->state * (job->ranges - 1);
    job->part_a = mm_arena_reserve(base, &used, job->parts * blocks * tile);
    job->part_d = mm_arena_reserve(base, &used, job->parts * blocks * width);
    job->part_bias = mm_arena_reserve(base, &used, job->parts * blocks * width);
    job->range_b = mm_arena_reserve(base, &used, projections);
    job->range_c = mm_arena_reserve(base, &used, projections);
    // The adjoint state of a range, the sums for the gradients of B and C over a chunk (up to a whole number of
    // vectors), zeros to start those sums from, and a tile.
    job->workspace = (job->range_blocks + 1) * tile + (2 * (d->state + width) + 1) * MM_SCAN_CHUNK * width;
  } else {
    job->workspace = job->range_blocks * tile; // the state of a range
  }
  job->workspace = ceil_div(job->workspace, 16) * 16 + 16; // threads don't share cache lines
  job->workspaces = mm_arena_reserve(base, &used, job->workspace * job->threads);
  return used;
}

static mm_arena *allocate(mm_job *job, int width, int backward) {
  mm_arena *memory = mm_arena_acquire(lay_out(job, width, backward, NULL));
  if (memory) lay_out(job, width, backward, memory->data);
  return memory;
}

// The kernels in use; NULL where MAMBAMIXER_SCAN_ISA asks for what cannot be had.
static _Atomic(const mm_kernel *) current;
static pthread_once_t chosen = PTHREAD_ONCE_INIT;

static const mm_kernel *find(const char *name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  int avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (avx512 && (!name || !strcmp(name, "avx512"))) return &mm_kernel_avx512;
  if (avx2 && (!name || !strcmp(name, "avx2"))) return &mm_kernel_avx2;
#endif
  return !name || !strcmp(name, "portable") ? &mm_kernel_portable : NULL;
}

static void choose(void) {
  const char *name = getenv("MAMBAMIXER_SCAN_ISA");
  atomic_store(&current, find(name && *name ? name : NULL));
}

const mm_kernel *mm_kernel_in_use(void) {
  pthread_once(&chosen, choose);
  return atomic_load(&current);
}

const mm_kernel *mm_kernel_for(int64_t channels) {
  const mm_kernel *k = mm_kernel_in_use();
  return k && k->narrow && channels <= k->narrow->width ? k->narrow : k;
}

const char *mm_scan_isa(void) {
  const mm_kernel *k = mm_kernel_in_use();
  return k ? k->name : NULL;
}

const char *mm_scan_error(void) {
  if (mm_kernel_in_use()) return NULL;
  return "MAMBAMIXER_SCAN_ISA must be avx512, avx2 or portable, and one that this processor runs";
}

int mm_scan_set_isa(const char *name) {
  const mm_kernel *k = find(name);
  if (!k) return MM_SCAN_NO_ISA;
  pthread_once(&chosen, choose);
  atomic_store(&current, k);
  return MM_SCAN_OK;
}

int mm_scan_threads(void) { return mm_pool_threads(); }
void mm_scan_set_threads(int threads) { mm_pool_set_threads(threads); }

static void forward_task(void *data, int64_t task, int worker) {
  const mm_job *job = data;
  job->kernel->forward(job, task, job->workspaces + worker * job->workspace);
}

static void backward_task(void *data, int64_t task, int worker) {
  const mm_job *job = data;
  job->kernel->backward(job, task, job->workspaces + worker * job->workspace);
}

static void reduce_task(void *data, int64_t task, int worker) {
  (void)worker;
  const mm_job *job = data;
  job->kernel->reduce(job, task);
}

int mm_scan_forward(const mm_scan_dims *dims, const mm_scan_inputs *in, float *y, float *last, float *starts) {
  if (bad(dims)) return MM_SCAN_BAD_DIMS;
  const mm_kernel *k = mm_kernel_for(dims->channels / dims->groups);
  if (!k) return MM_SCAN_NO_ISA;
  mm_job job = {.kernel = k, .dims = *dims, .in = *in, .y = y, .last = last, .starts = starts};
  split(&job, k->width);
  mm_arena *memory = allocate(&job, k->width, 0);
  if (!memory) return MM_SCAN_NO_MEMORY;
  k->prepare(&job);
  mm_pool_run(forward_task, &job, job.tasks, job.threads);
  mm_arena_release(memory);
  return MM_SCAN_OK;
}

int mm_scan_backward(const mm_scan_dims *dims, const mm_scan_inputs *in, const float *starts,
                     const float *gy, const float *glast, const mm_scan_gradients *grad) {
  if (bad(dims)) return MM_SCAN_BAD_DIMS;
  const mm_kernel *k = mm_kernel_for(dims->channels / dims->groups);
  if (!k) return MM_SCAN_NO_ISA;
  mm_job job = {.kernel = k, .dims = *dims, .in = *in, .kept = starts, .gy = gy, .glast = glast, .grad = *grad};
  split(&job, k->width);
  mm_arena *memory = allocate(&job, k->width, 1);
  if (!memory) return MM_SCAN_NO_MEMORY;
  k->prepare(&job);
  mm_pool_run(backward_task, &job, job.tasks, job.threads);
  int64_t blocks = dims->groups * job.blocks;
  int64_t projections = job.ranges > 1 ? dims->batch * dims->length * dims->groups * dims->state : 0;
  int64_t work = job.parts * blocks * dims->state + projections * job.ranges / k->width;
  mm_pool_run(reduce_task, &job, blocks + ceil_div(projections, MM_REDUCE_SLICE), work < SMALL_JOB ? 1 : job.threads);
  mm_arena_release(memory);
  return MM_SCAN_OK;
}

int mm_scan_math(int function, const float *x, float *y, int64_t n) {
  const mm_kernel *k = mm_kernel_in_use();
  if (!k) return MM_SCAN_NO_ISA;
  k->math(function, x, y, n);
  return MM_SCAN_OK;
}
