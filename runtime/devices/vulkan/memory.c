#include "session.h"

#include <string.h>

/* Weights go through the staging buffer in pieces of this size, so that it need not be as large as they are. */
enum { chunk_bytes = 4 << 20 };

/* Where a window may begin, both in its space and in the staging buffer; devices copy whole lines fastest. */
enum { window_alignment = 64 };

/* ---- Buffers and the memory behind them ---- */

static edgecc_status create_buffer(edgecc_vulkan *session, edgecc_vk_space *space, VkBufferUsageFlags usage) {
  const VkBufferCreateInfo info = {.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
                                   .size = space->buffer_bytes,
                                   .usage = usage,
                                   .sharingMode = VK_SHARING_MODE_EXCLUSIVE};
  VkResult result = session->vk.CreateBuffer(session->device, &info, NULL, &space->buffer);
  if (result == VK_SUCCESS)
    return EDGECC_OK;
  space->buffer = VK_NULL_HANDLE;
  return edgecc_vk_fail_call(&session->message, "vkCreateBuffer", result);
}

static VkMemoryRequirements requirements_of(const edgecc_vulkan *session, uint32_t space) {
  VkMemoryRequirements requirements;
  session->vk.GetBufferMemoryRequirements(session->device, session->spaces[space].buffer, &requirements);
  return requirements;
}

/* Allocates `bytes`, gives the spaces [first, end) their places in it, and maps it if asked to. */
static edgecc_status allocate(edgecc_vulkan *session, uint32_t first, uint32_t end, VkDeviceSize bytes, uint32_t type,
                              bool map) {
  const edgecc_vk_driver *vk = &session->vk;
  const VkMemoryAllocateInfo info = {
      .sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO, .allocationSize = bytes, .memoryTypeIndex = type};
  VkDeviceMemory memory = VK_NULL_HANDLE;
  VkResult result = vk->AllocateMemory(session->device, &info, NULL, &memory);
  if (result != VK_SUCCESS)
    return edgecc_vk_fail_call(&session->message, "vkAllocateMemory", result);
  session->allocations[session->num_allocations++] = memory;

  void *mapped = NULL;
  if (map && (result = vk->MapMemory(session->device, memory, 0, VK_WHOLE_SIZE, 0, &mapped)) != VK_SUCCESS)
    return edgecc_vk_fail_call(&session->message, "vkMapMemory", result);
  for (uint32_t i = first; i < end; ++i) {
    edgecc_vk_space *space = &session->spaces[i];
    result = vk->BindBufferMemory(session->device, space->buffer, memory, space->memory_offset);
    if (result != VK_SUCCESS)
      return edgecc_vk_fail_call(&session->message, "vkBindBufferMemory", result);
    if (map)
      space->mapped = (unsigned char *)mapped + space->memory_offset;
  }
  return EDGECC_OK;
}

/* Places the buffers of the spaces [first, end) in as few allocations as the device's limit leaves. */
static edgecc_status place(edgecc_vulkan *session, uint32_t first, uint32_t end, uint32_t type, bool map) {
  while (first < end) {
    VkDeviceSize bytes = 0;
    uint32_t next = first;
    for (; next < end; ++next) {
      VkMemoryRequirements requirements = requirements_of(session, next);
      VkDeviceSize offset = edgecc_vk_round_up(bytes, requirements.alignment);
      if (next > first && offset + requirements.size > session->max_allocation_bytes)
        break;
      session->spaces[next].memory_offset = offset;
      bytes = offset + requirements.size;
    }
    edgecc_status status = allocate(session, first, next, bytes, type, map);
    if (status != EDGECC_OK)
      return status;
    first = next;
  }
  return EDGECC_OK;
}

/* ---- Kinds of memory ---- */

/* The first of the types in `allowed` that has all of `flags` and a heap of at least `bytes`. */
static bool find_type(const edgecc_vulkan *session, uint32_t allowed, VkMemoryPropertyFlags flags, uint64_t bytes,
                      uint32_t *out_type) {
  const VkPhysicalDeviceMemoryProperties *memory = &session->memory_properties;
  for (uint32_t i = 0; i < memory->memoryTypeCount; ++i) {
    const VkMemoryType *type = &memory->memoryTypes[i];
    if ((allowed >> i & 1) != 0 && (type->propertyFlags & flags) == flags &&
        memory->memoryHeaps[type->heapIndex].size >= bytes) {
      *out_type = i;
      return true;
    }
  }
  return false;
}

/* Memory that the host sees without flushing caches by hand, cached if possible: it reads the outputs from there.
 * Vulkan promises that there is some, if not that it is the device's own. */
static bool find_host_type(const edgecc_vulkan *session, uint32_t allowed, VkMemoryPropertyFlags also, uint64_t bytes,
                           uint32_t *out_type) {
  const VkMemoryPropertyFlags seen = VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT | also;
  return find_type(session, allowed, seen | VK_MEMORY_PROPERTY_HOST_CACHED_BIT, bytes, out_type) ||
         find_type(session, allowed, seen, bytes, out_type);
}

/* Whether the host can share the device's memory. On discrete GPUs it could at best reach over the bus, which is far
 * slower than a copy by the device. */
static bool find_shared_type(const edgecc_vulkan *session, uint32_t allowed, uint64_t bytes, uint32_t *out_type) {
  return session->properties.deviceType != VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU &&
         find_host_type(session, allowed, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, bytes, out_type);
}

static bool find_device_type(const edgecc_vulkan *session, uint32_t allowed, uint64_t bytes, uint32_t *out_type) {
  return find_type(session, allowed, VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, bytes, out_type) ||
         find_type(session, allowed, 0, bytes, out_type);
}

