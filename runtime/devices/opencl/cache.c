/* A file is a header, the builder's text and the binary. Nothing of it is used unless all of it fits: drivers do not
 * survive a damaged binary. */
#include "cache.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In the machine's own byte order; the builder's text names the machine's device. */
typedef struct header {
  char magic[8];
  uint64_t source_bytes;
  uint64_t source_hash;
  uint64_t builder_bytes;
  uint64_t binary_bytes;
  uint64_t binary_hash;
} header;

enum { path_bytes = 4096 };

/* 64-bit FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv; `hash` is that of the bytes before. */
static const uint64_t empty_hash = 0xcbf29ce484222325u;
static uint64_t hash_more(uint64_t hash, const void *data, size_t bytes) {
  const unsigned char *byte = data;
  for (size_t i = 0; i < bytes; ++i)
    hash = (hash ^ byte[i]) * 0x100000001b3u;
  return hash;
}

static header header_of(const edgecc_cl_cache_key *key, const unsigned char *binary, size_t bytes) {
  header result = {{'e', 'd', 'g', 'e', 'c', 'c', 'C', '1'},
                   key->source_bytes,
                   hash_more(empty_hash, key->source, key->source_bytes),
                   strlen(key->builder),
                   bytes,
                   hash_more(empty_hash, binary, bytes)};
  return result;
}

static bool make_path(char *path, const char *folder, const edgecc_cl_cache_key *key, const char *ending) {
  uint64_t hash = hash_more(empty_hash, key->source, key->source_bytes);
  hash = hash_more(hash, key->builder, strlen(key->builder));
  int length = snprintf(path, path_bytes, "%s/%016" PRIx64 ".clbin%s", folder, hash, ending);
  return length > 0 && length < path_bytes;
}

/* The whole file, which the caller frees; NULL if there is none. */
static unsigned char *read_file(const char *path, size_t *out_bytes) {
  FILE *file = fopen(path, "rb");
  if (!file)
    return NULL;
  long end = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
  unsigned char *content = end > 0 ? malloc((size_t)end) : NULL;
  rewind(file);
  if (content && fread(content, 1, (size_t)end, file) != (size_t)end) {
    free(content);
    content = NULL;
  }
  fclose(file);
  *out_bytes = (size_t)end;
  return content;
}

/* Where the binary begins in the file's content; 0 if the content is not what was written for this key. */
static size_t find_binary(const unsigned char *content, size_t bytes, const edgecc_cl_cache_key *key) {
  size_t begin = sizeof(header) + strlen(key->builder);
  if (bytes <= begin || memcmp(content + sizeof(header), key->builder, strlen(key->builder)) != 0)
    return 0;
  header expected = header_of(key, content + begin, bytes - begin);
  return memcmp(content, &expected, sizeof expected) == 0 ? begin : 0;
}

bool edgecc_cl_cache_read(const char *folder, const edgecc_cl_cache_key *key, unsigned char **out_binary,
                          size_t *out_bytes) {
  char path[path_bytes];
  size_t bytes;
  unsigned char *content = make_path(path, folder, key, "") ? read_file(path, &bytes) : NULL;
  size_t begin = content ? find_binary(content, bytes, key) : 0;
  if (begin == 0) {
    free(content);
    return false;
  }
  *out_bytes = bytes - begin;
  *out_binary = memmove(content, content + begin, *out_bytes);
  return true;
}

static bool write_file(int descriptor, const edgecc_cl_cache_key *key, const unsigned char *binary, size_t bytes) {
  FILE *file = fdopen(descriptor, "wb");
  if (!file) {
    close(descriptor);
    return false;
  }
  header start = header_of(key, binary, bytes);
  size_t builder_bytes = strlen(key->builder);
  bool written = fwrite(&start, 1, sizeof start, file) == sizeof start &&
                 fwrite(key->builder, 1, builder_bytes, file) == builder_bytes &&
                 fwrite(binary, 1, bytes, file) == bytes;
  return fclose(file) == 0 && written;
}

bool edgecc_cl_cache_write(const char *folder, const edgecc_cl_cache_key *key, const unsigned char *binary,
                           size_t bytes) {
  char path[path_bytes], temporary[path_bytes];
  if (!make_path(path, folder, key, "") || !make_path(temporary, folder, key, ".XXXXXX"))
    return false;
  int descriptor = mkstemp(temporary); /* a name of its own: other processes may be storing the same program */
  if (descriptor < 0)
    return false;
  if (write_file(descriptor, key, binary, bytes) && rename(temporary, path) == 0)
    return true;
  unlink(temporary);
  return false;
}
