#include "session.h"

#include "../../src/frame_inputs.h"

#include <string.h>
#include <time.h>

/* The caller's memory of a run. */
typedef struct host {
  const void *const *inputs;
  void *const *outputs;
  void *arena;
} host;

/* The caller's copy of a space; inputs are not written through it, for no transfer brings anything there. */
static unsigned char *host_copy(const edgecc_model *model, const host *at, uint32_t space) {
  if (space < model->num_inputs)
    return at->inputs ? (unsigned char *)at->inputs[space] : NULL;
  space -= model->num_inputs;
  if (space < model->num_outputs)
    return at->outputs ? at->outputs[space] : NULL;
  return at->arena;
}

static edgecc_status check_host(const edgecc_vulkan *session, const host *at) {
  const edgecc_model *model = session->model;
  for (uint32_t i = 0; i < session->num_transfers; ++i)
    if (!host_copy(model, at, session->transfers[i].space))
      return edgecc_message_fail(&session->message, EDGECC_BAD_ARGUMENT, "an input, an output or the arena is NULL");
  for (uint32_t i = 0; i < session->num_segments; ++i) {
    bool has_host_tasks = session->segments[i].first_host_task < session->segments[i].end_task;
    if (has_host_tasks && !at->arena && model->arena_bytes > 0)
      return edgecc_message_fail(&session->message, EDGECC_BAD_ARGUMENT,
                                 "the arena is NULL, but tasks on the host need it");
  }
  return EDGECC_OK;
}

/* Copies transfers between the caller's memory and the windows. */
static void transfer(const edgecc_vulkan *session, const host *at, uint32_t first, uint32_t end, bool to_device) {
  for (uint32_t i = first; i < end; ++i) {
    const edgecc_vk_transfer *range = &session->transfers[i];
    const edgecc_vk_space *space = &session->spaces[range->space];
    unsigned char *outside = host_copy(session->model, at, range->space) + range->begin_bytes;
    unsigned char *inside = space->window + (range->begin_bytes - space->window_begin);
    size_t bytes = (size_t)(range->end_bytes - range->begin_bytes);
    if (to_device)
      memcpy(inside, outside, bytes);
    else
      memcpy(outside, inside, bytes);
  }
}

static double now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec * 1e-3;
}

static void run_on_host(edgecc_vulkan *session, const edgecc_vk_segment *segment, const host *at) {
  for (uint32_t i = segment->first_host_task; i < segment->end_task; ++i) {
    double begin = session->profile ? now_us() : 0;
    session->model->step(session->program->tasks[i].step, at->inputs, at->outputs, at->arena, NULL);
    if (session->profile)
      session->times_us[i] = now_us() - begin;
  }
}

/* Turns ticks into times. Only timestamp_bits of a tick count, and it may have come round to 0 in between. */
static edgecc_status measure(edgecc_vulkan *session) {
  VkResult result = VK_SUCCESS;
  if (session->query_pool)
    result = session->vk.GetQueryPoolResults(session->device, session->query_pool, 0, session->num_ticks,
                                             session->num_ticks * sizeof *session->ticks, session->ticks,
                                             sizeof *session->ticks, VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT);
  if (result != VK_SUCCESS)
    return edgecc_vk_lose(session, "vkGetQueryPoolResults", result);
  const uint64_t mask = session->timestamp_bits < 64 ? (UINT64_C(1) << session->timestamp_bits) - 1 : UINT64_MAX;
  const double tick_us = (double)session->properties.limits.timestampPeriod * 1e-3;
  for (uint32_t i = 0; i < session->num_segments; ++i) {
    const edgecc_vk_segment *segment = &session->segments[i];
    const uint64_t *ticks = session->ticks + segment->first_tick;
    for (uint32_t k = segment->first_task; k < segment->first_host_task; ++k, ++ticks)
      session->times_us[k] = (double)((ticks[1] - ticks[0]) & mask) * tick_us;
  }
  session->measured = true;
  return EDGECC_OK;
}

edgecc_status edgecc_vulkan_run(edgecc_vulkan *session, const void *const *inputs, void *const *outputs, void *arena) {
  if (!session)
    return EDGECC_BAD_ARGUMENT;
  const host at = {inputs, outputs, arena};
  session->measured = false;
  if (session->lost)
    return edgecc_message_fail(&session->message, EDGECC_DEVICE_ERROR, "the device was lost in a run before this one");
  edgecc_status status = check_host(session, &at);
  for (uint32_t i = 0; i < session->num_segments && status == EDGECC_OK; ++i) {
    const edgecc_vk_segment *segment = &session->segments[i];
    transfer(session, &at, segment->first_upload, segment->first_download, true);
    status = edgecc_vk_submit(session, segment->commands);
    if (status != EDGECC_OK)
      break;
    transfer(session, &at, segment->first_download, segment->end_transfer, false);
    run_on_host(session, segment, &at);
  }
  return status == EDGECC_OK && session->profile ? measure(session) : status;
}

edgecc_status edgecc_vulkan_run_frame(edgecc_vulkan *session, const edgecc_frame_stage *stage,
                                      const edgecc_frame *frame, const void *const *inputs, void *const *outputs,
                                      void *arena) {
  if (!session)
    return EDGECC_BAD_ARGUMENT;
  session->measured = false;
  edgecc_status status =
      edgecc_list_frame_inputs(session->model, stage, frame, inputs, session->frame_inputs, &session->message);
  if (status == EDGECC_OK)
    status = edgecc_make_first_input(session->model, stage, frame, arena, session->frame_inputs, &session->message);
  return status == EDGECC_OK ? edgecc_vulkan_run(session, session->frame_inputs, outputs, arena) : status;
}
