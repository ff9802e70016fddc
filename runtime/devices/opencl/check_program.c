#include "check.h"

#include <inttypes.h>
#include <limits.h>
#include <stddef.h>

const edgecc_program *edgecc_cl_program_of(const edgecc_model *model) {
  if (!model || model->struct_bytes < offsetof(edgecc_model, program) + sizeof model->program ||
      model->abi_version != EDGECC_MODEL_ABI_VERSION || !model->program)
    return NULL;
  const edgecc_program *program = model->program;
  bool ours = program->struct_bytes >= offsetof(edgecc_program, frame) && program->kind == EDGECC_DEVICE_OPENCL;
  return ours ? program : NULL;
}

const edgecc_frame_kernel *edgecc_cl_frame_of(const edgecc_program *program) {
  return program->struct_bytes >= offsetof(edgecc_program, frame) + sizeof program->frame ? program->frame : NULL;
}

/* The size of the space that an operand lies in; false if there is no such space. */
static bool find_space(const edgecc_model *model, const edgecc_operand *operand, uint64_t *out_bytes) {
  switch (operand->space) {
  case EDGECC_SPACE_INPUT:
    if (operand->index >= model->num_inputs)
      return false;
    *out_bytes = model->inputs[operand->index].bytes;
    return true;
  case EDGECC_SPACE_OUTPUT:
    if (operand->index >= model->num_outputs)
      return false;
    *out_bytes = model->outputs[operand->index].bytes;
    return true;
  case EDGECC_SPACE_ARENA:
    *out_bytes = model->arena_bytes;
    return true;
  case EDGECC_SPACE_WEIGHTS:
    *out_bytes = model->program->weights_bytes;
    return true;
  }
  return false;
}

/* What is wrong with an operand; NULL if nothing. */
static const char *fault_of(const edgecc_model *model, const edgecc_operand *operand) {
  uint64_t space_bytes;
  if (!find_space(model, operand, &space_bytes))
    return "names a space that the model does not have";
  if (operand->begin_bytes > space_bytes || operand->size_bytes > space_bytes - operand->begin_bytes)
    return "does not lie within its space";
  uint32_t element = operand->element_bytes;
  if (element != 1 && element != 2 && element != 4 && element != 8)
    return "has elements of a size other than 1, 2, 4 or 8 bytes";
  if (operand->begin_bytes % element != 0 || operand->size_bytes % element != 0)
    return "does not begin and end at an element";
  if (operand->begin_bytes / element > INT_MAX)
    return "begins at an element whose number is not an OpenCL int";
  bool constant = operand->space == EDGECC_SPACE_INPUT || operand->space == EDGECC_SPACE_WEIGHTS;
  if (constant && (operand->access & EDGECC_WRITES))
    return "writes to an input or to the weights";
  return NULL;
}

/* The number of work items in x, y and z has to be a size_t here and on the device. */
static bool work_fits(const edgecc_kernel *kernel, const uint32_t groups[3]) {
  for (int d = 0; d < 3; ++d) {
    uint64_t items = (uint64_t)groups[d] * kernel->local_size[d];
    if (items == 0 || (size_t)items != items)
      return false;
  }
  return true;
}

static edgecc_status check_task(const edgecc_model *model, uint32_t index, const edgecc_message *message) {
  const edgecc_program *program = model->program;
  const edgecc_task *task = &program->tasks[index];
  if (task->step >= model->num_steps)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM,
                               "task %" PRIu32 " is of step %" PRIu32 ", the model has %" PRIu32, index, task->step,
                               model->num_steps);
  for (uint32_t i = 0; i < task->num_operands; ++i) {
    const char *fault = fault_of(model, &task->operands[i]);
    if (fault)
      return edgecc_message_fail(message, EDGECC_BAD_PROGRAM, "operand %" PRIu32 " of task %" PRIu32 " %s", i, index,
                                 fault);
  }
  if (task->kernel == EDGECC_ON_HOST)
    return EDGECC_OK;
  if (task->kernel >= program->num_kernels)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM,
                               "task %" PRIu32 " runs kernel %" PRIu32 ", the program has %" PRIu32, index,
                               task->kernel, program->num_kernels);
  const edgecc_kernel *kernel = &program->kernels[task->kernel];
  if (!program->source || !kernel->name)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM, "kernel %" PRIu32 " has no source", task->kernel);
  if (task->num_operands != kernel->num_operands)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM,
                               "task %" PRIu32 " has %" PRIu32 " operands, its kernel '%s' has %" PRIu32, index,
                               task->num_operands, kernel->name, kernel->num_operands);
  if (!work_fits(kernel, task->groups))
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM, "task %" PRIu32 " has no work items, or too many to count",
                               index);
  return EDGECC_OK;
}

static edgecc_status check_frame(const edgecc_model *model, const edgecc_frame_kernel *frame,
                                 const edgecc_message *message) {
  bool good = model->num_inputs > 0 && model->program->source && frame->kernel.name && frame->num_planes >= 1 &&
              frame->num_planes <= 2 && frame->kernel.num_operands == frame->num_planes + 1 &&
              work_fits(&frame->kernel, frame->groups);
  for (uint32_t i = 0; good && i < frame->num_planes; ++i) {
    uint64_t bytes = (uint64_t)frame->row_bytes[i] * frame->rows[i];
    good = bytes > 0 && bytes <= INT_MAX;
  }
  return good ? EDGECC_OK
              : edgecc_message_fail(message, EDGECC_BAD_PROGRAM, "the kernel for frames is not well formed");
}

edgecc_status edgecc_cl_check_program(const edgecc_model *model, const edgecc_message *message) {
  const edgecc_program *program = edgecc_cl_program_of(model);
  if (!program)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM,
                               "the model was not compiled for OpenCL by a version of edgecc that this library knows");
  if (!program->weights && program->weights_bytes > 0)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM, "the program has no weights");
  edgecc_status status = EDGECC_OK;
  for (uint32_t i = 0; i < program->num_tasks && status == EDGECC_OK; ++i)
    status = check_task(model, i, message);
  const edgecc_frame_kernel *frame = edgecc_cl_frame_of(program);
  return status == EDGECC_OK && frame ? check_frame(model, frame, message) : status;
}