/* ---- Windows ---- */

static void open_windows_on_buffers(edgecc_vulkan *session) {
  for (uint32_t i = 0; i < session->num_spaces; ++i) {
    edgecc_vk_space *space = &session->spaces[i];
    space->window = space->mapped;
    space->window_begin = 0;
    space->window_end = space->bytes;
  }
}

/* Makes each window just large enough for the transfers of its space; the staging buffer holds them all. */
static void size_windows(edgecc_vulkan *session) {
  edgecc_vk_space *staging = &session->spaces[session->num_spaces];
  for (uint32_t i = 0; i < session->num_transfers; ++i) {
    const edgecc_vk_transfer *transfer = &session->transfers[i];
    edgecc_vk_space *space = &session->spaces[transfer->space];
    bool is_first = space->window_begin == space->window_end;
    uint64_t begin = transfer->begin_bytes / window_alignment * window_alignment;
    if (is_first || begin < space->window_begin)
      space->window_begin = begin;
    if (is_first || transfer->end_bytes > space->window_end)
      space->window_end = transfer->end_bytes;
  }
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < session->num_spaces; ++i) {
    edgecc_vk_space *space = &session->spaces[i];
    space->window_offset = bytes;
    bytes += edgecc_vk_round_up(space->window_end - space->window_begin, window_alignment);
  }
  uint64_t weights = session->program->weights_bytes;
  uint64_t piece = weights < chunk_bytes ? weights : chunk_bytes;
  staging->bytes = bytes > piece ? bytes : piece;
  staging->buffer_bytes = staging->bytes > 0 ? edgecc_vk_round_up(staging->bytes, sizeof(uint32_t)) : sizeof(uint32_t);
}

static edgecc_status make_staging(edgecc_vulkan *session) {
  const uint32_t index = session->num_spaces;
  uint32_t type = 0;
  size_windows(session);
  edgecc_status status = create_buffer(session, &session->spaces[index],
                                       VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT);
  if (status != EDGECC_OK)
    return status;
  VkMemoryRequirements requirements = requirements_of(session, index);
  if (!find_host_type(session, requirements.memoryTypeBits, 0, requirements.size, &type))
    return edgecc_message_fail(&session->message, EDGECC_DEVICE_ERROR,
                               "the device has no memory that the host can see");
  status = place(session, index, index + 1, type, true);
  for (uint32_t i = 0; i < session->num_spaces && status == EDGECC_OK; ++i)
    session->spaces[i].window = session->spaces[index].mapped + session->spaces[i].window_offset;
  return status;
}

edgecc_status edgecc_vk_make_buffers(edgecc_vulkan *session, bool staging) {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < session->num_spaces; ++i) {
    edgecc_status status = create_buffer(session, &session->spaces[i],
                                         VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                                             VK_BUFFER_USAGE_TRANSFER_DST_BIT);
    if (status != EDGECC_OK)
      return status;
    VkMemoryRequirements requirements = requirements_of(session, i);
    bytes = edgecc_vk_round_up(bytes, requirements.alignment) + requirements.size;
  }

  uint32_t type = 0;
  uint32_t allowed = requirements_of(session, 0).memoryTypeBits; /* the same for buffers of the same usage */
  session->staged = staging || !find_shared_type(session, allowed, bytes, &type);
  if (session->staged && !find_device_type(session, allowed, bytes, &type))
    return edgecc_message_fail(&session->message, EDGECC_BAD_PROGRAM,
                               "the model does not fit into the device's memory");
  edgecc_status status = place(session, 0, session->num_spaces, type, !session->staged);
  if (status != EDGECC_OK)
    return status;
  if (session->staged)
    return make_staging(session);
  open_windows_on_buffers(session);
  return EDGECC_OK;
}

/* ---- Weights ---- */

static edgecc_status copy_chunk(edgecc_vulkan *session, VkBuffer destination, uint64_t offset, uint64_t bytes) {
  const edgecc_vk_driver *vk = &session->vk;
  const VkBufferCopy region = {.srcOffset = 0, .dstOffset = offset, .size = bytes};
  VkCommandBuffer commands = NULL;
  edgecc_status status = edgecc_vk_begin(session, VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT, &commands);
  if (status != EDGECC_OK)
    return status;
  vk->CmdCopyBuffer(commands, session->spaces[session->num_spaces].buffer, destination, 1, &region);
  VkResult result = vk->EndCommandBuffer(commands);
  if (result != VK_SUCCESS)
    return edgecc_vk_fail_call(&session->message, "vkEndCommandBuffer", result);
  status = edgecc_vk_submit(session, commands);
  if (status == EDGECC_OK)
    vk->FreeCommandBuffers(session->device, session->command_pool, 1, &commands);
  return status;
}

edgecc_status edgecc_vk_upload_weights(edgecc_vulkan *session) {
  const unsigned char *weights = session->program->weights;
  const uint64_t bytes = session->program->weights_bytes;
  const edgecc_vk_space *space = &session->spaces[session->num_spaces - 1];
  if (bytes > 0 && !session->staged)
    memcpy(space->mapped, weights, bytes);
  for (uint64_t begin = 0; session->staged && begin < bytes; begin += chunk_bytes) {
    uint64_t piece = bytes - begin < chunk_bytes ? bytes - begin : chunk_bytes;
    memcpy(session->spaces[session->num_spaces].mapped, weights + begin, piece);
    edgecc_status status = copy_chunk(session, space->buffer, begin, piece);
    if (status != EDGECC_OK)
      return status;
  }
  return EDGECC_OK;
}
