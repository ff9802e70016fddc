#include "VulkanNetwork.h"

#include "accumulate.spv.h"
#include "add_bytes.spv.h"
#include "increment.spv.h"
#include "multiply.spv.h"

#include <string.h>

enum { reads = EDGECC_READS, writes = EDGECC_WRITES };

static const struct kernel_info {
  const char *name;
  const uint32_t *spirv;
  size_t spirv_bytes;
  uint32_t num_operands;
  uint32_t element_bytes;
  uint32_t access[max_operands];
} operators[num_ops] = {
    {"multiply", multiply_spirv, sizeof multiply_spirv, 4, 4, {reads, reads, reads, writes}},
    {"increment", increment_spirv, sizeof increment_spirv, 2, 4, {reads, writes}},
    {"accumulate", accumulate_spirv, sizeof accumulate_spirv, 2, 4, {reads, reads | writes}},
    {"add_bytes", add_bytes_spirv, sizeof add_bytes_spirv, 2, 1, {reads, writes}},
};

static const network *current;

/* Steps do not write the inputs and the weights, so that the cast takes nothing away. */
static void *address(const edgecc_operand *operand, const void *const *inputs, void *const *outputs, void *arena) {
  const void *bases[] = {operand->space == EDGECC_SPACE_INPUT ? inputs[operand->index] : NULL,
                         operand->space == EDGECC_SPACE_OUTPUT ? outputs[operand->index] : NULL, arena,
                         current->program.weights};
  return (char *)bases[operand->space] + operand->begin_bytes;
}

static void step(uint32_t index, const void *const *inputs, void *const *outputs, void *arena,
                 struct edgecc_pool *pool) {
  const edgecc_task *task = &current->tasks[index];
  void *at[max_operands];
  (void)pool;
  for (uint32_t i = 0; i < task->num_operands; ++i)
    at[i] = task->operands[i].size_bytes > 0 ? address(&task->operands[i], inputs, outputs, arena) : NULL;
  const uint32_t *first = at[0], *second = at[1];
  const unsigned char *bytes = at[0];
  uint32_t *last = at[task->num_operands - 1];
  for (uint32_t i = 0; i < task->groups[0] * group_elements; ++i)
    switch (current->ops[index]) {
    case op_multiply:
      last[i] = first[i] * second[i];
      break;
    case op_increment:
      last[i] = first[i] + 1;
      break;
    case op_accumulate:
      last[i] += first[i];
      break;
    default:
      ((unsigned char *)last)[i] = (unsigned char)(bytes[i] + 3);
    }
}

void select_network(const network *selected) { current = selected; }

void run_reference(const network *of, const void *const *inputs, void *const *outputs, void *arena) {
  select_network(of);
  for (uint32_t i = 0; i < of->program.num_tasks; ++i)
    step(i, inputs, outputs, arena, NULL);
}

static edgecc_tensor make_tensor(const char *name, uint64_t *shape, uint64_t bytes) {
  *shape = bytes;
  return (edgecc_tensor){name, EDGECC_UINT8, 1, shape, bytes};
}

void make_network(network *out, uint64_t input_bytes, uint64_t output_bytes, uint64_t arena_bytes, const void *weights,
                  uint64_t weights_bytes, bool with_bytes) {
  memset(out, 0, sizeof *out);
  out->inputs[0] = make_tensor("x", &out->shapes[0], input_bytes);
  out->inputs[1] = make_tensor("empty", &out->shapes[1], 0);
  out->outputs[0] = make_tensor("y", &out->shapes[2], output_bytes);
  out->outputs[1] = make_tensor("none", &out->shapes[3], 0);
  for (int i = 0; i < num_ops; ++i)
    out->kernels[i] = (edgecc_kernel){operators[i].name,
                                      operators[i].spirv,
                                      operators[i].spirv_bytes,
                                      operators[i].num_operands,
                                      {group_elements, 1, 1}};

  out->program.struct_bytes = sizeof out->program;
  out->program.kind = EDGECC_DEVICE_VULKAN;
  out->program.features = with_bytes ? EDGECC_FEATURE_8_BIT : 0;
  out->program.num_kernels = with_bytes ? num_ops : op_add_bytes;
  out->program.kernels = out->kernels;
  out->program.tasks = out->tasks;
  out->program.weights = weights;
  out->program.weights_bytes = weights_bytes;

  out->model.struct_bytes = sizeof out->model;
  out->model.abi_version = EDGECC_MODEL_ABI_VERSION;
  out->model.name = "network";
  out->model.hash = "0";
  out->model.num_inputs = out->model.num_outputs = 2;
  out->model.inputs = out->inputs;
  out->model.outputs = out->outputs;
  out->model.arena_bytes = arena_bytes;
  out->model.arena_alignment = 64;
  out->model.weight_bytes = weights_bytes;
  out->model.steps = out->steps;
  out->model.step = step;
  out->model.program = &out->program;
  select_network(out);
}

void add_task(network *to, op op, bool on_host, uint32_t groups, const place *places) {
  const struct kernel_info *kernel = &operators[op];
  const uint32_t index = to->program.num_tasks++;
  to->model.num_steps = to->program.num_tasks;
  to->ops[index] = op;
  to->steps[index] = (edgecc_step){kernel->name, kernel->name, 0, 0};
  for (uint32_t i = 0; i < kernel->num_operands; ++i) {
    bool is_nothing = op == op_multiply && i == 2;
    to->operands[index][i] =
        (edgecc_operand){.space = (uint32_t)places[i].space,
                         .index = is_nothing && places[i].space <= EDGECC_SPACE_OUTPUT ? 1 : 0,
                         .element_bytes = kernel->element_bytes,
                         .access = kernel->access[i],
                         .begin_bytes = (uint64_t)places[i].first * kernel->element_bytes,
                         .size_bytes = is_nothing ? 0 : (uint64_t)groups * group_elements * kernel->element_bytes};
  }
  to->tasks[index] = (edgecc_task){.step = index,
                                   .kernel = on_host ? EDGECC_ON_HOST : (uint32_t)op,
                                   .num_operands = kernel->num_operands,
                                   .groups = {groups, 1, 1},
                                   .operands = to->operands[index]};
}
