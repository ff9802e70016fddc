/* The thread pool of the edgecc runtime. C99 and C++.
 *
 * A pool of N threads is the thread that calls edgecc_pool_run and N - 1 workers, which sleep between jobs. A job of
 * `count` items is split statically: thread i of N gets the items [count * i / N, count * (i + 1) / N), so which thread
 * does what depends on nothing but the numbers. After edgecc_pool_init nothing is allocated and no thread is started.
 *
 *     static void scale(void *context, uint64_t begin, uint64_t end) {
 *       float *values = (float *)context;
 *       for (uint64_t i = begin; i < end; ++i)
 *         values[i] *= 2.0f;
 *     }
 *
 *     size_t bytes = edgecc_pool_bytes(4);
 *     void *memory = aligned_alloc(EDGECC_POOL_ALIGNMENT, bytes);
 *     edgecc_pool *pool;
 *     if (edgecc_pool_init(memory, bytes, 4, &pool) == EDGECC_OK) {
 *       edgecc_pool_run(pool, scale, values, num_values);
 *       edgecc_pool_destroy(pool);
 *     }
 *     free(memory);
 */
#ifndef EDGECC_POOL_H
#define EDGECC_POOL_H

#include "edgecc/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGECC_POOL_ALIGNMENT 64 /* bytes */

typedef struct edgecc_pool edgecc_pool;

/* The bytes that a pool of `threads` threads needs, a multiple of EDGECC_POOL_ALIGNMENT; 0 if threads is 0. */
size_t edgecc_pool_bytes(uint32_t threads);

/* Makes a pool and starts its threads - 1 workers.
 *   memory    memory_bytes bytes, at least edgecc_pool_bytes(threads), aligned to EDGECC_POOL_ALIGNMENT; borrowed until
 *             edgecc_pool_destroy.
 *   threads   at least 1; a pool of 1 starts no worker.
 *   out_pool  receives a handle placed inside memory, nothing to free; NULL on failure.
 * Returns EDGECC_OK, EDGECC_BAD_ARGUMENT, EDGECC_NO_SPACE or EDGECC_NO_THREADS (no worker is left running then). */
edgecc_status edgecc_pool_init(void *memory, size_t memory_bytes, uint32_t threads, edgecc_pool **out_pool);

/* Stops and joins the workers. No job may be running. NULL does nothing. */
void edgecc_pool_destroy(edgecc_pool *pool);

/* The number of threads, the caller's included; 1 for NULL. */
uint32_t edgecc_pool_threads(const edgecc_pool *pool);

/* Calls body(context, begin, end) once for each thread with a part of [0, count) that is not empty, and returns when
 * all are done; what the bodies wrote is then visible to the caller. The calling thread does the first part. With a
 * NULL pool the caller does it all. Threads: one edgecc_pool_run at a time for each pool; a body must not call
 * edgecc_pool_run on its own pool. */
void edgecc_pool_run(edgecc_pool *pool, void (*body)(void *context, uint64_t begin, uint64_t end), void *context,
                     uint64_t count);

#ifdef __cplusplus
}
#endif
#endif
