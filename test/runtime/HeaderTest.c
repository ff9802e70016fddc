/* The headers compile as C99, each comes first somewhere, and the descriptor has the layout that the compiler emits. */
#include "edgecc/opencl.h"
#include "edgecc/vulkan.h"
#include "edgecc/device.h"
#include "edgecc/model.h"
#include "edgecc/pool.h"
#include "edgecc/status.h"

#include "edgecc/model.h"

#include <stddef.h>
#include <stdio.h>

#define EXPECT(condition)                                                                                              \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      printf("%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);                                                 \
      failures++;                                                                                                      \
    }                                                                                                                  \
  } while (0)

int main(void) {
  int failures = 0;
  size_t pointer = sizeof(void *);
  EXPECT(sizeof(edgecc_tensor) == 2 * pointer + 16);
  EXPECT(sizeof(edgecc_step) == 2 * pointer + 16);
  EXPECT(offsetof(edgecc_model, name) == 8);
  EXPECT(offsetof(edgecc_model, num_inputs) == 8 + 2 * pointer);
  EXPECT(offsetof(edgecc_model, inputs) == 16 + 2 * pointer);
  EXPECT(offsetof(edgecc_model, arena_bytes) == 16 + 4 * pointer);
  EXPECT(offsetof(edgecc_model, num_steps) == 48 + 4 * pointer);
  EXPECT(offsetof(edgecc_model, steps) == 56 + 4 * pointer);
  EXPECT(offsetof(edgecc_model, run) == 56 + 5 * pointer);
  EXPECT(offsetof(edgecc_model, step) == 56 + 6 * pointer);
  EXPECT(offsetof(edgecc_model, program) == 56 + 7 * pointer);
  EXPECT(sizeof(edgecc_operand) == 32);
  EXPECT(sizeof(edgecc_kernel) == 2 * pointer + 24);
  EXPECT(sizeof(edgecc_task) == 24 + pointer);
  EXPECT(offsetof(edgecc_program, kernels) == 24);
  EXPECT(offsetof(edgecc_program, weights) == 24 + 2 * pointer);
  return failures != 0;
}
