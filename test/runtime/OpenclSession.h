/* What the tests of edgecc/opencl.h share: a model written by hand, in the form that the compiler gives it, and
 * sessions whose results are compared with the CPU. */
#ifndef EDGECC_TEST_OPENCL_SESSION_H
#define EDGECC_TEST_OPENCL_SESSION_H

#include "edgecc/device.h"
#include "edgecc/opencl.h"

extern int failures;
extern char message[4000]; /* of the last session that was tried with options */

void expect(int condition, const char *what);

/* The model: y and bytes from x, through the arena.
 *
 *   task 0  device  a = x * w            arena + 16, from the weights' float 3 on; an empty operand beside them
 *   task 1  device  b = a * a            arena + 64
 *   task 2  host    c = b + reverse(x)   arena + 96; also bytes[0, 2) = 7, 9
 *   task 3  device  bytes[2, 10) = c + shift, the weights' byte 3
 *   task 4  device  y = c * c
 *   task 5  host    y[0] = y[0] + y[1] + y[2] + y[3]
 */
enum { count = 8, a_begin = 16, b_begin = 64, c_begin = 96, floats_bytes = 32, arena_bytes = 128, num_tasks = 6 };
enum { num_kernels = 3, num_operands_0 = 4 };

extern const edgecc_model model;
extern const edgecc_program program;
extern const edgecc_kernel kernels[num_kernels];
extern const edgecc_task tasks[num_tasks];
extern const edgecc_operand operands_0[num_operands_0], operands_3[];

edgecc_opencl_options plain_options(void);

/* NULL on failure. The handle is the start of the memory. */
edgecc_opencl *open_session(const edgecc_model *which, const edgecc_opencl_options *options, edgecc_status *out_status);

/* Of the model above. */
edgecc_opencl *open_good(const edgecc_opencl_options *options);

void close_session(edgecc_opencl *session);

/* Says why this machine cannot run the tests, and returns 77, or 0 if it can. */
int find_obstacle(void);

/* Everything that a run reads or writes, between bytes that nobody writes. */
typedef struct tensors {
  float x[count];
  unsigned char guard_0[64], arena[arena_bytes];
  float y[count];
  unsigned char guard_1[64], bytes[10], guard_2[64];
} tensors;

void fill(tensors *all, int seed);

edgecc_status run_session(edgecc_opencl *session, tensors *all);

/* Runs on the device and on the CPU, and compares; all numbers are small integers, so they are equal. */
int agrees_with_cpu(edgecc_opencl *session, int seed);

#endif
