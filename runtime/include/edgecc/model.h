/* The reflection descriptor of a compiled model. C99 and C++; needs no other edgecc header.
 *
 * Programs that know their model call NAME_run from NAME.h. Programs that take any model (a benchmark, a server, a test
 * harness) go through `NAME_model`, which every libNAME.a exports:
 *
 *     extern const edgecc_model digits_model;
 *
 *     void *arena = aligned_alloc(digits_model.arena_alignment, digits_model.arena_bytes);
 *     const void *inputs[] = {image};          // in the order of digits_model.inputs
 *     void *outputs[] = {probabilities};       // in the order of digits_model.outputs
 *     int failed = digits_model.run(inputs, outputs, arena, NULL);
 *
 * Tensors are dense and row-major, in the shape and layout of the ONNX model; bool takes one byte, 0 or 1. Everything
 * the descriptor points to is read-only and lives as long as the program.
 */
#ifndef EDGECC_MODEL_H
#define EDGECC_MODEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGECC_MODEL_ABI_VERSION 1

struct edgecc_pool;    /* edgecc/pool.h; only needed to run on more than one thread */
struct edgecc_program; /* edgecc/device.h; only needed to run on a device */

/* Element types, with the numbers of onnx.TensorProto.DataType. */
typedef enum edgecc_dtype {
  EDGECC_FLOAT32 = 1,
  EDGECC_UINT8 = 2,
  EDGECC_INT8 = 3,
  EDGECC_UINT16 = 4,
  EDGECC_INT16 = 5,
  EDGECC_INT32 = 6,
  EDGECC_INT64 = 7,
  EDGECC_BOOL = 9,
  EDGECC_FLOAT16 = 10,
  EDGECC_FLOAT64 = 11,
  EDGECC_UINT32 = 12,
  EDGECC_UINT64 = 13,
  EDGECC_BFLOAT16 = 16
} edgecc_dtype;

/* An input or output. */
typedef struct edgecc_tensor {
  const char *name;      /* as in the ONNX model */
  uint32_t dtype;        /* an edgecc_dtype */
  uint32_t rank;         /* 0 for a scalar */
  const uint64_t *shape; /* rank extents, outermost first */
  uint64_t bytes;        /* of the dense tensor */
} edgecc_tensor;

/* One step of the compiled model: a layer, or several that were fused. */
typedef struct edgecc_step {
  const char *name; /* the ONNX node, or nodes */
  const char *op;   /* the operator, or operators */
  uint64_t macs;    /* multiply-accumulate operations */
  uint64_t bytes;   /* read and written, weights included */
} edgecc_step;

typedef struct edgecc_model {
  uint32_t struct_bytes; /* sizeof(edgecc_model) where the library was made; later versions only append fields */
  uint32_t abi_version;  /* EDGECC_MODEL_ABI_VERSION */
  const char *name;
  const char *hash; /* of the model and all that shaped the code, in hexadecimal */

  uint32_t num_inputs;
  uint32_t num_outputs;
  const edgecc_tensor *inputs;
  const edgecc_tensor *outputs;

  uint64_t arena_bytes;             /* memory for all intermediate tensors; may be 0 */
  uint64_t arena_alignment;         /* of the arena, and enough for every input and output; in bytes */
  uint64_t weight_bytes;            /* read-only data inside the library */
  uint64_t arena_lower_bound_bytes; /* the most that is live at once; no plan can be smaller */

  uint32_t num_steps;
  uint32_t reserved; /* 0 */
  const edgecc_step *steps;

  /* Runs the model once.
   *   inputs   num_inputs pointers to tensors of inputs[i].bytes bytes; borrowed, not written.
   *   outputs  num_outputs pointers to tensors of outputs[i].bytes bytes; may not overlap inputs or each other.
   *   arena    arena_bytes bytes, aligned to arena_alignment; holds nothing before or after a run. NULL if 0 bytes.
   *   pool     threads to run on; NULL runs on the calling thread.
   * Returns 0, or a value other than 0 if the run failed.
   * Threads: calls with different arenas, outputs and pools may run at the same time. */
  int (*run)(const void *const *inputs, void *const *outputs, void *arena, struct edgecc_pool *pool);

  /* Runs step `index` alone. Calling 0, 1, ... num_steps - 1 with the same arguments is one run; for profiling. */
  void (*step)(uint32_t index, const void *const *inputs, void *const *outputs, void *arena, struct edgecc_pool *pool);

  /* What runs on a device, for the library of that device (edgecc/opencl.h, edgecc/vulkan.h); NULL where all runs on
   * the CPU. `run` and `step` run such a model on the CPU. */
  const struct edgecc_program *program;
} edgecc_model;

#ifdef __cplusplus
}
#endif
#endif
