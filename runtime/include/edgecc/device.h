/* The part of a compiled model that runs on a device with memory of its own, such as a GPU. C99 and C++.
 *
 * The compiler makes an edgecc_program: kernels, weights, and the tasks of one run in their order. The library of a
 * device (edgecc/opencl.h, edgecc/vulkan.h) walks it. Programs have no need to look inside; this header is for those
 * libraries.
 *
 * Memory is divided into spaces: each input, each output, the arena and the weights. The device has a copy of each
 * space, of the same size and layout as on the host, so that one address names both. A task runs a kernel on the
 * device's copies, or, where the device cannot do it, a step of the model on the host's copies; what it reads is
 * brought over before, what it writes after.
 */
#ifndef EDGECC_DEVICE_H
#define EDGECC_DEVICE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum edgecc_device_kind { EDGECC_DEVICE_OPENCL = 1, EDGECC_DEVICE_VULKAN = 2 } edgecc_device_kind;

typedef enum edgecc_space {
  EDGECC_SPACE_INPUT = 0,  /* one for each input of the model; never written */
  EDGECC_SPACE_OUTPUT = 1, /* one for each output */
  EDGECC_SPACE_ARENA = 2,
  EDGECC_SPACE_WEIGHTS = 3 /* edgecc_program.weights; never written */
} edgecc_space;

enum { EDGECC_READS = 1, EDGECC_WRITES = 2 };

/* What a device must offer beyond OpenCL 1.2 or Vulkan 1.1 and 32-bit types; flags of edgecc_program.features. */
enum {
  EDGECC_FEATURE_8_BIT = 1,   /* buffers of 8-bit integers, and arithmetic on them */
  EDGECC_FEATURE_16_BIT = 2,  /* the same for 16-bit integers */
  EDGECC_FEATURE_64_BIT = 4,  /* 64-bit integers */
  EDGECC_FEATURE_FLOAT16 = 8, /* half precision storage and arithmetic */
  EDGECC_FEATURE_FLOAT64 = 16 /* double precision */
};

/* A range of a space that a task touches. */
typedef struct edgecc_operand {
  uint32_t space;         /* an edgecc_space */
  uint32_t index;         /* which input or output; 0 for the other spaces */
  uint32_t element_bytes; /* 1, 2, 4 or 8; both numbers below are multiples of it */
  uint32_t access;        /* EDGECC_READS, EDGECC_WRITES or both */
  uint64_t begin_bytes;   /* first byte, from the beginning of the space */
  uint64_t size_bytes;    /* bytes from there; may be 0 */
} edgecc_operand;

/* A kernel of the program. Its arguments are, for each operand, a buffer and the element of that buffer at which the
 * operand begins:
 *   OpenCL  argument 2 i is the buffer of operand i's space, argument 2 i + 1 an int, the element.
 *   Vulkan  set 0, binding i is a storage buffer that holds the operand; the push constants are one int for each
 * operand, the element of that binding at which it begins. */
typedef struct edgecc_kernel {
  const char *name;      /* entry point */
  const uint32_t *spirv; /* Vulkan: a module with that entry point; NULL for OpenCL */
  uint64_t spirv_bytes;
  uint32_t num_operands;
  uint32_t local_size[3]; /* work items of a group in x, y and z; at least 1 */
} edgecc_kernel;

#define EDGECC_ON_HOST 0xFFFFFFFFu /* in the place of a kernel: the step runs on the CPU */

typedef struct edgecc_task {
  /* Of the model: edgecc_model.steps[step], edgecc_model.step(step, ...). A kernel may do several steps, this one and
   * all before that of the next task; on the host a task is one step. */
  uint32_t step;
  uint32_t kernel; /* of the program, or EDGECC_ON_HOST */
  uint32_t num_operands;
  uint32_t groups[3]; /* groups of work items in x, y and z; at least 1 */
  const edgecc_operand *operands;
} edgecc_task;

/* OpenCL: the kernel that makes the model's first input of a camera frame (edgecc/frame.h). Its arguments are a buffer
 * for each plane, rows one behind the other without gaps, and then the buffer of the first input. */
typedef struct edgecc_frame_kernel {
  edgecc_kernel kernel;  /* num_operands is num_planes + 1 */
  uint32_t groups[3];    /* as of a task */
  uint32_t num_planes;   /* 1 or 2 */
  uint32_t row_bytes[2]; /* of each plane */
  uint32_t rows[2];      /* of each plane */
} edgecc_frame_kernel;

typedef struct edgecc_program {
  uint32_t struct_bytes; /* sizeof(edgecc_program) where the library was made; later versions only append fields */
  uint32_t kind;         /* an edgecc_device_kind */
  uint32_t features;     /* what the kernels need: EDGECC_FEATURE_ flags */
  uint32_t num_kernels;
  uint32_t num_tasks;
  uint32_t reserved; /* 0 */
  const edgecc_kernel *kernels;
  const edgecc_task *tasks;
  const void *weights;
  uint64_t weights_bytes;
  const char *source;    /* OpenCL: the text of all kernels, ends with 0; NULL for Vulkan */
  uint64_t source_bytes; /* without that 0 */

  const edgecc_frame_kernel *frame; /* NULL: the host's CPU makes inputs of frames. Not in all versions. */
} edgecc_program;

#ifdef __cplusplus
}
#endif
#endif
