/* The OpenCL library runs a program as the CPU runs its model, keeps compiled kernels, and says why it refuses.
 *
 * The model is written by hand, in the form that the compiler gives it. Exit code 77: this machine has no OpenCL
 * driver.
 */
#include "edgecc/opencl.h"

#include "edgecc/device.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { exit_skipped = 77 };

static int failures;
static char message[4000]; /* of the last session that was tried with options */

static void expect(int condition, const char *what) {
  if (condition)
    return;
  printf("not true: %s\n  the message was: %s\n", what, message);
  failures++;
}

/* ---- The model: y and bytes from x, through the arena.
 *
 *   task 0  device  a = x * w            arena + 16, from the weights' float 3 on; an empty operand beside them
 *   task 1  device  b = a * a            arena + 64
 *   task 2  host    c = b + reverse(x)   arena + 96; also bytes[0, 2) = 7, 9
 *   task 3  device  bytes[2, 10) = c + shift, the weights' byte 3
 *   task 4  device  y = c * c
 *   task 5  host    y[0] = y[0] + y[1] + y[2] + y[3]
 */
enum { count = 8, a_begin = 16, b_begin = 64, c_begin = 96, floats_bytes = 32, arena_bytes = 128, num_tasks = 6 };

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
static const edgecc_operand operands_0[] = {INPUT(0, 32),
                                            {EDGECC_SPACE_WEIGHTS, 0, 4, EDGECC_READS, 12, floats_bytes},
                                            INPUT(1, 0),
                                            ARENA(a_begin, EDGECC_WRITES)};
static const edgecc_operand operands_1[] = {ARENA(a_begin, EDGECC_READS), ARENA(b_begin, EDGECC_WRITES)};
static const edgecc_operand operands_2[] = {INPUT(0, 32),
                                            ARENA(b_begin, EDGECC_READS),
                                            ARENA(c_begin, EDGECC_WRITES),
                                            {EDGECC_SPACE_OUTPUT, 1, 1, EDGECC_WRITES, 0, 2}};
static const edgecc_operand operands_3[] = {ARENA(c_begin, EDGECC_READS),
                                            {EDGECC_SPACE_WEIGHTS, 0, 1, EDGECC_READS, 3, 1},
                                            {EDGECC_SPACE_OUTPUT, 1, 1, EDGECC_WRITES, 2, 8}};
static const edgecc_operand operands_4[] = {ARENA(c_begin, EDGECC_READS),
                                            {EDGECC_SPACE_OUTPUT, 0, 4, EDGECC_WRITES, 0, floats_bytes}};
static const edgecc_operand operands_5[] = {{EDGECC_SPACE_OUTPUT, 0, 4, EDGECC_READS, 0, 16},
                                            {EDGECC_SPACE_OUTPUT, 0, 4, EDGECC_WRITES, 0, 4},
                                            {EDGECC_SPACE_OUTPUT, 2, 1, EDGECC_READS | EDGECC_WRITES, 0, 0}};

static const edgecc_kernel kernels[] = {
    {"multiply", NULL, 0, 4, {4, 1, 1}}, {"square", NULL, 0, 2, {1, 1, 1}}, {"narrow", NULL, 0, 3, {2, 2, 1}}};
static const edgecc_task tasks[num_tasks] = {
    {0, 0, 4, {2, 1, 1}, operands_0}, {1, 1, 2, {8, 1, 1}, operands_1}, {2, EDGECC_ON_HOST, 4, {1, 1, 1}, operands_2},
    {3, 2, 3, {2, 1, 1}, operands_3}, {4, 1, 2, {8, 1, 1}, operands_4}, {5, EDGECC_ON_HOST, 3, {1, 1, 1}, operands_5}};
static const edgecc_program program = {sizeof(edgecc_program),
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
                                       sizeof source};
