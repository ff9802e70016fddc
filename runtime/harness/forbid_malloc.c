/* A malloc family that replaces the C library's, statically or dynamically linked, and that can be told to refuse.
 *
 * It takes chunks from the system and hands out pieces in order; free does nothing. That suits the harness, which
 * allocates its buffers once and ends soon, and it needs nothing of the allocator that it replaces.
 */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "forbid_malloc.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { chunk_bytes = 1 << 20, header_bytes = 16, natural_alignment = 16 };

static atomic_bool is_forbidden;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char *chunk_next;
static size_t chunk_left;

void *memalign(size_t alignment, size_t bytes);

void forbid_malloc(bool forbidden) { atomic_store(&is_forbidden, forbidden); }

static void refuse_if_forbidden(const char *function) {
  if (!atomic_load_explicit(&is_forbidden, memory_order_relaxed))
    return;
  static const char text[] = " was called during a run, which must not allocate or free memory\n";
  (void)!write(STDERR_FILENO, "harness: error: ", 16);
  (void)!write(STDERR_FILENO, function, strlen(function));
  (void)!write(STDERR_FILENO, text, sizeof text - 1);
  _exit(2); /* the exit code for a model that misbehaves */
}

/* A piece of a chunk, or NULL. Called under the mutex. */
static char *take(size_t bytes) {
  if (bytes > chunk_left) {
    size_t wanted = bytes > chunk_bytes ? bytes : (size_t)chunk_bytes;
    void *chunk = mmap(NULL, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk == MAP_FAILED)
      return NULL;
    chunk_next = chunk;
    chunk_left = wanted;
  }
  char *piece = chunk_next;
  chunk_next += bytes;
  chunk_left -= bytes;
  return piece;
}

/* The size of a block stands in the header_bytes before it, for realloc. New memory is zero, for it is never reused. */
static void *allocate(size_t alignment, size_t bytes) {
  if (alignment < natural_alignment)
    alignment = natural_alignment;
  if (bytes > SIZE_MAX / 2 || alignment > SIZE_MAX / 4) {
    errno = ENOMEM;
    return NULL;
  }
  size_t rounded = (bytes + natural_alignment - 1) / natural_alignment * natural_alignment;
  pthread_mutex_lock(&mutex);
  char *piece = take(rounded + header_bytes + alignment);
  pthread_mutex_unlock(&mutex);
  if (!piece) {
    errno = ENOMEM;
    return NULL;
  }
  char *block = piece + header_bytes;
  block += (alignment - (uintptr_t)block % alignment) % alignment;
  memcpy(block - sizeof bytes, &bytes, sizeof bytes);
  return block;
}

void *malloc(size_t bytes) {
  refuse_if_forbidden("malloc");
  return allocate(natural_alignment, bytes);
}

void free(void *block) {
  if (block)
    refuse_if_forbidden("free");
}

void *calloc(size_t count, size_t bytes) {
  refuse_if_forbidden("calloc");
  if (bytes != 0 && count > SIZE_MAX / bytes) {
    errno = ENOMEM;
    return NULL;
  }
  return allocate(natural_alignment, count * bytes);
}

void *realloc(void *block, size_t bytes) {
  refuse_if_forbidden("realloc");
  void *moved = allocate(natural_alignment, bytes);
  if (block && moved) {
    size_t old = 0;
    memcpy(&old, (char *)block - sizeof old, sizeof old);
    memcpy(moved, block, old < bytes ? old : bytes);
  }
  return moved;
}

void *memalign(size_t alignment, size_t bytes) {
  refuse_if_forbidden("memalign");
  return allocate(alignment, bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) {
  refuse_if_forbidden("aligned_alloc");
  return allocate(alignment, bytes);
}

int posix_memalign(void **out, size_t alignment, size_t bytes) {
  refuse_if_forbidden("posix_memalign");
  *out = allocate(alignment, bytes);
  return *out ? 0 : ENOMEM;
}
