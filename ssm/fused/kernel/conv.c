#include "conv.h"

#include "pool.h"
#include "scan_internal.h"

// Jobs of fewer vectors of channels than this (some ten microseconds) are not worth waking a thread for.
enum { SMALL_JOB = 4096 };

// How many tasks to aim at: TASKS where there are images enough, else RANGE_TASKS, by cutting channels.
enum { TASKS = 64, RANGE_TASKS = 16 };

// A segment is of so many columns that what is read and written of them for all blocks of a task fills a cache of this
// many floats, but of MIN_SEGMENT at least: each begins by reading a window.
enum { CACHE = 4096, MIN_SEGMENT = 16 };

static int bad(const mm_conv_dims *d) {
  return d->batch < 0 || d->height < 0 || d->width < 0 || d->channels < 1 || d->rows < 1 || d->columns < 1 ||
         d->rows > MM_CONV_TAPS || d->columns > MM_CONV_TAPS || d->rows * d->columns > MM_CONV_TAPS ||
         d->top < 0 || d->top >= d->rows || d->left < 0 || d->left >= d->columns;
}

// split cuts the job into tasks.
static void split(mm_conv_job *job, int lanes, int backward) {
  mm_conv_dims *d = &job->dims;
  if (d->rows == 1) { // every row is an image of its own
    d->batch *= d->height;
    d->height = 1;
  }
  job->blocks = ceil_div(d->channels, lanes);
  job->part_images = max64(1, d->batch / TASKS);
  job->parts = max64(1, ceil_div(d->batch, job->part_images));
  int64_t ranges = min64(job->blocks, ceil_div(RANGE_TASKS, job->parts));
  job->range_blocks = ceil_div(job->blocks, ranges);
  job->ranges = ceil_div(job->blocks, job->range_blocks);
  job->tasks = job->parts * job->ranges;
  int64_t whole = max64(1, d->width);
  int64_t columns = max64(MIN_SEGMENT, CACHE / ((d->rows + 1) * job->range_blocks * lanes));
  job->segment = backward && d->rows > 1 ? whole : min64(whole, columns); // the ring is of whole rows
  job->group = d->rows == 1 ? max64(1, columns / whole) : 1;
  job->ahead = (d->rows == 1 ? job->group * job->segment : d->width) * d->channels;
  int64_t vectors = d->batch * d->height * d->width * job->blocks;
  job->threads = vectors < SMALL_JOB ? 1 : (int)min64(mm_pool_threads(), job->tasks);
}

static void run_forward(void *data, int64_t task, int worker) {
  (void)worker;
  const mm_conv_job *job = data;
  job->kernel->conv_forward(job, task);
}

static void run_backward(void *data, int64_t task, int worker) {
  const mm_conv_job *job = data;
  job->kernel->conv_backward(job, task, job->workspaces + worker * job->workspace);
}

static void run_reduce(void *data, int64_t block, int worker) {
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
  if (bad(dims)) return MM_SCAN_BAD_DIMS;
  const mm_kernel *k = mm_kernel_for(dims->channels);
  if (!k) return MM_SCAN_NO_ISA;
  mm_conv_job job = {.kernel = k, .dims = *dims, .in = *in, .y = y};
  split(&job, k->width, 0);
  mm_pool_run(run_forward, &job, job.tasks, job.threads);
  return MM_SCAN_OK;
}

int mm_conv_backward(const mm_conv_dims *dims, const mm_conv_inputs *in, const float *gy, const mm_conv_gradients *grad) {
  if (bad(dims)) return MM_SCAN_BAD_DIMS;
  const mm_kernel *k = mm_kernel_for(dims->channels);
  if (!k) return MM_SCAN_NO_ISA;
  mm_conv_job job = {.kernel = k, .dims = *dims, .in = *in, .gy = gy, .grad = *grad};
  split(&job, k->width, 1);
  mm_arena *memory = mm_arena_acquire(lay_out(&job, k->width, NULL));
  if (!memory) return MM_SCAN_NO_MEMORY;
  lay_out(&job, k->width, memory->data);
  mm_pool_run(run_backward, &job, job.tasks, job.threads);
  int64_t work = job.parts * job.blocks * (dims->rows * dims->columns + 1);
  mm_pool_run(run_reduce, &job, job.blocks, work < SMALL_JOB ? 1 : job.threads);
  mm_arena_release(memory);
  return MM_SCAN_OK;
}
