#include "session.h"

/* ---- The queue ---- */

edgecc_status edgecc_vk_make_queue(edgecc_vulkan *session) {
  const edgecc_vk_driver *vk = &session->vk;
  const VkFenceCreateInfo fence = {.sType = VK_STRUCTURE_TYPE_FENCE_CREATE_INFO};
  VkResult result = vk->CreateFence(session->device, &fence, NULL, &session->fence);
  if (result != VK_SUCCESS) {
    session->fence = VK_NULL_HANDLE;
    return edgecc_vk_fail_call(&session->message, "vkCreateFence", result);
  }
  const VkCommandPoolCreateInfo pool = {.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
                                        .queueFamilyIndex = session->queue_family};
  result = vk->CreateCommandPool(session->device, &pool, NULL, &session->command_pool);
  if (result == VK_SUCCESS)
    return EDGECC_OK;
  session->command_pool = VK_NULL_HANDLE;
  return edgecc_vk_fail_call(&session->message, "vkCreateCommandPool", result);
}

edgecc_status edgecc_vk_begin(edgecc_vulkan *session, VkCommandBufferUsageFlags flags, VkCommandBuffer *out) {
  const edgecc_vk_driver *vk = &session->vk;
  const VkCommandBufferAllocateInfo info = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
                                            .commandPool = session->command_pool,
                                            .level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
                                            .commandBufferCount = 1};
  VkResult result = vk->AllocateCommandBuffers(session->device, &info, out);
  if (result != VK_SUCCESS)
    return edgecc_vk_fail_call(&session->message, "vkAllocateCommandBuffers", result);
  const VkCommandBufferBeginInfo begin = {.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO, .flags = flags};
  result = vk->BeginCommandBuffer(*out, &begin);
  return result == VK_SUCCESS ? EDGECC_OK : edgecc_vk_fail_call(&session->message, "vkBeginCommandBuffer", result);
}

edgecc_status edgecc_vk_lose(edgecc_vulkan *session, const char *function, VkResult result) {
  session->lost = true;
  return edgecc_vk_fail_call(&session->message, function, result);
}

edgecc_status edgecc_vk_submit(edgecc_vulkan *session, VkCommandBuffer commands) {
  const edgecc_vk_driver *vk = &session->vk;
  const VkSubmitInfo info = {
      .sType = VK_STRUCTURE_TYPE_SUBMIT_INFO, .commandBufferCount = 1, .pCommandBuffers = &commands};
  VkResult result = vk->QueueSubmit(session->queue, 1, &info, session->fence);
  if (result != VK_SUCCESS)
    return edgecc_vk_lose(session, "vkQueueSubmit", result);
  result = vk->WaitForFences(session->device, 1, &session->fence, VK_TRUE, UINT64_MAX);
  if (result != VK_SUCCESS)
    return edgecc_vk_lose(session, "vkWaitForFences", result);
  result = vk->ResetFences(session->device, 1, &session->fence);
  return result == VK_SUCCESS ? EDGECC_OK : edgecc_vk_lose(session, "vkResetFences", result);
}

/* ---- Recording ---- */

static const VkPipelineStageFlags compute = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT;
static const VkPipelineStageFlags transfer = VK_PIPELINE_STAGE_TRANSFER_BIT;
static const VkPipelineStageFlags work = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;
static const VkAccessFlags work_writes = VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
static const VkAccessFlags work_accesses =
    VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT | VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;

/* What `from` wrote before this point, `to` sees after it; and `to` waits, so what `from` read may be written. */
static void barrier(const edgecc_vulkan *session, VkCommandBuffer commands, VkPipelineStageFlags from,
                    VkAccessFlags writes, VkPipelineStageFlags to, VkAccessFlags accesses) {
  const VkMemoryBarrier memory = {
      .sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER, .srcAccessMask = writes, .dstAccessMask = accesses};
  session->vk.CmdPipelineBarrier(commands, from, to, 0, 1, &memory, 0, NULL, 0, NULL);
}

/* Whether the kernels of two tasks could touch the same bytes, one of them writing. What counts is what is bound, which
 * is a little more than the operands: kernels may access 8 and 16 bits by the word, and to tools that look for missing
 * barriers (the synchronization checks of the validation layer) a binding is all there is. */
static bool conflict(const edgecc_vulkan *session, const edgecc_operand *a, const edgecc_operand *b) {
  if (a->space != b->space || a->index != b->index || ((a->access | b->access) & EDGECC_WRITES) == 0)
    return false;
  const edgecc_vk_binding first = edgecc_vk_bind(session, a), second = edgecc_vk_bind(session, b);
  return first.offset < second.offset + second.range && second.offset < first.offset + first.range;
}

static bool tasks_conflict(const edgecc_vulkan *session, const edgecc_task *a, const edgecc_task *b) {
  for (uint32_t i = 0; i < a->num_operands; ++i)
    for (uint32_t k = 0; k < b->num_operands; ++k)
      if (conflict(session, &a->operands[i], &b->operands[k]))
        return true;
  return false;
}

/* Whether a task must wait for one of the tasks from `first` on, the last that have no barrier between them. */
static bool must_wait(const edgecc_vulkan *session, uint32_t first, uint32_t task) {
  for (uint32_t i = first; i < task; ++i)
    if (tasks_conflict(session, &session->program->tasks[i], &session->program->tasks[task]))
      return true;
  return false;
}

