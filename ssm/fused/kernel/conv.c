#include "conv.h"

#include <stdlib.h>

#include "pool.h"
#include "scan_internal.h"

// Jobs of fewer vectors of channels than this (some ten microseconds) are not worth waking a thread for.
enum { SMALL_JOB = 4096 };

// How many tasks to aim at: TASKS where there are images enough, else RANGE_TASKS, by cutting channels.
enum { TASKS = 64, RANGE_TASKS = 16 };

// Columns that are worked on at a time, so that those of all blocks stay in a cache.
enum { SEGMENT = 64 };

static int bad(const mm_conv_dims *d) {
  return d->batch < 0 || d->height < 0 || d->width < 0 || d->channels < 1 || d->rows < 1 || d->columns < 1 ||
         d->rows > MM_CONV_TAPS || d->columns > MM_CONV_TAPS || d->rows * d->columns > MM_CONV_TAPS ||
         d->top < 0 || d->top >= d->rows || d->left < 0 || d->left >= d->columns;
}

// split cuts the job into tasks.
static void split(mm_conv_job *job, int lanes) {
  const mm_conv_dims *d = &job->dims;
  job->blocks = ceil_div(d->channels, lanes);
  job->part_batch = max64(1, d->batch / TASKS);
  job->parts = max64(1, ceil_div(d->batch, job->part_batch));
  int64_t ranges = min64(job->blocks, ceil_div(RANGE_TASKS, job->parts));
  job->range_blocks = ceil_div(job->blocks, ranges);
  job->ranges = ceil_div(job->blocks, job->range_blocks);
  job->tasks = job->parts * job->ranges;
  job->segment = max64(1, min64(d->width, SEGMENT));
  int64_t vectors = d->batch * d->height * d->width * job->blocks;
  job->threads = vectors < SMALL_JOB ? 1 : (int)min64(mm_pool_threads(), job->tasks);
}

static void forward_task(void *data, int64_t task, int worker) {
  (void)worker;
  const mm_conv_job *job = data;
  job->kernel->conv_forward(job, task);
}

static void backward_task(void *data, int64_t task, int worker) {
  const mm_conv_job *job = data;
  job->kernel->conv_backward(job, task, job->workspaces + worker * job->workspace);
}

static void reduce_task(void *data, int64_t block, int worker) {
  (void)worker;
  const mm_conv_job *job = data;
  job->kernel->conv_reduce(job, block);
}

static size_t lay_out(mm_conv_job *job, int lanes, float *base) {
  const mm_conv_dims *d = &job->dims;
  size_t used = 0;
  job->sums = mm_arena_reserve(base, &used, job->parts * job->blocks * (d->rows * d->columns + 1) * lanes);
  job->workspace = d->silu ? job->range_blocks * d->rows * (d->columns - 1 + job->segment) * lanes : 0;
  job->workspace = ceil_div(job->workspace, 16) * 16 + 16; // threads don't share cache lines
  job->workspaces = mm_arena_reserve(base, &used, job->workspace * job->threads);
  return used;
}

int mm_conv_forward(const mm_conv_dims *dims, const mm_conv_inputs *in, float *y) {
  const mm_kernel *k = mm_kernel_in_use();
  if (!k) return MM_SCAN_NO_ISA;
  if (bad(dims)) return MM_SCAN_BAD_DIMS;
  mm_conv_job job = {.kernel = k, .dims = *dims, .in = *in, .y = y};
  split(&job, k->width);
  mm_pool_run(forward_task, &job, job.tasks, job.threads);
  return MM_SCAN_OK;
}

int mm_conv_backward(const mm_conv_dims *dims, const mm_conv_inputs *in, const float *gy, const mm_conv_gradients *grad) {
  const mm_kernel *k = mm_kernel_in_use();
  if (!k) return MM_SCAN_NO_ISA;
  if (bad(dims)) return MM_SCAN_BAD_DIMS;
  mm_conv_job job = {.kernel = k, .dims = *dims, .in = *in, .gy = gy, .grad = *grad};
  split(&job, k->width);
  if (dims->rows > 1) job.segment = max64(1, dims->width); // the ring is of whole rows
  mm_arena *memory = mm_arena_acquire(lay_out(&job, k->width, NULL));
  if (!memory) return MM_SCAN_NO_MEMORY;
  lay_out(&job, k->width, memory->data);
  mm_pool_run(backward_task, &job, job.tasks, job.threads);
  int64_t work = job.parts * job.blocks * (dims->rows * dims->columns + 1);
  mm_pool_run(reduce_task, &job, job.blocks, work < SMALL_JOB ? 1 : job.threads);
  mm_arena_release(memory);
  return MM_SCAN_OK;
}
