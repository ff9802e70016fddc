/* What the files of this folder share: the session, and what each of them does to it, in the order of
 * edgecc_vulkan_init.
 *
 * Every function that returns a status leaves what it made in the session, on failure too; edgecc_vk_release frees it.
 */
#ifndef EDGECC_DEVICES_VULKAN_SESSION_H
#define EDGECC_DEVICES_VULKAN_SESSION_H

#include "driver.h"
#include "errors.h"

#include "edgecc/device.h"
#include "edgecc/model.h"
#include "edgecc/vulkan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One push constant each; no device in use has more than 256 bytes of those. */
enum { edgecc_vk_max_operands = 64 };

/* A space on the device, and the window through which the host sees it: all of it where the device's memory is mapped,
 * else a piece of the staging buffer, as large as what is ever copied. The staging buffer is one more of these itself.
 */
typedef struct edgecc_vk_space {
  uint64_t bytes;        /* as the model says; may be 0 */
  uint64_t buffer_bytes; /* rounded up to whole words, at least one */
  VkBuffer buffer;
  VkDeviceSize memory_offset; /* in its allocation */
  unsigned char *mapped;      /* the buffer's first byte; NULL if not mapped */

  unsigned char *window;
  uint64_t window_begin, window_end; /* in bytes from the beginning of the space */
  VkDeviceSize window_offset;        /* of window_begin in the staging buffer; unused where mapped */
} edgecc_vk_space;

/* A range that is copied between the host and the device. */
typedef struct edgecc_vk_transfer {
  uint32_t space;
  uint64_t begin_bytes, end_bytes;
} edgecc_vk_transfer;

/* A row of tasks on the device, which is one command buffer, then a row of tasks on the host. In a run:
 *   1. what the host wrote since the last segment, or the inputs, goes into the windows;
 *   2. the commands bring it to the device, run its tasks and bring back what comes next;
 *   3. what this segment's host tasks read, or the outputs, goes from the windows to the caller's memory;
 *   4. the host tasks run there.
 * Outputs go back after the last row of tasks on the device, so that host tasks at the end just write over them. */
typedef struct edgecc_vk_segment {
  VkCommandBuffer commands;
  uint32_t first_task, first_host_task, end_task;
  uint32_t first_upload, first_download, end_transfer; /* in edgecc_vulkan.transfers */
  uint32_t first_tick; /* one when the first task may start, then one at the end of each task on the device */
} edgecc_vk_segment;

struct edgecc_vulkan {
  edgecc_vk_driver vk;
  edgecc_message message;
  const edgecc_model *model;
  const edgecc_program *program;

  bool validate;
  bool profile;
  bool staged;   /* windows are in the staging buffer */
  bool measured; /* the last run gave times */
  bool lost;
  uint32_t validation_messages;

  VkInstance instance;
  VkDebugUtilsMessengerEXT messenger;
  uint32_t api_version; /* of what may be used: VK_API_VERSION_1_1 or VK_API_VERSION_1_2 */
  VkPhysicalDevice physical_device;
  VkPhysicalDeviceProperties properties;
  VkPhysicalDeviceMemoryProperties memory_properties;
  VkDeviceSize max_allocation_bytes;
  uint32_t queue_family;
  uint32_t timestamp_bits; /* 0: the queue has no clock */
  VkDevice device;
  VkQueue queue;
  VkFence fence;
  VkCommandPool command_pool;
  VkQueryPool query_pool;

  uint32_t num_spaces; /* the staging buffer comes behind the last */
  edgecc_vk_space *spaces;
  VkDeviceMemory *allocations; /* num_spaces + 1 at most */
  uint32_t num_allocations;

  VkDescriptorSetLayout set_layouts[edgecc_vk_max_operands + 1]; /* by number of operands; made where needed */
  VkPipelineLayout layouts[edgecc_vk_max_operands + 1];
  VkPipelineCache pipeline_cache;
  VkPipeline *pipelines; /* by kernel */
  VkDescriptorPool descriptor_pool;
  VkDescriptorSet *sets; /* by task */

  uint32_t num_segments;
  edgecc_vk_segment *segments;
  uint32_t num_transfers;
  edgecc_vk_transfer *transfers;

  const void **frame_inputs; /* of a run on a frame */
  uint32_t num_ticks;
  uint64_t *ticks;
  double *times_us; /* by task */
};

static inline uint64_t edgecc_vk_round_up(uint64_t value, uint64_t multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

/* program.c: the numbers of a model, and whether they make sense; needs no device. */
const edgecc_program *edgecc_vk_program(const edgecc_model *model); /* NULL if it has none for this library */
uint32_t edgecc_vk_num_spaces(const edgecc_model *model);
uint32_t edgecc_vk_space_index(const edgecc_model *model, const edgecc_operand *operand);
uint64_t edgecc_vk_space_bytes(const edgecc_model *model, uint32_t space);
edgecc_status edgecc_vk_check_program(const edgecc_model *model, const edgecc_message *message);

/* spirv.c: whether a kernel is a module that a driver can be given without harm. */
edgecc_status edgecc_vk_check_spirv(const edgecc_kernel *kernel, uint32_t features, const edgecc_message *message);

/* segments.c: how a run is divided. The counts need no session. */
void edgecc_vk_count_segments(const edgecc_model *model, uint32_t *out_segments, uint32_t *out_transfers);
void edgecc_vk_plan_segments(edgecc_vulkan *session);

/* instance.c, device.c */
edgecc_status edgecc_vk_make_instance(edgecc_vulkan *session);
edgecc_status edgecc_vk_choose_device(edgecc_vulkan *session, const char *name);
edgecc_status edgecc_vk_make_device(edgecc_vulkan *session);

/* limits.c: whether the model fits the device that was chosen. */
edgecc_status edgecc_vk_check_limits(edgecc_vulkan *session);

/* memory.c: buffers and windows; then the weights, once commands can be submitted. */
edgecc_status edgecc_vk_make_buffers(edgecc_vulkan *session, bool staging);
edgecc_status edgecc_vk_upload_weights(edgecc_vulkan *session);

/* What a kernel gets for an operand: a range of the buffer of its space, and the element at which the operand begins.
 */
typedef struct edgecc_vk_binding {
  VkDeviceSize offset, range;
  int32_t element;
} edgecc_vk_binding;

/* bindings.c */
edgecc_vk_binding edgecc_vk_bind(const edgecc_vulkan *session, const edgecc_operand *operand);
edgecc_status edgecc_vk_make_sets(edgecc_vulkan *session);

/* pipelines.c, cache.c */
edgecc_status edgecc_vk_make_pipelines(edgecc_vulkan *session, const char *cache_folder);
edgecc_status edgecc_vk_make_cache(edgecc_vulkan *session, const char *folder, uint64_t *out_checksum);
void edgecc_vk_save_cache(edgecc_vulkan *session, const char *folder, uint64_t loaded_checksum);

/* commands.c: recording and submitting. */
edgecc_status edgecc_vk_make_queue(edgecc_vulkan *session);
edgecc_status edgecc_vk_record_segments(edgecc_vulkan *session);
edgecc_status edgecc_vk_begin(edgecc_vulkan *session, VkCommandBufferUsageFlags flags, VkCommandBuffer *out);
edgecc_status edgecc_vk_submit(edgecc_vulkan *session, VkCommandBuffer commands); /* and waits */

/* Says which call failed and ends the session, for nobody knows what the device still does. */
edgecc_status edgecc_vk_lose(edgecc_vulkan *session, const char *function, VkResult result);

/* session.c */
void edgecc_vk_release(edgecc_vulkan *session);

#endif
