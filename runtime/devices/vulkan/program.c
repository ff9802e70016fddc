#include "session.h"

#include <inttypes.h>

const edgecc_program *edgecc_vk_program(const edgecc_model *model) {
  const size_t model_bytes = offsetof(edgecc_model, program) + sizeof model->program;
  const size_t program_bytes = offsetof(edgecc_program, source_bytes) + sizeof model->program->source_bytes;
  if (!model || model->abi_version != EDGECC_MODEL_ABI_VERSION || model->struct_bytes < model_bytes)
    return NULL;
  const edgecc_program *program = model->program;
  if (!program || program->struct_bytes < program_bytes || program->kind != EDGECC_DEVICE_VULKAN)
    return NULL;
  if ((program->num_kernels > 0 && !program->kernels) || (program->num_tasks > 0 && !program->tasks))
    return NULL;
  return program;
}

/* The inputs, the outputs, the arena, the weights. */
uint32_t edgecc_vk_num_spaces(const edgecc_model *model) { return model->num_inputs + model->num_outputs + 2; }

uint32_t edgecc_vk_space_index(const edgecc_model *model, const edgecc_operand *operand) {
  switch (operand->space) {
  case EDGECC_SPACE_INPUT:
    return operand->index;
  case EDGECC_SPACE_OUTPUT:
    return model->num_inputs + operand->index;
  case EDGECC_SPACE_ARENA:
    return model->num_inputs + model->num_outputs;
  default:
    return model->num_inputs + model->num_outputs + 1;
  }
}

uint64_t edgecc_vk_space_bytes(const edgecc_model *model, uint32_t space) {
  if (space < model->num_inputs)
    return model->inputs[space].bytes;
  space -= model->num_inputs;
  if (space < model->num_outputs)
    return model->outputs[space].bytes;
  return space == model->num_outputs ? model->arena_bytes : model->program->weights_bytes;
}

static bool names_a_space(const edgecc_model *model, const edgecc_operand *operand) {
  switch (operand->space) {
  case EDGECC_SPACE_INPUT:
    return operand->index < model->num_inputs;
  case EDGECC_SPACE_OUTPUT:
    return operand->index < model->num_outputs;
  case EDGECC_SPACE_ARENA:
  case EDGECC_SPACE_WEIGHTS:
    return operand->index == 0;
  default:
    return false;
  }
}

/* What is wrong with an operand, or NULL. */
static const char *operand_fault(const edgecc_model *model, const edgecc_operand *operand) {
  if (!names_a_space(model, operand))
    return "names no space of the model";
  uint64_t bytes = edgecc_vk_space_bytes(model, edgecc_vk_space_index(model, operand));
  if (operand->begin_bytes > bytes || operand->size_bytes > bytes - operand->begin_bytes)
    return "reaches over the end of its space";
  uint32_t element = operand->element_bytes;
  if (element != 1 && element != 2 && element != 4 && element != 8)
    return "has elements that are not of 1, 2, 4 or 8 bytes";
  if (operand->begin_bytes % element != 0 || operand->size_bytes % element != 0)
    return "does not begin and end at an element";
  if (operand->access == 0 || (operand->access & ~(uint32_t)(EDGECC_READS | EDGECC_WRITES)) != 0)
    return "is neither read nor written";
  bool writable = operand->space == EDGECC_SPACE_OUTPUT || operand->space == EDGECC_SPACE_ARENA;
  if ((operand->access & EDGECC_WRITES) != 0 && !writable)
    return "writes to an input or to the weights";
  return NULL;
}

/* What is wrong with a task, its operands apart, or NULL. */
static const char *task_fault(const edgecc_model *model, const edgecc_task *task) {
  const edgecc_program *program = model->program;
  if (task->num_operands > 0 && !task->operands)
    return "has no operands, but a number of them";
  if (task->kernel == EDGECC_ON_HOST) {
    if (task->step >= model->num_steps || !model->step)
      return "runs a step that the model does not have";
    return NULL;
  }
  if (task->kernel >= program->num_kernels)
    return "runs a kernel that the program does not have";
  if (task->num_operands != program->kernels[task->kernel].num_operands)
    return "has more or fewer operands than its kernel";
  if (task->groups[0] == 0 || task->groups[1] == 0 || task->groups[2] == 0)
    return "has no groups";
  return NULL;
}

static edgecc_status check_task(const edgecc_model *model, uint32_t index, const edgecc_message *message) {
  const edgecc_task *task = &model->program->tasks[index];
  const char *fault = task_fault(model, task);
  if (fault)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM, "task %" PRIu32 " %s", index, fault);
  for (uint32_t i = 0; i < task->num_operands; ++i) {
    fault = operand_fault(model, &task->operands[i]);
    if (fault)
      return edgecc_message_fail(message, EDGECC_BAD_PROGRAM, "operand %" PRIu32 " of task %" PRIu32 " %s", i, index,
                                 fault);
  }
  return EDGECC_OK;
}

edgecc_status edgecc_vk_check_program(const edgecc_model *model, const edgecc_message *message) {
  const edgecc_program *program = edgecc_vk_program(model);
  if (!program)
    return edgecc_message_fail(
        message, EDGECC_BAD_PROGRAM,
        "the model was not compiled for Vulkan, or by a version of edgecc that does not fit this one");
  if (program->weights_bytes > 0 && !program->weights)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM, "the program has no weights, but a size for them");
  for (uint32_t i = 0; i < program->num_kernels; ++i) {
    edgecc_status status = edgecc_vk_check_spirv(&program->kernels[i], program->features, message);
    if (status != EDGECC_OK)
      return status;
  }
  for (uint32_t i = 0; i < program->num_tasks; ++i) {
    edgecc_status status = check_task(model, i, message);
    if (status != EDGECC_OK)
      return status;
  }
  return EDGECC_OK;
}
