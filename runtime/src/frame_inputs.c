#include "frame_inputs.h"

#include <stddef.h>

edgecc_status edgecc_make_frame_inputs(const edgecc_model *model, const edgecc_frame_stage *stage,
                                       const edgecc_frame *frame, const void *const *inputs, void *arena,
                                       const void **out_inputs, const edgecc_message *message) {
  const size_t first_version_bytes = offsetof(edgecc_frame_stage, prepare) + sizeof stage->prepare;
  if (!stage || stage->struct_bytes < first_version_bytes || model->num_inputs == 0)
    return edgecc_message_fail(message, EDGECC_BAD_ARGUMENT, "the stage is NULL, or of another model or version");
  if (!frame || !arena || (!inputs && model->num_inputs > 1))
    return edgecc_message_fail(message, EDGECC_BAD_ARGUMENT,
                               "a pointer is NULL: the frame, the arena or the array of inputs");
  const uint64_t alignment = model->arena_alignment;
  char *tensor = (char *)arena + (model->arena_bytes + alignment - 1) / alignment * alignment;
  if (stage->prepare(frame, tensor) != 0)
    return edgecc_message_fail(message, EDGECC_BAD_ARGUMENT, "a plane of the frame is NULL or a stride is out of range");
  out_inputs[0] = tensor;
  for (uint32_t i = 1; i < model->num_inputs; ++i)
    out_inputs[i] = inputs[i];
  return EDGECC_OK;
}
