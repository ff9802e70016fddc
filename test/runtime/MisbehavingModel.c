/* A model that allocates while it runs and writes one byte behind its output. */
#include "edgecc/model.h"

#include <stddef.h>

#include <stdlib.h>
#include <string.h>

static void *volatile kept;

static void step(uint32_t index, const void *const *inputs, void *const *outputs, void *arena,
                 struct edgecc_pool *pool) {
  (void)index;
  (void)arena;
  (void)pool;
  kept = malloc(16);
  memcpy(kept, inputs[0], 16);
  memcpy(outputs[0], kept, 16);
  ((unsigned char *)outputs[0])[16] = 0;
}

static int run(const void *const *inputs, void *const *outputs, void *arena, struct edgecc_pool *pool) {
  step(0, inputs, outputs, arena, pool);
  return 0;
}

static const uint64_t shape[] = {4};
static const edgecc_tensor input = {"x", EDGECC_FLOAT32, 1, shape, 16};
static const edgecc_tensor output = {"y", EDGECC_FLOAT32, 1, shape, 16};
static const edgecc_step steps[] = {{"Identity_0", "Identity", 0, 32}};

extern const edgecc_model misbehaving_model;
const edgecc_model misbehaving_model = {sizeof(edgecc_model),
                                        EDGECC_MODEL_ABI_VERSION,
                                        "misbehaving",
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