static const edgecc_model model = {sizeof(edgecc_model),
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

/* ---- Sessions */

static edgecc_opencl_options plain_options(void) {
  edgecc_opencl_options options;
  memset(&options, 0, sizeof options);
  options.struct_bytes = sizeof options;
  options.message = message;
  options.message_bytes = sizeof message;
  return options;
}

/* NULL on failure. The handle is the start of the memory. */
static edgecc_opencl *open_session(const edgecc_model *which, const edgecc_opencl_options *options,
                                   edgecc_status *out_status) {
  size_t bytes = edgecc_opencl_bytes(which);
  void *memory = malloc(bytes > 0 ? bytes : 1);
  edgecc_opencl *session;
  *out_status = edgecc_opencl_init(memory, bytes, which, options, &session);
  if (!session)
    free(memory);
  return session;
}

static edgecc_opencl *open_good(const edgecc_opencl_options *options) {
  edgecc_status status;
  edgecc_opencl *session = open_session(&model, options, &status);
  expect(session != NULL && status == EDGECC_OK, "a session opens");
  return session;
}

static void close_session(edgecc_opencl *session) {
  edgecc_opencl_destroy(session);
  free(session);
}

/* Everything that a run reads or writes, between bytes that nobody writes. */
typedef struct tensors {
  float x[count];
  unsigned char guard_0[64], arena[arena_bytes];
  float y[count];
  unsigned char guard_1[64], bytes[10], guard_2[64];
} tensors;

static void fill(tensors *all, int seed) {
  memset(all, 0xEE, sizeof *all);
  for (int i = 0; i < count; ++i)
    all->x[i] = (float)((i * 5 + seed) % 4);
}

static edgecc_status run_session(edgecc_opencl *session, tensors *all) {
  const void *inputs[] = {all->x, NULL};
  void *outputs[] = {all->y, all->bytes, NULL};
  return edgecc_opencl_run(session, inputs, outputs, all->arena);
}

/* Runs on the device and on the CPU, and compares; all numbers are small integers, so they are equal. */
static int agrees_with_cpu(edgecc_opencl *session, int seed) {
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

/* ---- What works */

static void outputs_are_those_of_the_cpu(void) {
  edgecc_opencl *session = open_good(NULL);
  expect(strstr(edgecc_opencl_device_name(session), " / ") != NULL, "a device has a name");
  for (int seed = 0; seed < 4; ++seed)
    expect(agrees_with_cpu(session, seed), "each run gives what the CPU gives, and touches nothing else");
  double times_us[num_tasks];
  expect(edgecc_opencl_times(session, times_us, num_tasks) == EDGECC_BAD_ARGUMENT, "times have to be asked for");
  close_session(session);
}

static void times_are_measured(void) {
  edgecc_opencl_options options = plain_options();
  options.profile = 1;
  edgecc_opencl *session = open_good(&options);
  double times_us[num_tasks + 1] = {-1, -1, -1, -1, -1, -1, -1};
  expect(edgecc_opencl_times(session, times_us, num_tasks) == EDGECC_BAD_ARGUMENT, "no times before a run");
  expect(agrees_with_cpu(session, 0) && agrees_with_cpu(session, 1), "a session that measures runs");
  expect(edgecc_opencl_times(session, times_us, num_tasks - 1) == EDGECC_NO_SPACE, "all times have to fit");
  expect(edgecc_opencl_times(session, times_us, num_tasks + 1) == EDGECC_OK, "there are times after a run");
  double sum_us = 0;
  for (int i = 0; i < num_tasks; ++i) {
    expect(times_us[i] >= 0, "each task has a time");
    sum_us += times_us[i];
  }
  expect(sum_us > 0 && sum_us < 60e6, "the times are microseconds");
  expect(times_us[num_tasks] == -1, "what is beyond the tasks stays");
  expect(edgecc_opencl_run(session, NULL, NULL, NULL) == EDGECC_BAD_ARGUMENT &&
             edgecc_opencl_times(session, times_us, num_tasks) == EDGECC_BAD_ARGUMENT,
         "no times after a run that failed");
  close_session(session);
}

static void *run_often(void *session) {
  for (int i = 0; i < 50; ++i)
    if (!agrees_with_cpu((edgecc_opencl *)session, i))
      return "failed";
  return NULL;
}

static void sessions_run_at_the_same_time(void) {
  edgecc_opencl *first = open_good(NULL), *second = open_good(NULL);
  pthread_t thread;
  pthread_create(&thread, NULL, run_often, first);
  void *here = run_often(second), *there;
  pthread_join(thread, &there);
  expect(!here && !there, "two sessions in two threads do not disturb each other");
  close_session(first);
  close_session(second);
}

/* A model of device tasks only needs no arena on the host. */
static void arena_is_only_for_tasks_on_the_host(void) {
  edgecc_program first_two = program;
  edgecc_model changed = model;
  first_two.num_tasks = 2;
  changed.program = &first_two;
  edgecc_status status;
  edgecc_opencl *session = open_session(&changed, NULL, &status);
  tensors all;
  fill(&all, 0);
  const void *inputs[] = {all.x, NULL};
  void *outputs[] = {all.y, all.bytes, NULL};
  expect(edgecc_opencl_run(session, inputs, outputs, NULL) == EDGECC_OK, "the arena may be null");
  close_session(session);
}

/* A model whose tasks all run on the host has no text to compile. */
static void host_alone_can_run_a_model(void) {
  edgecc_task on_host[num_tasks];
  edgecc_operand everything[] = {{EDGECC_SPACE_ARENA, 0, 1, EDGECC_READS | EDGECC_WRITES, 0, arena_bytes},
                                 {EDGECC_SPACE_OUTPUT, 0, 1, EDGECC_READS | EDGECC_WRITES, 0, 32},
                                 {EDGECC_SPACE_OUTPUT, 1, 1, EDGECC_READS | EDGECC_WRITES, 0, 10}};
  for (uint32_t i = 0; i < num_tasks; ++i)
    on_host[i] = (edgecc_task){i, EDGECC_ON_HOST, 3, {1, 1, 1}, everything};
  edgecc_program changed_program = program;
  edgecc_model changed = model;
  changed_program.tasks = on_host;
  changed_program.num_kernels = 0;
  changed_program.source = NULL;
  changed_program.weights = NULL;
  changed_program.weights_bytes = 0;
  changed.program = &changed_program;
  edgecc_status status;
  edgecc_opencl *session = open_session(&changed, NULL, &status);
  tensors device, cpu;
  fill(&device, 2);
  fill(&cpu, 2);
  const void *inputs[] = {cpu.x, NULL};
  void *outputs[] = {cpu.y, cpu.bytes, NULL};
  run(inputs, outputs, cpu.arena, NULL);
  expect(session && run_session(session, &device) == EDGECC_OK && memcmp(device.y, cpu.y, sizeof cpu.y) == 0 &&
             memcmp(device.bytes, cpu.bytes, sizeof cpu.bytes) == 0,
         "steps on the host alone give what the CPU gives");
  close_session(session);
}

/* ---- The cache */

/* The number of files in the folder; *path becomes that of the last. */
static int find_file(const char *folder, char path[1024]) {
  int found = 0;
  DIR *directory = opendir(folder);
  for (struct dirent *entry; directory && (entry = readdir(directory));)
    if (entry->d_name[0] != '.') {
      snprintf(path, 1024, "%s/%s", folder, entry->d_name);
      found++;
    }
  if (directory)
    closedir(directory);
  return found;
}

/* A file that was replaced has another number: the old one still existed when the new one was made. */
static ino_t file_number(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 ? info.st_ino : 0;
}

/* Whether a session that uses the folder gives right results and leaves exactly one file there. */
static int works_with_cache(const char *folder) {
  edgecc_opencl_options options = plain_options();
  char path[1024];
  options.cache_folder = folder;
  edgecc_opencl *session = open_good(&options);
  int works = message[0] == 0 && agrees_with_cpu(session, 3) && find_file(folder, path) == 1;
  close_session(session);
  return works;
}

/* Changes byte `at_byte`, counted from the end if it is negative, or cuts the file to `keep` bytes. */
static void damage(const char *path, long at_byte, long keep) {
  if (keep >= 0) {
    expect(truncate(path, keep) == 0, "the file can be cut");
    return;
  }
  FILE *file = fopen(path, "r+b");
  fseek(file, at_byte, at_byte < 0 ? SEEK_END : SEEK_SET);
  int byte = fgetc(file);
  fseek(file, -1, SEEK_CUR);
  fputc(byte ^ 1, file);
  fclose(file);
}

static void compiled_kernels_are_kept(void) {
  char folder[] = "/tmp/edgecc-opencl-test-XXXXXX";
  char path[1024] = "";
  expect(mkdtemp(folder) != NULL, "there is a folder");
  expect(works_with_cache(folder), "the first session stores its kernels");
  expect(find_file(folder, path) == 1 && strstr(path, ".clbin") != NULL, "they are in a .clbin file");
  ino_t number = file_number(path);
  expect(works_with_cache(folder) && file_number(path) == number, "the next session takes them from there");

  /* Magic, source's length, device's name, binary; cut within the binary, within the header, to nothing. */
  const long changes[][2] = {{0, -1}, {8, -1}, {60, -1}, {-1, -1}, {0, 200}, {0, 20}, {0, 0}};
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; ++i) {
    damage(path, changes[i][0], changes[i][1]);
    number = file_number(path);
    expect(works_with_cache(folder) && file_number(path) != number, "a damaged file is replaced");
    number = file_number(path);
    expect(works_with_cache(folder) && file_number(path) == number, "the file in its place is taken");
  }
  unlink(path);
  rmdir(folder);

  edgecc_opencl_options options = plain_options();
  options.cache_folder = "/no/such/folder";
  edgecc_opencl *session = open_good(&options);
  expect(strstr(message, "note: ") && strstr(message, options.cache_folder), "a folder that is missing is told");
  close_session(session);
}

/* ---- What is refused */

static void refuses(const edgecc_model *which, const edgecc_opencl_options *options, edgecc_status expected,
                    const char *text) {
  edgecc_status status;
  edgecc_opencl *session = open_session(which, options, &status);
  expect(!session, "a failed init gives no session");
  expect(status == expected, edgecc_status_name(expected));
  expect(strstr(message, text) != NULL, text);
  close_session(session);
}

/* The model with other parts; what is NULL stays. */
static void refuses_parts(const edgecc_program *changed_program, const edgecc_task *first_task,
                          const edgecc_kernel *first_kernel, const char *text) {
  edgecc_program copy = changed_program ? *changed_program : program;
  edgecc_model changed = model;
  edgecc_task some_tasks[num_tasks];
  edgecc_kernel some_kernels[3];
  edgecc_opencl_options options = plain_options();
  memcpy(some_tasks, tasks, sizeof tasks);
  memcpy(some_kernels, kernels, sizeof kernels);
  if (first_task)
    some_tasks[0] = *first_task;
  if (first_kernel)
    some_kernels[0] = *first_kernel;
  copy.tasks = some_tasks;
  copy.kernels = some_kernels;
  changed.program = &copy;
  refuses(&changed, &options, EDGECC_BAD_PROGRAM, text);
}

static void refuses_source(const char *text, const char *expected) {
  edgecc_program changed = program;
  changed.source = text;
  changed.source_bytes = strlen(text); /* whether it counts the 0 makes no difference */
  refuses_parts(&changed, NULL, NULL, expected);
}

static void refuses_operand(edgecc_operand operand, const char *text) {
  edgecc_operand operands[4];
  edgecc_task task = tasks[0];
  memcpy(operands, operands_0, sizeof operands);
  operands[3] = operand;
  task.operands = operands;
  refuses_parts(NULL, &task, NULL, text);
}

static void bad_arguments_are_refused(void) {
  edgecc_opencl_options options = plain_options();
  size_t bytes = edgecc_opencl_bytes(&model);
  char *memory = malloc(bytes + 8);
  edgecc_opencl *session;
  expect(bytes > 0 && bytes % EDGECC_OPENCL_ALIGNMENT == 0, "a session has a size");
  expect(edgecc_opencl_bytes(NULL) == 0, "no model is no session");
  expect(edgecc_opencl_init(memory, bytes, &model, NULL, NULL) == EDGECC_BAD_ARGUMENT, "out_session may not be null");
  expect(edgecc_opencl_init(NULL, bytes, &model, NULL, &session) == EDGECC_BAD_ARGUMENT, "memory may not be null");
  expect(edgecc_opencl_init(memory, bytes, NULL, NULL, &session) == EDGECC_BAD_ARGUMENT, "model may not be null");
  expect(edgecc_opencl_init(memory + 4, bytes, &model, NULL, &session) == EDGECC_BAD_ARGUMENT, "memory is aligned");
  expect(edgecc_opencl_init(memory, bytes - 1, &model, &options, &session) == EDGECC_NO_SPACE && !session &&
             strstr(message, "bytes of memory"),
         "memory is large enough");
  options.struct_bytes = 8;
  expect(edgecc_opencl_init(memory, bytes, &model, &options, &session) == EDGECC_BAD_ARGUMENT,
         "options have a known size");
  options = plain_options();
  options.message_bytes = 10;
  message[10] = 'x';
  expect(edgecc_opencl_init(memory, 0, &model, &options, &session) == EDGECC_NO_SPACE && strlen(message) == 9 &&
             message[10] == 'x',
         "a message that does not fit is cut");
  free(memory);
  double time_us;
  expect(edgecc_opencl_run(NULL, NULL, NULL, NULL) == EDGECC_BAD_ARGUMENT, "a session may not be null");
  expect(edgecc_opencl_times(NULL, &time_us, 1) == EDGECC_BAD_ARGUMENT, "times are of a session");
  expect(edgecc_opencl_device_name(NULL)[0] == 0, "no session has no name");
  edgecc_opencl_destroy(NULL);
}

static void null_tensors_are_refused(void) {
  edgecc_opencl_options options = plain_options();
  edgecc_opencl *session = open_good(&options);
  tensors all;
  fill(&all, 0);
  const void *inputs[] = {all.x, NULL}, *no_x[] = {NULL, NULL};
  void *outputs[] = {all.y, all.bytes, NULL}, *no_bytes[] = {all.y, NULL, NULL};
  expect(edgecc_opencl_run(session, no_x, outputs, all.arena) == EDGECC_BAD_ARGUMENT && strstr(message, "NULL: x"),
         "an input may not be null");
  expect(edgecc_opencl_run(session, inputs, no_bytes, all.arena) == EDGECC_BAD_ARGUMENT && strstr(message, "bytes"),
         "an output may not be null");
  expect(edgecc_opencl_run(session, inputs, outputs, NULL) == EDGECC_BAD_ARGUMENT && strstr(message, "arena"),
         "the arena may not be null where tasks run on the host");
  expect(agrees_with_cpu(session, 1) && message[0] == 0, "a session goes on after bad arguments");
  close_session(session);
}

static void devices_are_chosen_by_name(void) {
  edgecc_opencl_options options = plain_options();
  options.device = "no such device";
  refuses(&model, &options, EDGECC_NO_DRIVER, "'no such device'");
  expect(strstr(message, " / ") != NULL, "the message names the devices that there are");

  /* The name of the device itself, in capitals. */
  options.device = NULL;
  edgecc_opencl *session = open_good(&options);
  char name[256];
  size_t length = 0;
  for (const char *c = edgecc_opencl_device_name(session); *c; ++c)
    name[length++] = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
  name[length] = 0;
  close_session(session);
  options.device = name;
  close_session(open_good(&options));
}

static void malformed_programs_are_refused(void) {
  edgecc_opencl_options options = plain_options();
  edgecc_model changed = model;
  changed.program = NULL;
  expect(edgecc_opencl_bytes(&changed) == 0, "a model without a program has no session");
  refuses(&changed, &options, EDGECC_BAD_PROGRAM, "not compiled for OpenCL");
  edgecc_program other = program;
  other.kind = EDGECC_DEVICE_VULKAN;
  refuses_parts(&other, NULL, NULL, "not compiled for OpenCL");
  other = program;
  other.struct_bytes -= 8;
  refuses_parts(&other, NULL, NULL, "not compiled for OpenCL");

  edgecc_task task = tasks[0];
  task.kernel = 3;
  refuses_parts(NULL, &task, NULL, "task 0 runs kernel 3");
  task = tasks[0];
  task.num_operands = 3;
  refuses_parts(NULL, &task, NULL, "has 3 operands");
  task = tasks[0];
  task.step = num_tasks;
  refuses_parts(NULL, &task, NULL, "is of step 6");
  task = tasks[0];
  task.groups[1] = 0;
  refuses_parts(NULL, &task, NULL, "has no work items");

  refuses_operand((edgecc_operand){EDGECC_SPACE_ARENA, 0, 4, EDGECC_WRITES, 128, 4}, "within its space");
  refuses_operand((edgecc_operand){EDGECC_SPACE_ARENA, 0, 4, EDGECC_WRITES, 132, 0}, "within its space");
  refuses_operand((edgecc_operand){EDGECC_SPACE_ARENA, 0, 3, EDGECC_WRITES, 0, 3}, "elements of a size");
  refuses_operand((edgecc_operand){EDGECC_SPACE_ARENA, 0, 4, EDGECC_WRITES, 2, 4}, "at an element");
  refuses_operand((edgecc_operand){EDGECC_SPACE_OUTPUT, 3, 4, EDGECC_WRITES, 0, 0}, "names a space");
  refuses_operand((edgecc_operand){4, 0, 4, EDGECC_WRITES, 0, 0}, "names a space");
  refuses_operand((edgecc_operand){EDGECC_SPACE_WEIGHTS, 0, 4, EDGECC_WRITES, 12, 32}, "writes to an input");
}

static void kernels_that_do_not_compile_are_refused(void) {
  refuses_source("kernel void multiply(global float *x) { x[0] = undeclared_name; }", "undeclared_name");
  expect(strstr(message, "CL_BUILD_PROGRAM_FAILURE") != NULL, "the OpenCL error has its name");
  refuses_source("kernel void another(global float *x, int x0) { x[x0] = 0; }", "no kernel 'multiply'");
  refuses_source("kernel void multiply(global float *x, int x0) { x[x0] = 0; }", "has 2 arguments");
}

static void limits_of_the_device_are_named(void) {
  edgecc_program changed = program;
  changed.features |= 1u << 31;
  refuses_parts(&changed, NULL, NULL, "a feature that this version");

  edgecc_kernel kernel = kernels[0];
  kernel.local_size[0] = 1u << 30;
  refuses_parts(NULL, NULL, &kernel, "CL_KERNEL_WORK_GROUP_SIZE");

  edgecc_kernel another = {"narrow", NULL, 0, 3, {4, 2, 1}};
  edgecc_task task = {3, 0, 3, {1, 1, 1}, operands_3};
  refuses_parts(NULL, &task, &another, "written for work groups of 2 x 2 x 1");

  edgecc_opencl_options options = plain_options();
  edgecc_model large = model;
  large.arena_bytes = (uint64_t)1 << 60;
  refuses(&large, &options, EDGECC_BAD_PROGRAM, "CL_DEVICE_MAX_MEM_ALLOC_SIZE");
}

/* In a process of its own, whose OpenCL loader looks for drivers where there are none. */
static void no_platform_is_no_driver(void) {
  pid_t child = fork();
  if (child == 0) {
    edgecc_opencl_options options = plain_options();
    setenv("OCL_ICD_VENDORS", "/no/such/folder/", 1);
    refuses(&model, &options, EDGECC_NO_DRIVER, "no OpenCL");
    fflush(stdout);
    _exit(failures != 0);
  }
  int result = 1;
  waitpid(child, &result, 0);
  expect(result == 0, "without a platform there is no driver");
}

int main(void) {
  no_platform_is_no_driver(); /* before this process loads the drivers */
  edgecc_opencl_options options = plain_options();
  edgecc_status status;
  edgecc_opencl *session = open_session(&model, &options, &status);
  if (status == EDGECC_NO_DRIVER) {
    printf("skipped: %s\n", message);
    return failures != 0 ? 1 : exit_skipped;
  }
  expect(session != NULL, "a session opens");
  if (!session)
    return 1;
  close_session(session);

  outputs_are_those_of_the_cpu();
  times_are_measured();
  sessions_run_at_the_same_time();
  arena_is_only_for_tasks_on_the_host();
  host_alone_can_run_a_model();
  compiled_kernels_are_kept();
  bad_arguments_are_refused();
  null_tensors_are_refused();
  devices_are_chosen_by_name();
  malformed_programs_are_refused();
  kernels_that_do_not_compile_are_refused();
  limits_of_the_device_are_named();
  return failures != 0;
}
