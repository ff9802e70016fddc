/* The OpenCL library says why it refuses a device, a program or an argument. Exit code 77: this machine has no OpenCL
 * driver.
 */
#include "OpenclSession.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
  edgecc_kernel some_kernels[num_kernels];
  edgecc_opencl_options options = plain_options();
  memcpy(some_tasks, tasks, sizeof some_tasks);
  memcpy(some_kernels, kernels, sizeof some_kernels);
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
  edgecc_operand operands[num_operands_0];
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
  other.struct_bytes = offsetof(edgecc_program, source_bytes); /* of no version */
  refuses_parts(&other, NULL, NULL, "not compiled for OpenCL");
  const edgecc_frame_kernel three_planes = {kernels[0], {1, 1, 1}, 3, {1, 1}, {1, 1}};
  other = program;
  other.frame = &three_planes;
  refuses_parts(&other, NULL, NULL, "the kernel for frames is not well formed");

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
  int obstacle = find_obstacle();
  if (obstacle)
    return failures != 0 ? 1 : obstacle;
  bad_arguments_are_refused();
  null_tensors_are_refused();
  devices_are_chosen_by_name();
  malformed_programs_are_refused();
  kernels_that_do_not_compile_are_refused();
  limits_of_the_device_are_named();
  return failures != 0;
}
