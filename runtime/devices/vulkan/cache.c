/* The driver's pipeline cache in a file: three words of our own, then what vkGetPipelineCacheData gave.
 *
 * Drivers check that such data is theirs, few that it is whole. The file is named after what Vulkan says tells drivers
 * and their versions apart. It is written under another name and then renamed, so that a program which starts meanwhile
 * reads the old file or the new one.
 */
#include "session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct file_header {
  uint64_t magic;
  uint64_t bytes; /* behind the header */
  uint64_t checksum;
} file_header;

static const uint64_t file_magic = UINT64_C(0x316B766363676465); /* "edgccvk1" where bytes are stored low to high */

/* FNV-1a, 64 bits. */
static uint64_t checksum_of(const unsigned char *data, size_t bytes) {
  uint64_t hash = UINT64_C(0xCBF29CE484222325);
  for (size_t i = 0; i < bytes; ++i)
    hash = (hash ^ data[i]) * UINT64_C(0x100000001B3);
  return hash;
}

/* The path of the cache file with `suffix` behind it, from malloc; NULL if memory is short. */
static char *make_path(const edgecc_vulkan *session, const char *folder, const char *suffix) {
  const VkPhysicalDeviceProperties *properties = &session->properties;
  char uuid[2 * VK_UUID_SIZE + 1];
  for (unsigned i = 0; i < VK_UUID_SIZE; ++i)
    snprintf(uuid + 2 * i, 3, "%02x", (unsigned)properties->pipelineCacheUUID[i]);
  const char *format = "%s/edgecc-vulkan-%08" PRIx32 "-%08" PRIx32 "-%s.cache%s";
  int length = snprintf(NULL, 0, format, folder, properties->vendorID, properties->deviceID, uuid, suffix);
  char *path = length < 0 ? NULL : malloc((size_t)length + 1);
  if (path)
    snprintf(path, (size_t)length + 1, format, folder, properties->vendorID, properties->deviceID, uuid, suffix);
  return path;
}

/* Whether the driver of this device has made the data. */
static bool is_ours(const edgecc_vulkan *session, const unsigned char *data, size_t bytes) {
  VkPipelineCacheHeaderVersionOne header;
  if (bytes < sizeof header)
    return false;
  memcpy(&header, data, sizeof header);
  const VkPhysicalDeviceProperties *properties = &session->properties;
  return header.headerSize >= sizeof header && header.headerSize <= bytes &&
         header.headerVersion == VK_PIPELINE_CACHE_HEADER_VERSION_ONE && header.vendorID == properties->vendorID &&
         header.deviceID == properties->deviceID &&
         memcmp(header.pipelineCacheUUID, properties->pipelineCacheUUID, VK_UUID_SIZE) == 0;
}

/* What is behind the header, from malloc; NULL if the file is damaged. */
static unsigned char *read_file(FILE *file, file_header *out_header) {
  if (fread(out_header, sizeof *out_header, 1, file) != 1 || out_header->magic != file_magic ||
      fseek(file, 0, SEEK_END) != 0)
    return NULL;
  long end = ftell(file);
  if (end < 0 || (uint64_t)end - sizeof *out_header != out_header->bytes ||
      fseek(file, (long)sizeof *out_header, SEEK_SET) != 0)
    return NULL;
  size_t bytes = (size_t)out_header->bytes;
  unsigned char *data = malloc(bytes > 0 ? bytes : 1);
  if (data && fread(data, 1, bytes, file) == bytes && checksum_of(data, bytes) == out_header->checksum)
    return data;
  free(data);
  return NULL;
}

static unsigned char *load(const edgecc_vulkan *session, const char *folder, file_header *out_header) {
  char *path = make_path(session, folder, "");
  FILE *file = path ? fopen(path, "rb") : NULL;
  unsigned char *data = file ? read_file(file, out_header) : NULL;
  if (file)
    fclose(file);
  free(path);
  if (data && is_ours(session, data, (size_t)out_header->bytes))
    return data;
  free(data);
  return NULL;
}

edgecc_status edgecc_vk_make_cache(edgecc_vulkan *session, const char *folder, uint64_t *out_checksum) {
  file_header header = {0, 0, 0};
  unsigned char *data = load(session, folder, &header);
  const VkPipelineCacheCreateInfo info = {.sType = VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO,
                                          .initialDataSize = data ? (size_t)header.bytes : 0,
                                          .pInitialData = data};
  VkResult result = session->vk.CreatePipelineCache(session->device, &info, NULL, &session->pipeline_cache);
  *out_checksum = data ? header.checksum : 0;
  free(data);
  if (result == VK_SUCCESS)
    return EDGECC_OK;
  session->pipeline_cache = VK_NULL_HANDLE;
  return edgecc_vk_fail_call(&session->message, "vkCreatePipelineCache", result);
}

/* What the driver has now, from malloc; NULL if it says nothing. */
static unsigned char *get_data(const edgecc_vulkan *session, size_t *out_bytes) {
  const edgecc_vk_driver *vk = &session->vk;
  *out_bytes = 0;
  if (vk->GetPipelineCacheData(session->device, session->pipeline_cache, out_bytes, NULL) != VK_SUCCESS ||
      *out_bytes == 0)
    return NULL;
  unsigned char *data = malloc(*out_bytes);
  if (data && vk->GetPipelineCacheData(session->device, session->pipeline_cache, out_bytes, data) == VK_SUCCESS)
    return data;
  free(data);
  return NULL;
}

/* Writes a file that is complete or not there. `temporary` ends in XXXXXX, for mkstemp. */
static bool write_file(const char *path, char *temporary, const file_header *header, const unsigned char *data) {
  int descriptor = mkstemp(temporary);
  FILE *file = descriptor >= 0 ? fdopen(descriptor, "wb") : NULL;
  if (descriptor >= 0 && !file)
    close(descriptor);
  bool written = file && fwrite(header, sizeof *header, 1, file) == 1 &&
                 fwrite(data, 1, (size_t)header->bytes, file) == header->bytes;
  if (file)
    written = fclose(file) == 0 && written;
  if (written && rename(temporary, path) == 0)
    return true;
  if (descriptor >= 0)
    unlink(temporary);
  return false;
}

void edgecc_vk_save_cache(edgecc_vulkan *session, const char *folder, uint64_t loaded_checksum) {
  size_t bytes = 0;
  unsigned char *data = get_data(session, &bytes);
  if (!data)
    return;
  const file_header header = {file_magic, bytes, checksum_of(data, bytes)};
  if (header.checksum != loaded_checksum) { /* flash memory wears out */
    char *path = make_path(session, folder, "");
    char *temporary = make_path(session, folder, ".XXXXXX");
    if (!path || !temporary || !write_file(path, temporary, &header, data))
      edgecc_message_note(&session->message, "the cache folder '%s' cannot be written to", folder);
    free(temporary);
    free(path);
  }
  free(data);
}
