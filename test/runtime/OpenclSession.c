#include "OpenclSession.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int failures;
char message[4000];

void expect(int condition, const char *what) {
  if (condition)
    return;
  printf("not true: %s\n  the message was: %s\n", what, message);
  failures++;
}

static const char source[] =
    "kernel void multiply(global const float *x, int x0, global const float *w, int w0, global const float *none,\n"
    "                     int none0, global float *out, int out0) {\n"
    "  int i = get_global_id(0);\n"
    "  out[out0 + i] = x[x0 + i] * w[w0 + i];\n"
    "}\n"
    "kernel void square(global const float *x, int x0, global float *out, int out0) {\n"
    "  int i = get_group_id(0);\n" /* groups of one item: the library may not choose other groups */
    "  out[out0 + i] = x[x0 + i] * x[x0 + i];\n"
    "}\n"
    "kernel __attribute__((reqd_work_group_size(2, 2, 1)))\n"
    "void narrow(global const float *x, int x0, global const uchar *shift, int shift0, global uchar *out, int out0) {\n"
    "  int i = get_global_id(1) * 4 + get_global_id(0);\n"
    "  out[out0 + i] = (uchar)x[x0 + i] + shift[shift0];\n"
    "}\n";

static const struct {
  unsigned char bytes[12];
  float w[count];
} weights = {{99, 99, 99, 5}, {1, 2, 1, 2, 1, 1, 2, 2}};

static float *at(void *arena, size_t begin) { return (float *)((char *)arena + begin); }

static void step(uint32_t index, const void *const *inputs, void *const *outputs, void *arena,
                 struct edgecc_pool *pool) {
  const float *x = (const float *)inputs[0];
  float *y = (float *)outputs[0], *a = at(arena, a_begin), *b = at(arena, b_begin), *c = at(arena, c_begin);
  unsigned char *bytes = (unsigned char *)outputs[1];
  (void)pool;
  for (int i = 0; i < count; ++i) {
    switch (index) {
    case 0:
      a[i] = x[i] * weights.w[i];
      break;
    case 1:
      b[i] = a[i] * a[i];
      break;
    case 2:
      c[i] = b[i] + x[count - 1 - i];
      break;
    case 3:
      bytes[2 + i] = (unsigned char)((int)c[i] + weights.bytes[3]);
      break;
    case 4:
      y[i] = c[i] * c[i];
      break;
    }
  }
  if (index == 2) {
    bytes[0] = 7;
    bytes[1] = 9;
  }
  if (index == 5)
    y[0] = y[0] + y[1] + y[2] + y[3];
}

static int run(const void *const *inputs, void *const *outputs, void *arena, struct edgecc_pool *pool) {
  for (uint32_t i = 0; i < num_tasks; ++i)
    step(i, inputs, outputs, arena, pool);
  return 0;
}

static const uint64_t eight[] = {8}, ten[] = {10}, zero[] = {0};
static const edgecc_tensor inputs_of_model[] = {{"x", EDGECC_FLOAT32, 1, eight, 32},
                                                {"none", EDGECC_FLOAT32, 1, zero, 0}};
static const edgecc_tensor outputs_of_model[] = {
    {"y", EDGECC_FLOAT32, 1, eight, 32}, {"bytes", EDGECC_UINT8, 1, ten, 10}, {"nothing", EDGECC_UINT8, 1, zero, 0}};
static const edgecc_step steps[] = {{"Mul_0", "Mul", 0, 0},   {"Mul_1", "Mul", 0, 0}, {"Add_2", "Add", 0, 0},
                                    {"Cast_3", "Cast", 0, 0}, {"Mul_4", "Mul", 0, 0}, {"Sum_5", "Sum", 0, 0}};

#define INPUT(index, bytes) {EDGECC_SPACE_INPUT, index, 4, EDGECC_READS, 0, bytes}
#define ARENA(begin, access) {EDGECC_SPACE_ARENA, 0, 4, access, begin, floats_bytes}
const edgecc_operand operands_0[num_operands_0] = {INPUT(0, 32),
                                                   {EDGECC_SPACE_WEIGHTS, 0, 4, EDGECC_READS, 12, floats_bytes},
                                                   INPUT(1, 0),
                                                   ARENA(a_begin, EDGECC_WRITES)};
static const edgecc_operand operands_1[] = {ARENA(a_begin, EDGECC_READS), ARENA(b_begin, EDGECC_WRITES)};
static const edgecc_operand operands_2[] = {INPUT(0, 32),
                                            ARENA(b_begin, EDGECC_READS),
                                            ARENA(c_begin, EDGECC_WRITES),
                                            {EDGECC_SPACE_OUTPUT, 1, 1, EDGECC_WRITES, 0, 2}};
