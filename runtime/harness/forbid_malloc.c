/* A malloc family that replaces the C library's, statically or dynamically linked, and that can be told to refuse.
 *
 * Small blocks are powers of two, kept in a list for each when they are freed; large ones go back to the system. That
 * suits the harness, which allocates its buffers once, and drivers of devices, which compile kernels.
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

enum { chunk_bytes = 1 << 20, natural_alignment = 16, header_bytes = 32, small_classes = 18 };

/* Stands before each block. */
typedef struct header {
  size_t bytes; /* as asked for */
  char *piece;  /* where its memory begins */
  size_t taken; /* bytes from there */
} header;
_Static_assert(sizeof(header) <= header_bytes, "a header has its place");

/* A piece that is free; pieces of class c have 1 << c bytes. */
typedef struct free_piece {
  struct free_piece *next;
} free_piece;
static free_piece *free_pieces[small_classes];

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

static char *map_pages(size_t bytes) {
  void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? NULL : pages;
}

/* A piece of 1 << class bytes, or NULL. Called under the mutex. */
static char *take(unsigned class) {
  free_piece *freed = free_pieces[class];
  if (freed) {
    free_pieces[class] = freed->next;
    return (char *)freed;
  }
  size_t bytes = (size_t)1 << class;
  if (bytes > chunk_left) {
    char *chunk = map_pages(chunk_bytes);
    if (!chunk)
      return NULL;
    chunk_next = chunk;
    chunk_left = chunk_bytes;
  }
  char *piece = chunk_next;
  chunk_next += bytes;
  chunk_left -= bytes;
  return piece;
}

/* The smallest class of pieces with that many bytes; small_classes if they are large. */
static unsigned class_of(size_t bytes) {
  unsigned class = 6;
  while (class < small_classes && (size_t)1 << class < bytes)
    ++class;
  return class;
}

static void *allocate(size_t alignment, size_t bytes) {
  if (alignment < natural_alignment)
    alignment = natural_alignment;
  if (bytes > SIZE_MAX / 4 || alignment > SIZE_MAX / 4) {
    errno = ENOMEM;
    return NULL;
  }
  header entry = {bytes, NULL, bytes + header_bytes + (alignment > natural_alignment ? alignment : 0)};
  unsigned class = class_of(entry.taken);
  if (class < small_classes) {
    entry.taken = (size_t)1 << class;
    pthread_mutex_lock(&mutex);
    entry.piece = take(class);
    pthread_mutex_unlock(&mutex);
  } else {
    entry.piece = map_pages(entry.taken);
  }
  if (!entry.piece) {
    errno = ENOMEM;
    return NULL;
  }
  char *block = entry.piece + header_bytes;
  block += (alignment - (uintptr_t)block % alignment) % alignment;
  memcpy(block - header_bytes, &entry, sizeof entry);
  return block;
}

static header header_of(const void *block) {
  header entry;
  memcpy(&entry, (const char *)block - header_bytes, sizeof entry);
  return entry;
}

static void release(void *block) {
  if (!block)
    return;
  header entry = header_of(block);
  unsigned class = class_of(entry.taken);
  if (class == small_classes) {
    munmap(entry.piece, entry.taken);
    return;
  }
  free_piece *freed = (free_piece *)(void *)entry.piece;
  pthread_mutex_lock(&mutex);
  freed->next = free_pieces[class];
  free_pieces[class] = freed;
  pthread_mutex_unlock(&mutex);
}

void *malloc(size_t bytes) {
  refuse_if_forbidden("malloc");
  return allocate(natural_alignment, bytes);
}

void free(void *block) {
  if (block)
    refuse_if_forbidden("free");
  release(block);
}

void *calloc(size_t count, size_t bytes) {
  refuse_if_forbidden("calloc");
  if (bytes != 0 && count > SIZE_MAX / bytes) {
    errno = ENOMEM;
    return NULL;
  }
  void *block = allocate(natural_alignment, count * bytes);
  if (block)
    memset(block, 0, count * bytes);
  return block;
}

void *realloc(void *block, size_t bytes) {
  refuse_if_forbidden("realloc");
  void *moved = allocate(natural_alignment, bytes);
  if (block && moved) {
    size_t old = header_of(block).bytes;
    memcpy(moved, block, old < bytes ? old : bytes);
    release(block);
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
