/* The pool runs every item once, whatever the number of threads and items, and checks its arguments. */
#include "edgecc/pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int failures;

static void expect(int condition, const char *what) {
  if (condition)
    return;
  printf("not true: %s\n", what);
  failures++;
}

static edgecc_pool *make_pool(uint32_t threads) {
  size_t bytes = edgecc_pool_bytes(threads);
  edgecc_pool *pool = NULL;
  expect(edgecc_pool_init(aligned_alloc(EDGECC_POOL_ALIGNMENT, bytes), bytes, threads, &pool) == EDGECC_OK,
         "init is ok");
  return pool;
}

static void drop_pool(edgecc_pool *pool) {
  edgecc_pool_destroy(pool);
  free(pool); /* the handle is the start of the memory */
}

static void count_items(void *context, uint64_t begin, uint64_t end) {
  unsigned *counts = context;
  for (uint64_t i = begin; i < end; ++i)
    counts[i]++;
}

enum { max_items = 40 };

static void every_item_runs_once(edgecc_pool *pool) {
  for (uint64_t items = 0; items < max_items; ++items) {
    unsigned counts[max_items] = {0};
    edgecc_pool_run(pool, count_items, counts, items);
    for (uint64_t i = 0; i < max_items; ++i)
      expect(counts[i] == (i < items ? 1u : 0u), "an item runs once");
  }
}

/* Each job depends on the one before, so a worker that starts early or ends late is seen. */
static void many_small_jobs_follow_each_other(edgecc_pool *pool, unsigned jobs) {
  unsigned counts[8] = {0};
  for (unsigned job = 0; job < jobs; ++job) {
    edgecc_pool_run(pool, count_items, counts, 8);
    for (int i = 0; i < 8; ++i)
      expect(counts[i] == job + 1, "a job is complete when run returns");
  }
}

/* Long enough between jobs that the workers sleep. */
static void sleeping_workers_wake(edgecc_pool *pool) {
  const struct timespec pause = {0, 1000000};
  unsigned counts[8] = {0};
  for (int job = 0; job < 20; ++job) {
    nanosleep(&pause, NULL);
    edgecc_pool_run(pool, count_items, counts, 8);
  }
  expect(counts[0] == 20 && counts[7] == 20, "jobs after a pause run");
}

static void bad_arguments_are_refused(void) {
  size_t bytes = edgecc_pool_bytes(2);
  char *memory = aligned_alloc(EDGECC_POOL_ALIGNMENT, bytes);
  edgecc_pool *pool = NULL;
  expect(edgecc_pool_bytes(0) == 0, "a pool of no threads has no size");
  expect(edgecc_pool_init(memory, bytes, 2, NULL) == EDGECC_BAD_ARGUMENT, "out_pool may not be null");
  expect(edgecc_pool_init(NULL, bytes, 2, &pool) == EDGECC_BAD_ARGUMENT, "memory may not be null");
  expect(edgecc_pool_init(memory, bytes, 0, &pool) == EDGECC_BAD_ARGUMENT, "a pool has a thread");
  expect(edgecc_pool_init(memory + 8, bytes, 2, &pool) == EDGECC_BAD_ARGUMENT, "memory is aligned");
  expect(edgecc_pool_init(memory, bytes - 1, 2, &pool) == EDGECC_NO_SPACE, "memory is large enough");
  expect(pool == NULL, "a failed init gives no pool");
  free(memory);
}

int main(void) {
  expect(strcmp(edgecc_status_name(EDGECC_NO_SPACE), "EDGECC_NO_SPACE") == 0, "a status has a name");
  bad_arguments_are_refused();
  expect(edgecc_pool_threads(NULL) == 1, "no pool is one thread");
  every_item_runs_once(NULL);
  for (uint32_t threads = 1; threads <= 7; threads += 3) {
    edgecc_pool *pool = make_pool(threads);
    expect(edgecc_pool_threads(pool) == threads, "a pool knows its threads");
    every_item_runs_once(pool);
    many_small_jobs_follow_each_other(pool, 500);
    sleeping_workers_wake(pool);
    drop_pool(pool);
  }
  for (int i = 0; i < 50; ++i) /* destroyed before the workers have looked for a job */
    drop_pool(make_pool(4));
  return failures != 0;
}
