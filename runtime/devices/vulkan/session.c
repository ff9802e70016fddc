#include "session.h"

#include <string.h>

_Static_assert(_Alignof(struct edgecc_vulkan) <= EDGECC_VULKAN_ALIGNMENT, "see edgecc/vulkan.h");

/* ---- Memory ---- */

/* Where the parts of a session lie, in bytes from its beginning. */
typedef struct parts {
  uint32_t num_segments, num_transfers;
  size_t spaces, allocations, pipelines, sets, segments, transfers, ticks, times, frame_inputs, end;
} parts;

static size_t add_part(size_t *end, size_t count, size_t bytes) {
  size_t begin = *end;
  *end = (size_t)edgecc_vk_round_up(begin + count * bytes, EDGECC_VULKAN_ALIGNMENT);
  return begin;
}

static parts find_parts(const edgecc_model *model) {
  const edgecc_program *program = model->program;
  const size_t num_spaces = edgecc_vk_num_spaces(model);
  parts at;
  edgecc_vk_count_segments(model, &at.num_segments, &at.num_transfers);
  at.end = 0;
  add_part(&at.end, 1, sizeof(edgecc_vulkan));
  at.spaces = add_part(&at.end, num_spaces + 1, sizeof(edgecc_vk_space));
  at.allocations = add_part(&at.end, num_spaces + 1, sizeof(VkDeviceMemory));
  at.pipelines = add_part(&at.end, program->num_kernels, sizeof(VkPipeline));
  at.sets = add_part(&at.end, program->num_tasks, sizeof(VkDescriptorSet));
  at.segments = add_part(&at.end, at.num_segments, sizeof(edgecc_vk_segment));
  at.transfers = add_part(&at.end, at.num_transfers, sizeof(edgecc_vk_transfer));
  at.ticks = add_part(&at.end, (size_t)program->num_tasks + at.num_segments, sizeof(uint64_t));
  at.times = add_part(&at.end, program->num_tasks, sizeof(double));
  at.frame_inputs = add_part(&at.end, model->num_inputs, sizeof(void *));
  return at;
}

size_t edgecc_vulkan_bytes(const edgecc_model *model) { return edgecc_vk_program(model) ? find_parts(model).end : 0; }

static uint64_t buffer_bytes(uint64_t bytes) {
  const uint64_t word = sizeof(uint32_t);
  if (bytes == 0)
    return word; /* Vulkan has no empty buffers */
  return bytes > UINT64_MAX - word ? UINT64_MAX / word * word : edgecc_vk_round_up(bytes, word);
}

/* A session that holds nothing yet. */
static edgecc_vulkan *lay_out(void *memory, const edgecc_model *model, const edgecc_vulkan_options *options) {
  const parts at = find_parts(model);
  char *base = memory;
  memset(memory, 0, at.end);
  edgecc_vulkan *session = memory;
  session->message = (edgecc_message){options->message, options->message_bytes};
  session->model = model;
  session->program = model->program;
  session->validate = options->validate != 0;
  session->profile = options->profile != 0;
  session->num_spaces = edgecc_vk_num_spaces(model);
  session->num_segments = at.num_segments;
  session->spaces = (edgecc_vk_space *)(void *)(base + at.spaces);
  session->allocations = (VkDeviceMemory *)(void *)(base + at.allocations);
  session->pipelines = (VkPipeline *)(void *)(base + at.pipelines);
  session->sets = (VkDescriptorSet *)(void *)(base + at.sets);
  session->segments = (edgecc_vk_segment *)(void *)(base + at.segments);
  session->transfers = (edgecc_vk_transfer *)(void *)(base + at.transfers);
  session->ticks = (uint64_t *)(void *)(base + at.ticks);
  session->times_us = (double *)(void *)(base + at.times);
  session->frame_inputs = (const void **)(void *)(base + at.frame_inputs);
  for (uint32_t i = 0; i < session->num_spaces; ++i) {
    session->spaces[i].bytes = edgecc_vk_space_bytes(model, i);
    session->spaces[i].buffer_bytes = buffer_bytes(session->spaces[i].bytes);
  }
  return session;
}

/* ---- Beginning and end ---- */

