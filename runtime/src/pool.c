/* The thread pool: a job number that workers wait for, and a count of workers that are not done yet.
 *
 * Starting a job stores its description, then raises `job`; a worker that sees the new number sees the description too.
 * Each worker lowers `unfinished` when its part is done, and the caller that sees 0 sees all that the workers wrote.
 *
 * The mutex and the conditions are only for sleeping. A thread counts itself in `sleeping_workers` or
 * `sleeping_callers`, then looks once more at what it waits for; the other side changes that first and looks at the
 * count afterwards. All four accesses are sequentially consistent, so at least one of the two notices the other.
 */
#include "edgecc/pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

/* How long a thread looks again before it sleeps. A network is a row of short jobs, with steps of tens of microseconds
 * between them that are too small to split, while going to sleep and being woken costs tens of microseconds for each
 * job: with 5 us in place of 200 us, networks of 100 to 250 M multiply-accumulates ran slower on two threads than on one.
 * After the last job of a run the workers look for this long once, then they sleep. */
enum { spin_ns = 200000 };

typedef struct worker {
  edgecc_pool *pool;
  uint32_t index; /* 1 .. threads - 1; the caller is 0 */
  pthread_t thread;
} worker;

struct edgecc_pool {
  uint32_t threads;
  atomic_bool stop;

  /* The job; written only while no worker runs. */
  void (*body)(void *context, uint64_t begin, uint64_t end);
  void *context;
  uint64_t count;

  pthread_mutex_t mutex;
  pthread_cond_t started;
  pthread_cond_t finished;
  worker *workers; /* threads - 1, behind this struct */

  /* Each on a cache line of its own: every thread polls them. */
  _Alignas(EDGECC_POOL_ALIGNMENT) atomic_uint job;
  _Alignas(EDGECC_POOL_ALIGNMENT) atomic_uint unfinished;
  _Alignas(EDGECC_POOL_ALIGNMENT) atomic_uint sleeping_workers;
  atomic_uint sleeping_callers; /* 0 or 1 */
};

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* Whether *value equals `wanted`, if equal is true, or differs from it. */
static bool holds(const atomic_uint *value, unsigned wanted, bool equal) {
  return (atomic_load(value) == wanted) == equal;
}

/* Waits until holds(value, wanted, equal): looks for spin_ns at most, then sleeps on `condition`, counted in
 * `sleeping`. */
static void wait_until(edgecc_pool *pool, const atomic_uint *value, unsigned wanted, bool equal,
                       pthread_cond_t *condition, atomic_uint *sleeping) {
  uint64_t deadline = now_ns() + spin_ns;
  do {
    for (int i = 0; i < 64; ++i)
      if (holds(value, wanted, equal))
        return;
  } while (now_ns() < deadline);

  pthread_mutex_lock(&pool->mutex);
  atomic_fetch_add(sleeping, 1);
  while (!holds(value, wanted, equal))
    pthread_cond_wait(condition, &pool->mutex);
  atomic_fetch_sub(sleeping, 1);
  pthread_mutex_unlock(&pool->mutex);
}

/* Wakes who sleeps on `condition`, if anyone does. */
static void wake(edgecc_pool *pool, pthread_cond_t *condition, const atomic_uint *sleeping) {
  if (atomic_load(sleeping) == 0)
    return;
  pthread_mutex_lock(&pool->mutex);
  pthread_cond_broadcast(condition);
  pthread_mutex_unlock(&pool->mutex);
}

/* count * index / threads without overflow, for index <= threads. */
static uint64_t part_begin(uint64_t count, uint32_t index, uint32_t threads) {
  return count / threads * index + count % threads * index / threads;
}

static void run_part(edgecc_pool *pool, uint32_t index) {
  uint64_t begin = part_begin(pool->count, index, pool->threads);
  uint64_t end = part_begin(pool->count, index + 1, pool->threads);
  if (begin < end)
    pool->body(pool->context, begin, end);
}

