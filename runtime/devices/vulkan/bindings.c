#include "session.h"

#include <string.h>

/* A binding begins where the device lets it, at or before the operand, and ends with the word in which the operand
 * ends. It is never empty, not even for an operand of 0 bytes at the end of its space. */
edgecc_vk_binding edgecc_vk_bind(const edgecc_vulkan *session, const edgecc_operand *operand) {
  const edgecc_vk_space *space = &session->spaces[edgecc_vk_space_index(session->model, operand)];
  const uint64_t word = sizeof(uint32_t);
  uint64_t alignment = session->properties.limits.minStorageBufferOffsetAlignment; /* a power of 2 */
  if (alignment < word)
    alignment = word;
  uint64_t begin = operand->begin_bytes < space->buffer_bytes ? operand->begin_bytes : space->buffer_bytes - word;
  uint64_t offset = begin / alignment * alignment;
  uint64_t end = edgecc_vk_round_up(operand->begin_bytes + operand->size_bytes, word);
  if (end < offset + word)
    end = offset + word;
  return (edgecc_vk_binding){
      .offset = offset,
      .range = end - offset, /* buffer_bytes is a number of whole words too, so this does not reach beyond it */
      .element = (int32_t)((operand->begin_bytes - offset) / operand->element_bytes)};
}

static void write_set(const edgecc_vulkan *session, const edgecc_task *task, VkDescriptorSet set) {
  VkDescriptorBufferInfo buffers[edgecc_vk_max_operands];
  for (uint32_t i = 0; i < task->num_operands; ++i) {
    edgecc_vk_binding binding = edgecc_vk_bind(session, &task->operands[i]);
    buffers[i].buffer = session->spaces[edgecc_vk_space_index(session->model, &task->operands[i])].buffer;
    buffers[i].offset = binding.offset;
    buffers[i].range = binding.range;
  }
  /* One write runs on through the bindings that follow. */
  const VkWriteDescriptorSet write = {.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET,
                                      .dstSet = set,
                                      .dstBinding = 0,
                                      .descriptorCount = task->num_operands,
                                      .descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER,
                                      .pBufferInfo = buffers};
  session->vk.UpdateDescriptorSets(session->device, 1, &write, 0, NULL);
}

/* A pool that holds just what the tasks on the device need. */
static edgecc_status create_pool(edgecc_vulkan *session, uint32_t num_sets, uint32_t num_descriptors) {
  const VkDescriptorPoolSize size = {.type = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, .descriptorCount = num_descriptors};
  const VkDescriptorPoolCreateInfo info = {.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO,
                                           .maxSets = num_sets,
                                           .poolSizeCount = 1,
                                           .pPoolSizes = &size};
  VkResult result = session->vk.CreateDescriptorPool(session->device, &info, NULL, &session->descriptor_pool);
  if (result == VK_SUCCESS)
    return EDGECC_OK;
  session->descriptor_pool = VK_NULL_HANDLE;
  return edgecc_vk_fail_call(&session->message, "vkCreateDescriptorPool", result);
}

edgecc_status edgecc_vk_make_sets(edgecc_vulkan *session) {
  const edgecc_program *program = session->program;
  uint32_t num_sets = 0, num_descriptors = 0;
  for (uint32_t i = 0; i < program->num_tasks; ++i)
    if (program->tasks[i].kernel != EDGECC_ON_HOST) {
      num_sets++;
      num_descriptors += program->tasks[i].num_operands;
    }
  if (num_sets == 0)
    return EDGECC_OK;
  edgecc_status status = create_pool(session, num_sets, num_descriptors);
  if (status != EDGECC_OK)
    return status;

  for (uint32_t i = 0; i < program->num_tasks; ++i) {
    const edgecc_task *task = &program->tasks[i];
    if (task->kernel == EDGECC_ON_HOST)
      continue;
    const VkDescriptorSetAllocateInfo info = {.sType = VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO,
                                              .descriptorPool = session->descriptor_pool,
                                              .descriptorSetCount = 1,
                                              .pSetLayouts = &session->set_layouts[task->num_operands]};
    VkResult result = session->vk.AllocateDescriptorSets(session->device, &info, &session->sets[i]);
    if (result != VK_SUCCESS)
      return edgecc_vk_fail_call(&session->message, "vkAllocateDescriptorSets", result);
    write_set(session, task, session->sets[i]);
  }
  return EDGECC_OK;
}
