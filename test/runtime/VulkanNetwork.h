/* Models for the tests of edgecc/vulkan.h, put together by hand: a row of elementwise operators, each on the device or
 * on the host, between ranges of the inputs, the outputs, the arena and the weights. edgecc_model.step does any of them
 * on the CPU, so that all steps in a row are the reference. */
#ifndef EDGECC_TEST_VULKAN_NETWORK_H
#define EDGECC_TEST_VULKAN_NETWORK_H

#include "edgecc/device.h"
#include "edgecc/model.h"

#include <stdbool.h>
#include <stddef.h>

/* The kernels under Inputs/, in this order in the program. Elements are of 32 bits, but for add_bytes. */
typedef enum op { op_multiply, op_increment, op_accumulate, op_add_bytes, num_ops } op;

enum { group_elements = 8, max_tasks = 32, max_operands = 4 };

/* Where an operand begins, in elements. */
typedef struct place {
  edgecc_space space;
  uint32_t first;
} place;

/* Input 0 and output 0 hold elements, input 1 and output 1 are empty. Not to be moved: it points into itself. */
typedef struct network {
  edgecc_model model;
  edgecc_program program;
  edgecc_kernel kernels[num_ops];
  edgecc_tensor inputs[2], outputs[2];
  uint64_t shapes[4];
  edgecc_step steps[max_tasks];
  edgecc_task tasks[max_tasks];
  edgecc_operand operands[max_tasks][max_operands];
  op ops[max_tasks];
} network;

/* A network without tasks; with_bytes adds the kernel add_bytes, and the feature that it needs. */
void make_network(network *out, uint64_t input_bytes, uint64_t output_bytes, uint64_t arena_bytes, const void *weights,
                  uint64_t weights_bytes, bool with_bytes);

/* Adds a task over groups * group_elements elements. `places` are those of the operands in the order of Inputs/, the
 * one of 0 bytes included. */
void add_task(network *to, op op, bool on_host, uint32_t groups, const place *places);

/* All tasks on the CPU. */
void run_reference(const network *of, const void *const *inputs, void *const *outputs, void *arena);

/* Which network edgecc_model.step means; it has no argument for that. make_network and run_reference set it too. */
void select_network(const network *selected);

#endif