static edgecc_status make(edgecc_vulkan *session, const edgecc_vulkan_options *options) {
  edgecc_status status = edgecc_vk_make_instance(session);
  if (status == EDGECC_OK)
    status = edgecc_vk_choose_device(session, options->device);
  if (status == EDGECC_OK)
    status = edgecc_vk_check_limits(session);
  if (status == EDGECC_OK)
    status = edgecc_vk_make_device(session);
  if (status != EDGECC_OK)
    return status;

  edgecc_vk_plan_segments(session);
  status = edgecc_vk_make_queue(session);
  if (status == EDGECC_OK)
    status = edgecc_vk_make_buffers(session, options->staging != 0);
  if (status == EDGECC_OK)
    status = edgecc_vk_upload_weights(session);
  if (status == EDGECC_OK)
    status = edgecc_vk_make_pipelines(session, options->cache_folder);
  if (status == EDGECC_OK)
    status = edgecc_vk_make_sets(session);
  return status == EDGECC_OK ? edgecc_vk_record_segments(session) : status;
}

static void release_device(edgecc_vulkan *session) {
  const edgecc_vk_driver *vk = &session->vk;
  VkDevice device = session->device;
  vk->DeviceWaitIdle(device);
  vk->DestroyQueryPool(device, session->query_pool, NULL);
  vk->DestroyCommandPool(device, session->command_pool, NULL); /* and its command buffers */
  vk->DestroyFence(device, session->fence, NULL);
  vk->DestroyDescriptorPool(device, session->descriptor_pool, NULL); /* and its sets */
  vk->DestroyPipelineCache(device, session->pipeline_cache, NULL);
  for (uint32_t i = 0; i < session->program->num_kernels; ++i)
    vk->DestroyPipeline(device, session->pipelines[i], NULL);
  for (int i = 0; i <= edgecc_vk_max_operands; ++i) {
    vk->DestroyPipelineLayout(device, session->layouts[i], NULL);
    vk->DestroyDescriptorSetLayout(device, session->set_layouts[i], NULL);
  }
  for (uint32_t i = 0; i <= session->num_spaces; ++i)
    vk->DestroyBuffer(device, session->spaces[i].buffer, NULL);
  for (uint32_t i = 0; i < session->num_allocations; ++i)
    vk->FreeMemory(device, session->allocations[i], NULL);
  vk->DestroyDevice(device, NULL);
}

void edgecc_vk_release(edgecc_vulkan *session) {
  if (session->device)
    release_device(session);
  if (session->messenger)
    session->vk.DestroyDebugUtilsMessengerEXT(session->instance, session->messenger, NULL);
  if (session->instance && session->vk.DestroyInstance)
    session->vk.DestroyInstance(session->instance, NULL);
  edgecc_vk_unload(&session->vk);
}

edgecc_status edgecc_vulkan_init(void *memory, size_t memory_bytes, const edgecc_model *model,
                                 const edgecc_vulkan_options *options, edgecc_vulkan **out_session) {
  edgecc_vulkan_options defaults;
  memset(&defaults, 0, sizeof defaults);
  defaults.struct_bytes = sizeof defaults;
  if (!options)
    options = &defaults;
  if (!out_session)
    return EDGECC_BAD_ARGUMENT;
  *out_session = NULL;
  if (options->struct_bytes != sizeof *options)
    return EDGECC_BAD_ARGUMENT;
  const edgecc_message message = {options->message, options->message_bytes};
  edgecc_message_clear(&message);
  if (!memory || !model || (uintptr_t)memory % EDGECC_VULKAN_ALIGNMENT != 0)
    return edgecc_message_fail(&message, EDGECC_BAD_ARGUMENT, "memory or the model is NULL, or memory is not aligned");
  edgecc_status status = edgecc_vk_check_program(model, &message);
  if (status != EDGECC_OK)
    return status;
  if (memory_bytes < edgecc_vulkan_bytes(model))
    return edgecc_message_fail(&message, EDGECC_NO_SPACE, "%zu bytes of memory were given, but a session needs %zu",
                               memory_bytes, edgecc_vulkan_bytes(model));

  edgecc_vulkan *session = lay_out(memory, model, options);
  status = make(session, options);
  if (status == EDGECC_OK)
    *out_session = session;
  else
    edgecc_vk_release(session);
  return status;
}

void edgecc_vulkan_destroy(edgecc_vulkan *session) {
  if (session)
    edgecc_vk_release(session);
}

/* ---- Questions ---- */

const char *edgecc_vulkan_device_name(const edgecc_vulkan *session) {
  return session ? session->properties.deviceName : "";
}

edgecc_status edgecc_vulkan_times(const edgecc_vulkan *session, double *out_us, uint32_t count) {
  if (!session || !out_us || !session->measured)
    return EDGECC_BAD_ARGUMENT;
  if (count < session->program->num_tasks)
    return EDGECC_NO_SPACE;
  memcpy(out_us, session->times_us, session->program->num_tasks * sizeof *out_us);
  return EDGECC_OK;
}

uint32_t edgecc_vulkan_validation_messages(const edgecc_vulkan *session) {
  return session ? session->validation_messages : 0;
}