const edgecc_operand operands_3[] = {ARENA(c_begin, EDGECC_READS),
                                     {EDGECC_SPACE_WEIGHTS, 0, 1, EDGECC_READS, 3, 1},
                                     {EDGECC_SPACE_OUTPUT, 1, 1, EDGECC_WRITES, 2, 8}};
static const edgecc_operand operands_4[] = {ARENA(c_begin, EDGECC_READS),
                                            {EDGECC_SPACE_OUTPUT, 0, 4, EDGECC_WRITES, 0, floats_bytes}};
static const edgecc_operand operands_5[] = {{EDGECC_SPACE_OUTPUT, 0, 4, EDGECC_READS, 0, 16},
                                            {EDGECC_SPACE_OUTPUT, 0, 4, EDGECC_WRITES, 0, 4},
                                            {EDGECC_SPACE_OUTPUT, 2, 1, EDGECC_READS | EDGECC_WRITES, 0, 0}};

const edgecc_kernel kernels[num_kernels] = {
    {"multiply", NULL, 0, 4, {4, 1, 1}}, {"square", NULL, 0, 2, {1, 1, 1}}, {"narrow", NULL, 0, 3, {2, 2, 1}}};
const edgecc_task tasks[num_tasks] = {
    {0, 0, 4, {2, 1, 1}, operands_0}, {1, 1, 2, {8, 1, 1}, operands_1}, {2, EDGECC_ON_HOST, 4, {1, 1, 1}, operands_2},
    {3, 2, 3, {2, 1, 1}, operands_3}, {4, 1, 2, {8, 1, 1}, operands_4}, {5, EDGECC_ON_HOST, 3, {1, 1, 1}, operands_5}};
const edgecc_program program = {sizeof(edgecc_program),
                                EDGECC_DEVICE_OPENCL,
                                EDGECC_FEATURE_8_BIT,
                                3,
                                num_tasks,
                                0,
                                kernels,
                                tasks,
                                &weights,
                                sizeof weights,
                                source,
                                sizeof source,
                                NULL};
const edgecc_model model = {sizeof(edgecc_model),
                            EDGECC_MODEL_ABI_VERSION,
                            "handmade",
                            "0",
                            2,
                            3,
                            inputs_of_model,
                            outputs_of_model,
                            arena_bytes,
                            64,
                            sizeof weights,
                            arena_bytes,
                            num_tasks,
                            0,
                            steps,
                            run,
                            step,
                            &program};

edgecc_opencl_options plain_options(void) {
  edgecc_opencl_options options;
  memset(&options, 0, sizeof options);
  options.struct_bytes = sizeof options;
  options.message = message;
  options.message_bytes = sizeof message;
  return options;
}

edgecc_opencl *open_session(const edgecc_model *which, const edgecc_opencl_options *options,
                            edgecc_status *out_status) {
  size_t bytes = edgecc_opencl_bytes(which);
  void *memory = malloc(bytes > 0 ? bytes : 1);
  edgecc_opencl *session;
  *out_status = edgecc_opencl_init(memory, bytes, which, options, &session);
  if (!session)
    free(memory);
  return session;
}

edgecc_opencl *open_good(const edgecc_opencl_options *options) {
  edgecc_status status;
  edgecc_opencl *session = open_session(&model, options, &status);
  expect(session != NULL && status == EDGECC_OK, "a session opens");
  return session;
}

void close_session(edgecc_opencl *session) {
  edgecc_opencl_destroy(session);
  free(session);
}

void fill(tensors *all, int seed) {
  memset(all, 0xEE, sizeof *all);
  for (int i = 0; i < count; ++i)
    all->x[i] = (float)((i * 5 + seed) % 4);
}

edgecc_status run_session(edgecc_opencl *session, tensors *all) {
  const void *inputs[] = {all->x, NULL};
  void *outputs[] = {all->y, all->bytes, NULL};
  return edgecc_opencl_run(session, inputs, outputs, all->arena);
}

int agrees_with_cpu(edgecc_opencl *session, int seed) {
  tensors device, cpu;
  fill(&device, seed);
  fill(&cpu, seed);
  const void *inputs[] = {cpu.x, NULL};
  void *outputs[] = {cpu.y, cpu.bytes, NULL};
  run(inputs, outputs, cpu.arena, NULL);
  if (!session || run_session(session, &device) != EDGECC_OK)
    return 0;
  /* Only the device has seen a; b and c came over for the host. */
  memset(cpu.arena + a_begin, 0xEE, floats_bytes);
  return memcmp(&device, &cpu, sizeof cpu) == 0;
}

int find_obstacle(void) {
  edgecc_opencl_options options = plain_options();
  edgecc_status status;
  edgecc_opencl *session = open_session(&model, &options, &status);
  close_session(session);
  if (status != EDGECC_NO_DRIVER)
    return 0;
  printf("skipped: %s\n", message);
  return 77;
}
