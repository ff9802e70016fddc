#include "frame_inputs.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* The rule of NAME_prepare_frame: each plane is there, its rows do not overlap, and 31 bits count its bytes. */
static bool is_readable(const edgecc_frame_stage *stage, const edgecc_frame *frame) {
  for (uint32_t i = 0; i < stage->num_planes; ++i)
    if (!frame->planes[i] || frame->strides[i] < stage->row_bytes[i] || frame->strides[i] > INT_MAX / stage->rows[i])
      return false;
  return true;
}

edgecc_status edgecc_list_frame_inputs(const edgecc_model *model, const edgecc_frame_stage *stage,
                                       const edgecc_frame *frame, const void *const *inputs, const void **out_inputs,
                                       const edgecc_message *message) {
  const size_t first_version_bytes = offsetof(edgecc_frame_stage, prepare) + sizeof stage->prepare;
  if (!stage || stage->struct_bytes < first_version_bytes || model->num_inputs == 0)
    return edgecc_message_fail(message, EDGECC_BAD_ARGUMENT, "the stage is NULL, or of another model or version");
  if (!frame || (!inputs && model->num_inputs > 1))
    return edgecc_message_fail(message, EDGECC_BAD_ARGUMENT, "a pointer is NULL: the frame or the array of inputs");
  if (!is_readable(stage, frame))
    return edgecc_message_fail(message, EDGECC_BAD_ARGUMENT,
                               "a plane of the frame is NULL or a stride is out of range");
  out_inputs[0] = NULL;
  for (uint32_t i = 1; i < model->num_inputs; ++i)
    out_inputs[i] = inputs[i];
  return EDGECC_OK;
}

edgecc_status edgecc_make_first_input(const edgecc_model *model, const edgecc_frame_stage *stage,
                                      const edgecc_frame *frame, void *arena, const void **out_inputs,
                                      const edgecc_message *message) {
  if (!arena)
    return edgecc_message_fail(message, EDGECC_BAD_ARGUMENT, "a pointer is NULL: the arena, which takes the tensor");
  const uint64_t alignment = model->arena_alignment;
  char *tensor = (char *)arena + (model->arena_bytes + alignment - 1) / alignment * alignment;
  if (stage->prepare(frame, tensor) != 0)
    return edgecc_message_fail(message, EDGECC_BAD_ARGUMENT, "the stage refuses the frame");
  out_inputs[0] = tensor;
  return EDGECC_OK;
}
