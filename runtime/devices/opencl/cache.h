/* Compiled programs in files, so that a program which starts again need not compile its kernels again. */
#ifndef EDGECC_DEVICES_OPENCL_CACHE_H
#define EDGECC_DEVICES_OPENCL_CACHE_H

#include <stdbool.h>
#include <stddef.h>

/* What a compiled program depends on. The file's name is a hash of both. */
typedef struct edgecc_cl_cache_key {
  const char *builder; /* device, driver, their versions, and the compiler's options */
  const char *source;
  size_t source_bytes;
} edgecc_cl_cache_key;

/* Finds the binary that was stored for this key; the caller frees it. False if there is none, or if the file is damaged
 * or of another key. */
bool edgecc_cl_cache_read(const char *folder, const edgecc_cl_cache_key *key, unsigned char **out_binary,
                          size_t *out_bytes);

/* Stores it, in place of what was there; a reader sees the old file or the new one, never a part. False if the folder
 * cannot be written to. */
bool edgecc_cl_cache_write(const char *folder, const edgecc_cl_cache_key *key, const unsigned char *binary,
                           size_t bytes);

#endif
