// _GNU_SOURCE: sched_getaffinity and CPU_COUNT.
#define _GNU_SOURCE
#include "pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

// Idle threads look for a new job this many times (some ten microseconds) before they sleep.
enum { SPINS = 1000 };

static struct {
  pthread_mutex_t owner; // held by the caller whose job runs
  pthread_mutex_t lock;  // guards the condition variable
  pthread_cond_t wake;
  int started;           // threads there are besides the caller; only the owner reads and writes it
  atomic_int threads;    // threads to use, the caller included; 0: not known yet
  atomic_int sleepers;
  atomic_int active;     // threads that may be reading the job
  atomic_uint epoch;     // odd: a job is open; even: none
  atomic_int_fast64_t next; // the first task that nobody has taken
  atomic_int workers;    // numbers given to workers in this job
  mm_task run;
  void *job;
  int64_t tasks;
  int limit; // threads that may work on the job
} pool = {.owner = PTHREAD_MUTEX_INITIALIZER, .lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static inline void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void work(int worker) {
  for (;;) {
    int64_t task = atomic_fetch_add(&pool.next, 1);
    if (task >= pool.tasks) return;
    pool.run(pool.job, task, worker);
  }
}

// await returns the epoch of an open job other than the last one seen.
static unsigned await(unsigned seen) {
  for (int i = 0; i < SPINS; i++) {
    unsigned epoch = atomic_load(&pool.epoch);
    if (epoch != seen && (epoch & 1)) return epoch;
    relax();
  }
  unsigned epoch;
  pthread_mutex_lock(&pool.lock);
  atomic_fetch_add(&pool.sleepers, 1);
  while (epoch = atomic_load(&pool.epoch), epoch == seen || !(epoch & 1)) pthread_cond_wait(&pool.wake, &pool.lock);
  atomic_fetch_sub(&pool.sleepers, 1);
  pthread_mutex_unlock(&pool.lock);
  return epoch;
}

static void *worker_main(void *unused) {
  (void)unused;
  for (unsigned seen = 0;;) {
    seen = await(seen);
    // The owner closes a job by making the epoch even and then waits until nobody is active: a thread that has made
    // itself active and still sees this epoch may read the job.
    atomic_fetch_add(&pool.active, 1);
    if (atomic_load(&pool.epoch) == seen) {
      int worker = atomic_fetch_add(&pool.workers, 1);
      if (worker < pool.limit) work(worker);
    }
    atomic_fetch_sub(&pool.active, 1);
  }
  return NULL;
}

// after_fork runs in a child process: the pool's threads stayed in the parent.
static void after_fork(void) {
  pthread_mutex_init(&pool.owner, NULL);
  pthread_mutex_init(&pool.lock, NULL);
  pthread_cond_init(&pool.wake, NULL);
  pool.started = 0;
  atomic_store(&pool.sleepers, 0);
  atomic_store(&pool.active, 0);
  atomic_store(&pool.epoch, 0);
}

// start makes threads until there are enough for the job. Signals stay with the program's own threads.
static void start(int threads) {
  static atomic_int registered;
  if (!atomic_exchange(&registered, 1)) pthread_atfork(NULL, NULL, after_fork);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (; pool.started < threads - 1; pool.started++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, worker_main, NULL)) break;
    pthread_detach(thread);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static int clamp_threads(long threads) {
  if (threads < 1) return 1;
  return threads > MM_POOL_MAX_THREADS ? MM_POOL_MAX_THREADS : (int)threads;
}

// processors is how many processors this process may run on.
static long processors(void) {
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
  return sysconf(_SC_NPROCESSORS_ONLN);
}

int mm_pool_threads(void) {
  int threads = atomic_load(&pool.threads);
  if (threads) return threads;
  const char *wanted = getenv("MAMBAMIXER_SCAN_THREADS");
  long n = wanted ? strtol(wanted, NULL, 10) : 0;
  threads = clamp_threads(n > 0 ? n : processors());
  int unknown = 0;
  return atomic_compare_exchange_strong(&pool.threads, &unknown, threads) ? threads : unknown;
}

void mm_pool_set_threads(int threads) {
  atomic_store(&pool.threads, clamp_threads(threads));
}

static void run_alone(mm_task run, void *job, int64_t tasks) {
  for (int64_t task = 0; task < tasks; task++) run(job, task, 0);
}

void mm_pool_run(mm_task run, void *job, int64_t tasks, int threads) {
  if (tasks <= 1 || threads == 1 || pthread_mutex_trylock(&pool.owner)) {
    run_alone(run, job, tasks);
    return;
  }
  if (pool.started < threads - 1) start(threads);
  pool.run = run;
  pool.job = job;
  pool.tasks = tasks;
  pool.limit = threads;
  atomic_store(&pool.next, 0);
  atomic_store(&pool.workers, 1);
  atomic_fetch_add(&pool.epoch, 1);
  if (atomic_load(&pool.sleepers)) {
    pthread_mutex_lock(&pool.lock);
    pthread_cond_broadcast(&pool.wake);
    pthread_mutex_unlock(&pool.lock);
  }
  work(0);
  atomic_fetch_add(&pool.epoch, 1);
  for (int i = 0; atomic_load(&pool.active); i++) {
    if (i < SPINS) relax();
    else sched_yield();
  }
  pthread_mutex_unlock(&pool.owner);
}
