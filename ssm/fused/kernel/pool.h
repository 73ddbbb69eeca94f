// A persistent pool of threads for short, data-parallel jobs.
#ifndef MAMBAMIXER_POOL_H
#define MAMBAMIXER_POOL_H

#include <stdint.h>

// MM_POOL_MAX_THREADS bounds how many threads work on one job.
#define MM_POOL_MAX_THREADS 256

// A task is one part of a job. worker is the calling thread's number within the job,
// below the job's thread count.
typedef void (*mm_task)(void *job, int64_t task, int worker);

// mm_pool_threads is how many threads, the caller included, work on a job.
int mm_pool_threads(void);
void mm_pool_set_threads(int threads);

// mm_pool_run runs tasks 0..tasks-1 of the job on at most this many threads and returns when all are done. The caller
// works too. While another caller has the pool, the tasks run on the calling thread alone.
void mm_pool_run(mm_task run, void *job, int64_t tasks, int threads);

#endif