static void *work(void *argument) {
  const worker *self = argument;
  edgecc_pool *pool = self->pool;
  /* No job starts before every worker has finished the one before, so the job after `last` is last + 1. */
  for (unsigned last = 0;; ++last) {
    wait_until(pool, &pool->job, last, false, &pool->started, &pool->sleeping_workers);
    if (atomic_load(&pool->stop))
      return NULL;
    run_part(pool, self->index);
    if (atomic_fetch_sub(&pool->unfinished, 1) == 1)
      wake(pool, &pool->finished, &pool->sleeping_callers);
  }
}

static void start_job(edgecc_pool *pool) {
  atomic_fetch_add(&pool->job, 1);
  wake(pool, &pool->started, &pool->sleeping_workers);
}

/* Stops the first `running` workers and takes the pool apart. */
static void shut_down(edgecc_pool *pool, uint32_t running) {
  atomic_store(&pool->stop, true);
  start_job(pool);
  for (uint32_t i = 0; i < running; ++i)
    pthread_join(pool->workers[i].thread, NULL);
  pthread_cond_destroy(&pool->finished);
  pthread_cond_destroy(&pool->started);
  pthread_mutex_destroy(&pool->mutex);
}

size_t edgecc_pool_bytes(uint32_t threads) {
  if (threads == 0)
    return 0;
  size_t bytes = sizeof(edgecc_pool) + (threads - 1) * sizeof(worker);
  return (bytes + EDGECC_POOL_ALIGNMENT - 1) / EDGECC_POOL_ALIGNMENT * EDGECC_POOL_ALIGNMENT;
}

edgecc_status edgecc_pool_init(void *memory, size_t memory_bytes, uint32_t threads, edgecc_pool **out_pool) {
  if (!out_pool)
    return EDGECC_BAD_ARGUMENT;
  *out_pool = NULL;
  if (!memory || threads == 0 || (uintptr_t)memory % EDGECC_POOL_ALIGNMENT != 0)
    return EDGECC_BAD_ARGUMENT;
  if (memory_bytes < edgecc_pool_bytes(threads))
    return EDGECC_NO_SPACE;

  edgecc_pool *pool = memory;
  pool->threads = threads;
  pool->workers = (worker *)(pool + 1);
  atomic_init(&pool->stop, false);
  atomic_init(&pool->job, 0);
  atomic_init(&pool->unfinished, 0);
  atomic_init(&pool->sleeping_workers, 0);
  atomic_init(&pool->sleeping_callers, 0);
  pthread_mutex_init(&pool->mutex, NULL);
  pthread_cond_init(&pool->started, NULL);
  pthread_cond_init(&pool->finished, NULL);

  for (uint32_t i = 0; i + 1 < threads; ++i) {
    pool->workers[i].pool = pool;
    pool->workers[i].index = i + 1;
    if (pthread_create(&pool->workers[i].thread, NULL, work, &pool->workers[i]) != 0) {
      shut_down(pool, i);
      return EDGECC_NO_THREADS;
    }
  }
  *out_pool = pool;
  return EDGECC_OK;
}

void edgecc_pool_destroy(edgecc_pool *pool) {
  if (pool)
    shut_down(pool, pool->threads - 1);
}

uint32_t edgecc_pool_threads(const edgecc_pool *pool) { return pool ? pool->threads : 1; }

void edgecc_pool_run(edgecc_pool *pool, void (*body)(void *context, uint64_t begin, uint64_t end), void *context,
                     uint64_t count) {
  if (count == 0)
    return;
  if (!pool || pool->threads == 1 || count == 1) {
    body(context, 0, count);
    return;
  }
  pool->body = body;
  pool->context = context;
  pool->count = count;
  atomic_store(&pool->unfinished, pool->threads - 1);
  start_job(pool);
  run_part(pool, 0);
  wait_until(pool, &pool->unfinished, 0, true, &pool->finished, &pool->sleeping_callers);
}
