#include "session.h"

#include <inttypes.h>

static edgecc_status fail_kernel(const edgecc_vulkan *session, const edgecc_kernel *kernel, const char *what,
                                 uint64_t needed, uint64_t allowed) {
  return edgecc_message_fail(&session->message, EDGECC_BAD_PROGRAM,
                             "kernel '%s': %" PRIu64 " %s, but the device '%s' allows %" PRIu64, kernel->name, needed,
                             what, session->properties.deviceName, allowed);
}

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

static uint32_t max_operands(const VkPhysicalDeviceLimits *limits) {
  uint32_t count = least(edgecc_vk_max_operands, limits->maxPushConstantsSize / (uint32_t)sizeof(int32_t));
  count = least(count, limits->maxPerStageDescriptorStorageBuffers);
  count = least(count, limits->maxDescriptorSetStorageBuffers);
  return least(count, limits->maxPerStageResources);
}

static edgecc_status check_kernel(const edgecc_vulkan *session, const edgecc_kernel *kernel) {
  const VkPhysicalDeviceLimits *limits = &session->properties.limits;
  if (kernel->num_operands > max_operands(limits))
    return fail_kernel(session, kernel, "operands", kernel->num_operands, max_operands(limits));
  uint64_t items = 1;
  for (int i = 0; i < 3; ++i) {
    if (kernel->local_size[i] == 0 || kernel->local_size[i] > limits->maxComputeWorkGroupSize[i])
      return fail_kernel(session, kernel, "work items in one direction of a group", kernel->local_size[i],
                         limits->maxComputeWorkGroupSize[i]);
    items *= kernel->local_size[i]; /* two factors are 32 bits wide, and the product so far is below the next limit */
    if (items > limits->maxComputeWorkGroupInvocations)
      return fail_kernel(session, kernel, "work items in a group", items, limits->maxComputeWorkGroupInvocations);
  }
  return EDGECC_OK;
}

static edgecc_status check_task(const edgecc_vulkan *session, const edgecc_task *task) {
  const VkPhysicalDeviceLimits *limits = &session->properties.limits;
  const edgecc_kernel *kernel = &session->program->kernels[task->kernel];
  for (int i = 0; i < 3; ++i)
    if (task->groups[i] > limits->maxComputeWorkGroupCount[i])
      return fail_kernel(session, kernel, "groups in one direction", task->groups[i],
                         limits->maxComputeWorkGroupCount[i]);
  for (uint32_t i = 0; i < task->num_operands; ++i) {
    VkDeviceSize range = edgecc_vk_bind(session, &task->operands[i]).range;
    if (range > limits->maxStorageBufferRange)
      return fail_kernel(session, kernel, "bytes in one operand", range, limits->maxStorageBufferRange);
  }
  return EDGECC_OK;
}

/* Whether all spaces together fit into a heap; the largest that is the device's own, for they lie in one. */
static edgecc_status check_memory(const edgecc_vulkan *session) {
  uint64_t needed = 0, heap = 0;
  for (uint32_t i = 0; i < session->num_spaces; ++i)
    needed =
        session->spaces[i].buffer_bytes > UINT64_MAX - needed ? UINT64_MAX : needed + session->spaces[i].buffer_bytes;
  const VkPhysicalDeviceMemoryProperties *memory = &session->memory_properties;
  for (uint32_t i = 0; i < memory->memoryHeapCount; ++i)
    if ((memory->memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT) != 0 && memory->memoryHeaps[i].size > heap)
      heap = memory->memoryHeaps[i].size;
  if (needed <= heap)
    return EDGECC_OK;
  return edgecc_message_fail(&session->message, EDGECC_BAD_PROGRAM,
                             "the model needs %" PRIu64 " bytes of memory, but the device '%s' has %" PRIu64, needed,
                             session->properties.deviceName, heap);
}

edgecc_status edgecc_vk_check_limits(edgecc_vulkan *session) {
  const edgecc_program *program = session->program;
  edgecc_status status = check_memory(session);
  for (uint32_t i = 0; i < program->num_kernels && status == EDGECC_OK; ++i)
    status = check_kernel(session, &program->kernels[i]);
  for (uint32_t i = 0; i < program->num_tasks && status == EDGECC_OK; ++i)
    if (program->tasks[i].kernel != EDGECC_ON_HOST)
      status = check_task(session, &program->tasks[i]);
  return status;
}
