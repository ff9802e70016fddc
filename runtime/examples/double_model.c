/* What edgecc writes into libdouble.a, by hand: output = input + input, in one step, split over the threads of a pool.
 */
#include "edgecc/model.h"
#include "edgecc/pool.h"

#include <stddef.h>

typedef struct operands {
  const float *input;
  float *output;
} operands;

static void add_part(void *context, uint64_t begin, uint64_t end) {
  const operands *tensors = (const operands *)context;
  for (uint64_t i = begin; i < end; ++i)
    tensors->output[i] = tensors->input[i] + tensors->input[i];
}

static void step(uint32_t index, const void *const *inputs, void *const *outputs, void *arena,
                 struct edgecc_pool *pool) {
  operands tensors = {(const float *)inputs[0], (float *)outputs[0]};
  (void)index;
  (void)arena;
  edgecc_pool_run(pool, add_part, &tensors, 4);
}

static int run(const void *const *inputs, void *const *outputs, void *arena, struct edgecc_pool *pool) {
  step(0, inputs, outputs, arena, pool);
  return 0;
}

static const uint64_t shape[] = {1, 4};
static const edgecc_tensor input = {"x", EDGECC_FLOAT32, 2, shape, 16};
static const edgecc_tensor output = {"y", EDGECC_FLOAT32, 2, shape, 16};
static const edgecc_step steps[] = {{"Add_0", "Add", 0, 32}};

extern const edgecc_model double_model;
const edgecc_model double_model = {sizeof(edgecc_model),
                                   EDGECC_MODEL_ABI_VERSION,
                                   "double",
                                   "0",
                                   1,
                                   1,
                                   &input,
                                   &output,
                                   0,
                                   64,
                                   0,
                                   0,
                                   1,
                                   0,
                                   steps,
                                   run,
                                   step,
                                   NULL};