static void record_task(const edgecc_vulkan *session, VkCommandBuffer commands, uint32_t index) {
  const edgecc_vk_driver *vk = &session->vk;
  const edgecc_task *task = &session->program->tasks[index];
  VkPipelineLayout layout = session->layouts[task->num_operands];
  int32_t elements[edgecc_vk_max_operands];
  for (uint32_t i = 0; i < task->num_operands; ++i)
    elements[i] = edgecc_vk_bind(session, &task->operands[i]).element;
  vk->CmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, session->pipelines[task->kernel]);
  vk->CmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, layout, 0, 1, &session->sets[index], 0, NULL);
  vk->CmdPushConstants(commands, layout, VK_SHADER_STAGE_COMPUTE_BIT, 0,
                       task->num_operands * (uint32_t)sizeof elements[0], elements);
  vk->CmdDispatch(commands, task->groups[0], task->groups[1], task->groups[2]);
}

/* The queue's time when all that was recorded before is done. */
static void record_tick(const edgecc_vulkan *session, VkCommandBuffer commands, uint32_t tick) {
  if (session->query_pool)
    session->vk.CmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, session->query_pool, tick);
}

static void record_tasks(const edgecc_vulkan *session, const edgecc_vk_segment *segment) {
  uint32_t first = segment->first_task; /* since the last barrier */
  record_tick(session, segment->commands, segment->first_tick);
  for (uint32_t i = first; i < segment->first_host_task; ++i) {
    /* Times mean little where tasks overlap. */
    if (i > segment->first_task && (session->profile || must_wait(session, first, i))) {
      barrier(session, segment->commands, compute, VK_ACCESS_SHADER_WRITE_BIT, compute,
              VK_ACCESS_SHADER_READ_BIT | VK_ACCESS_SHADER_WRITE_BIT);
      first = i;
    }
    record_task(session, segment->commands, i);
    record_tick(session, segment->commands, segment->first_tick + 1 + i - segment->first_task);
  }
}

/* Between the staging buffer and the buffers of the spaces. */
static void record_copies(const edgecc_vulkan *session, VkCommandBuffer commands, uint32_t first, uint32_t end,
                          bool to_device) {
  VkBuffer staging = session->spaces[session->num_spaces].buffer;
  for (uint32_t i = first; i < end; ++i) {
    const edgecc_vk_transfer *range = &session->transfers[i];
    const edgecc_vk_space *space = &session->spaces[range->space];
    const VkDeviceSize in_staging = space->window_offset + (range->begin_bytes - space->window_begin);
    const VkBufferCopy region = {.srcOffset = to_device ? in_staging : range->begin_bytes,
                                 .dstOffset = to_device ? range->begin_bytes : in_staging,
                                 .size = range->end_bytes - range->begin_bytes};
    if (to_device)
      session->vk.CmdCopyBuffer(commands, staging, space->buffer, 1, &region);
    else
      session->vk.CmdCopyBuffer(commands, space->buffer, staging, 1, &region);
  }
}

static edgecc_status record_segment(edgecc_vulkan *session, edgecc_vk_segment *segment) {
  edgecc_status status = edgecc_vk_begin(session, 0, &segment->commands);
  if (status != EDGECC_OK)
    return status;
  VkCommandBuffer commands = segment->commands;
  if (session->query_pool)
    session->vk.CmdResetQueryPool(commands, session->query_pool, segment->first_tick,
                                  segment->first_host_task - segment->first_task + 1);
  /* The fence of the segment before told the host that it is done, but did not make its writes visible here. What the
   * host itself wrote is visible to every submission after it. */
  barrier(session, commands, work, work_writes, work, work_accesses);
  if (session->staged && segment->first_upload < segment->first_download) {
    record_copies(session, commands, segment->first_upload, segment->first_download, true);
    barrier(session, commands, transfer, VK_ACCESS_TRANSFER_WRITE_BIT, work, work_accesses);
  }
  record_tasks(session, segment);
  if (session->staged && segment->first_download < segment->end_transfer) {
    barrier(session, commands, compute, VK_ACCESS_SHADER_WRITE_BIT, transfer, VK_ACCESS_TRANSFER_READ_BIT);
    record_copies(session, commands, segment->first_download, segment->end_transfer, false);
  }
  barrier(session, commands, work, work_writes, VK_PIPELINE_STAGE_HOST_BIT,
          VK_ACCESS_HOST_READ_BIT | VK_ACCESS_HOST_WRITE_BIT);
  VkResult result = session->vk.EndCommandBuffer(commands);
  return result == VK_SUCCESS ? EDGECC_OK : edgecc_vk_fail_call(&session->message, "vkEndCommandBuffer", result);
}

static edgecc_status create_query_pool(edgecc_vulkan *session) {
  const VkQueryPoolCreateInfo info = {.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO,
                                      .queryType = VK_QUERY_TYPE_TIMESTAMP,
                                      .queryCount = session->num_ticks};
  VkResult result = session->vk.CreateQueryPool(session->device, &info, NULL, &session->query_pool);
  if (result == VK_SUCCESS)
    return EDGECC_OK;
  session->query_pool = VK_NULL_HANDLE;
  return edgecc_vk_fail_call(&session->message, "vkCreateQueryPool", result);
}

edgecc_status edgecc_vk_record_segments(edgecc_vulkan *session) {
  edgecc_status status = EDGECC_OK;
  if (session->profile && session->timestamp_bits > 0)
    status = create_query_pool(session);
  for (uint32_t i = 0; i < session->num_segments && status == EDGECC_OK; ++i)
    status = record_segment(session, &session->segments[i]);
  return status;
}
