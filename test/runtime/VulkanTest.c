/* Sessions of edgecc/vulkan.h give what the CPU gives, refuse what they must, and make no mistake that the validation
 * layer sees.
 *
 * Exits with 77 if there is no Vulkan device or no validation layer; any device will do, Mesa's lavapipe included. */
#include "VulkanSession.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- Tests that compare ---- */

static void example_runs_again_and_again(const uint32_t *weights, uint32_t staging, uint32_t profile) {
  network net;
  opened at;
  edgecc_vulkan_options options = default_options();
  options.staging = staging;
  options.profile = profile;
  make_example(&net, weights);
  open_session(&at, &net.model, options);
  expect(at.status == EDGECC_OK, "the example has a session");
  for (int i = 0; i < 3 && at.session; ++i)
    compare_run(at.session, &net);
  close_quiet_session(&at);
}

static void model_without_tasks_runs(void) {
  network net;
  opened at;
  make_network(&net, 0, 0, 0, NULL, 0, false);
  net.model.num_inputs = net.model.num_outputs = 0;
  open_session(&at, &net.model, default_options());
  expect(at.status == EDGECC_OK, "a model without tasks has a session");
  expect(edgecc_vulkan_run(at.session, NULL, NULL, NULL) == EDGECC_OK, "and runs");
  close_quiet_session(&at);
}

/* Operands of 8 bits begin inside of words; their neighbours keep their values. */
static void bytes_of_a_word_are_apart(uint32_t staging) {
  enum { bytes = 11 };
  static network net;
  opened at;
  unsigned char x[bytes], y[bytes], expected_y[bytes], arena[16], expected_arena[16];
  const void *inputs[] = {x, NULL};
  void *outputs[] = {y, NULL}, *expected_outputs[] = {expected_y, NULL};
  edgecc_vulkan_options options = default_options();
  options.staging = staging;
  make_network(&net, bytes, bytes, sizeof arena, NULL, 0, true);
  add_task(&net, op_add_bytes, false, 1, (place[]){{EDGECC_SPACE_INPUT, 0}, {EDGECC_SPACE_OUTPUT, 0}});
  add_task(&net, op_add_bytes, false, 1, (place[]){{EDGECC_SPACE_INPUT, 3}, {EDGECC_SPACE_ARENA, 5}});
  add_task(&net, op_add_bytes, true, 1, (place[]){{EDGECC_SPACE_ARENA, 5}, {EDGECC_SPACE_ARENA, 5}});
  add_task(&net, op_add_bytes, false, 1, (place[]){{EDGECC_SPACE_ARENA, 5}, {EDGECC_SPACE_OUTPUT, 3}});
  open_session(&at, &net.model, options);
  if (at.status == EDGECC_BAD_PROGRAM) {
    expect(strstr(at.message, "shaderInt8") != NULL || strstr(at.message, "storageBuffer8BitAccess") != NULL,
           "a device without 8-bit features says so");
    close_session(&at);
    return;
  }
  for (int i = 0; i < bytes; ++i)
    x[i] = (unsigned char)(250 + i);
  run_reference(&net, inputs, expected_outputs, expected_arena);
  expect(edgecc_vulkan_run(at.session, inputs, outputs, arena) == EDGECC_OK, "a run of bytes is ok");
  expect(memcmp(y, expected_y, bytes) == 0, "bytes are those of the CPU");
  close_quiet_session(&at);
}

/* Weights that need several pieces where they go through the staging buffer; operands at the edges of the pieces. */
static void large_weights_arrive(uint32_t staging) {
  enum { count = (9 << 20) / 4 + 33, piece = (4 << 20) / 4 };
  static network net;
  opened at;
  edgecc_vulkan_options options = default_options();
  uint32_t *weights = malloc(count * sizeof *weights);
  options.staging = staging;
  fill(weights, count);
  make_word_network(&net, weights, count);
  const uint32_t firsts[] = {0, piece - 8, piece - 3, 2 * piece - 5, 2 * piece, count - 8};
  add_task(&net, op_increment, false, 4, (place[]){{EDGECC_SPACE_WEIGHTS, 0}, {EDGECC_SPACE_OUTPUT, 0}});
  for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; ++i)
    add_task(&net, op_accumulate, false, 1,
             (place[]){{EDGECC_SPACE_WEIGHTS, firsts[i]}, {EDGECC_SPACE_OUTPUT, 4 * (uint32_t)i}});
  open_session(&at, &net.model, options);
  expect(at.status == EDGECC_OK, "large weights have a session");
  compare_run(at.session, &net);
  close_quiet_session(&at);
  free(weights);
}

/* A place for `elements` elements in a space that may be written, or any. */
static place random_place(uint32_t elements, bool written) {
  static const uint32_t sizes[] = {input_elements, output_elements, arena_elements, weights_elements};
  uint32_t space = written ? EDGECC_SPACE_OUTPUT + random_below(2) : random_below(4);
  return (place){(edgecc_space)space, random_below(sizes[space] - elements + 1)};
}

/* Whether the places are one, or have no element in common. */
static bool are_same_or_apart(place a, place b, uint32_t elements) {
  return a.space != b.space || a.first == b.first || a.first + elements <= b.first || b.first + elements <= a.first;
}

static void add_random_task(network *to) {
  const op op = (enum op)random_below(op_add_bytes);
  const uint32_t groups = 1 + random_below(3), elements = groups * group_elements;
  const place written = random_place(elements, true);
  place places[max_operands];
  for (int i = 0; i < max_operands; ++i)
    do
      places[i] = random_place(elements, false);
    while (!are_same_or_apart(places[i], written, elements));
  places[op == op_multiply ? 3 : 1] = written;
  if (op == op_multiply)
    places[2] = (place){EDGECC_SPACE_OUTPUT, 0};
  while (op == op_accumulate && places[0].space == written.space && places[0].first == written.first)
    places[0] = (place){EDGECC_SPACE_WEIGHTS, 0};
  add_task(to, op, random_below(3) == 0, groups, places);
}

/* Random tasks, one on the host for two on the device; every element is written before it is read. */
static void random_networks_agree(const uint32_t *weights, int count) {
  static network net;
  for (int i = 0; i < count; ++i) {
    opened at;
    edgecc_vulkan_options options = default_options();
    options.staging = i % 2;
    options.profile = i % 3 == 0;
    make_word_network(&net, weights, weights_elements);
    add_task(&net, op_increment, i % 5 == 0, 4, (place[]){{EDGECC_SPACE_WEIGHTS, 1}, {EDGECC_SPACE_OUTPUT, 0}});
    add_task(&net, op_increment, i % 4 == 0, 8, (place[]){{EDGECC_SPACE_WEIGHTS, 2}, {EDGECC_SPACE_ARENA, 0}});
    for (uint32_t k = random_below(max_tasks - 2); k > 0; --k)
      add_random_task(&net);
    open_session(&at, &net.model, options);
    expect(at.status == EDGECC_OK, "a random network has a session");
    for (int run = 0; run < 2; ++run)
      compare_run(at.session, &net);
    close_quiet_session(&at);
  }
}

/* ---- Times and names ---- */

static void times_are_given_where_asked_for(const uint32_t *weights) {
  static network net;
  opened at;
  double times_us[max_tasks], sum_us = 0;
  edgecc_vulkan_options options = default_options();
  options.profile = 1;
  make_example(&net, weights);
  open_session(&at, &net.model, options);
  const uint32_t num_tasks = net.program.num_tasks;
  expect(edgecc_vulkan_times(at.session, times_us, max_tasks) == EDGECC_BAD_ARGUMENT, "no times before a run");
  compare_run(at.session, &net);
  expect(edgecc_vulkan_times(at.session, times_us, num_tasks - 1) == EDGECC_NO_SPACE, "all times fit");
  expect(edgecc_vulkan_times(at.session, NULL, max_tasks) == EDGECC_BAD_ARGUMENT, "times have a place");
  expect(edgecc_vulkan_times(NULL, times_us, max_tasks) == EDGECC_BAD_ARGUMENT, "times have a session");
  expect(edgecc_vulkan_times(at.session, times_us, num_tasks) == EDGECC_OK, "a run has times");
  for (uint32_t i = 0; i < num_tasks; ++i) {
    expect(times_us[i] >= 0 && times_us[i] < 1e7, "a task takes from 0 to 10 seconds");
    sum_us += times_us[i];
  }
  expect(sum_us > 0, "a run takes time");
  expect(edgecc_vulkan_run(at.session, NULL, NULL, NULL) == EDGECC_BAD_ARGUMENT, "a run without inputs fails");
  expect(edgecc_vulkan_times(at.session, times_us, num_tasks) == EDGECC_BAD_ARGUMENT, "a failed run has no times");
  close_session(&at);

  open_session(&at, &net.model, default_options());
  compare_run(at.session, &net);
  expect(edgecc_vulkan_times(at.session, times_us, num_tasks) == EDGECC_BAD_ARGUMENT, "no times if not asked for");
  close_quiet_session(&at);
}

/* A session on a device with that name. */
static edgecc_status open_on(const char *device, const edgecc_model *model, char *message, size_t message_bytes) {
  opened at;
  edgecc_vulkan_options options = default_options();
  options.device = device;
  open_session(&at, model, options);
  const char *text = at.session ? edgecc_vulkan_device_name(at.session) : at.message;
  memset(message, 0, message_bytes);
  memcpy(message, text, strlen(text) < message_bytes ? strlen(text) : message_bytes - 1);
  close_session(&at);
  return at.status;
}

static void devices_are_found_by_name(void) {
  static network net;
  char name[300], again[300], part[300];
  make_network(&net, 4, 4, 0, NULL, 0, false);
  expect(open_on(NULL, &net.model, name, sizeof name) == EDGECC_OK, "there is a device");
  size_t length = strlen(name);
  expect(length > 2, "the device has a name");
  for (size_t i = 1; i < length; ++i) /* all but the first and the last, in the other case */
    part[i - 1] =
        (char)(islower((unsigned char)name[i]) ? toupper((unsigned char)name[i]) : tolower((unsigned char)name[i]));
  part[length - 2] = '\0';
  expect(open_on(part, &net.model, again, sizeof again) == EDGECC_OK && strcmp(name, again) == 0,
         "a part of its name finds it");
  expect(open_on("", &net.model, again, sizeof again) == EDGECC_OK, "every device has the empty name");
  expect(open_on("no such device", &net.model, again, sizeof again) == EDGECC_NO_DRIVER, "no device has that name");
  expect(strstr(again, "no such device") && strstr(again, name), "the message has that name and those there are");
  expect(strcmp(edgecc_vulkan_device_name(NULL), "") == 0, "no session has no device");
}

/* ---- The cache ---- */

static void run_with_cache(const network *net, const char *folder, const char *expected_message) {
  opened at;
  edgecc_vulkan_options options = default_options();
  options.cache_folder = folder;
  open_session(&at, &net->model, options);
  expect(at.status == EDGECC_OK, "a session with a cache is ok");
  expect(strstr(at.message, expected_message) != NULL, "the message says what is wrong with the cache");
  compare_run(at.session, net);
  close_session(&at);
}

static void damaged_cache_is_replaced(const uint32_t *weights) {
  enum { max_bytes = 1 << 20 };
  static network net;
  static char path[600], first[max_bytes], damaged[max_bytes], again[max_bytes];
  char folder[] = "/tmp/edgecc-vulkan-XXXXXX";
  make_example(&net, weights);
  expect(mkdtemp(folder) != NULL, "there is a folder");
  run_with_cache(&net, folder, "");
  long bytes = read_only_file(folder, path, sizeof path, first, max_bytes);
  expect(bytes > 24 && bytes < max_bytes, "the cache is one file");

  for (long damage = 0; bytes > 0 && damage < 5; ++damage) {
    const long size = damage == 0 ? 0 : damage == 1 ? bytes - 1 : bytes;
    memcpy(damaged, first, (size_t)bytes);
    damaged[damage == 2 ? 0 : damage == 3 ? 9 : bytes - 1] ^= 1;
    write_file(path, damaged, (size_t)size);
    run_with_cache(&net, folder, "");
    const long new_size = read_only_file(folder, path, sizeof path, again, max_bytes);
    expect(new_size > 24 && (new_size != size || memcmp(damaged, again, (size_t)size) != 0), "the damage is gone");
    run_with_cache(&net, folder, "");
  }
  remove(path);
  expect(rmdir(folder) == 0, "nothing else was left in the folder");
  run_with_cache(&net, folder, "cannot be written");
}

/* ---- What is refused ---- */

static void expect_refusal(const network *net, const char *part_of_message) {
  opened at;
  open_session(&at, &net->model, default_options());
  if (at.status != EDGECC_BAD_PROGRAM || !strstr(at.message, part_of_message))
    printf("expected '%s', got status %d and '%s'\n", part_of_message, (int)at.status, at.message);
  expect(at.status == EDGECC_BAD_PROGRAM && strstr(at.message, part_of_message), "a bad program is refused");
  expect(at.session == NULL, "a failed init gives no session");
  close_session(&at);
}

static void bad_modules_are_refused(const uint32_t *weights) {
  static network net;
  static uint32_t copy[4096];
  make_example(&net, weights);
  edgecc_kernel *kernel = &net.kernels[op_multiply];
  const edgecc_kernel good = *kernel;
  memcpy(copy, good.spirv, good.spirv_bytes);
  kernel->spirv = copy;
  copy[0] ^= 1;
  expect_refusal(&net, "no SPIR-V module");
  copy[0] ^= 1;
  copy[1] = 0x00010600;
  expect_refusal(&net, "version 1.3");
  copy[1] = good.spirv[1];
  copy[5] |= 0xFFFF0000; /* the first instruction is longer than the module */
  expect_refusal(&net, "no SPIR-V module");
  copy[5] &= 0x0000FFFF; /* and shorter than itself */
  expect_refusal(&net, "no SPIR-V module");
  *kernel = good;
  kernel->spirv_bytes = 7;
  expect_refusal(&net, "no SPIR-V module");
  *kernel = good;
  kernel->spirv = NULL;
  expect_refusal(&net, "no SPIR-V module");
  *kernel = good;
  kernel->name = "multipl";
  expect_refusal(&net, "no compute entry point");
  *kernel = good;
  kernel->local_size[1] = 2;
  expect_refusal(&net, "groups of 8 x 1 x 1 in its module, 8 x 2 x 1");
  *kernel = good;
  kernel->num_operands = 0;
  expect_refusal(&net, "has no operands");
  kernel->num_operands = 3;
  expect_refusal(&net, "4 bindings in its module, 3 operands");
}

static void missing_features_are_refused(const uint32_t *weights) {
  static network net;
  make_example(&net, weights);
  net.program.features = 1u << 30;
  expect_refusal(&net, "does not know");
  net.program.features = 0;
  net.program.num_kernels = num_ops; /* add_bytes needs EDGECC_FEATURE_8_BIT */
  expect_refusal(&net, "kernel 'add_bytes': its module has capabilities for features 0x1");
}

static void bad_tasks_are_refused(const uint32_t *weights) {
  static network net;
  make_example(&net, weights);
  edgecc_task *task = &net.tasks[1];
  const edgecc_task good = *task;
  task->kernel = 77;
  expect_refusal(&net, "task 1 runs a kernel that the program does not have");
  *task = good;
  task->num_operands = 2;
  expect_refusal(&net, "task 1 has more or fewer operands");
  *task = good;
  task->groups[2] = 0;
  expect_refusal(&net, "task 1 has no groups");
  *task = good;
  task->groups[1] = UINT32_MAX;
  expect_refusal(&net, "groups in one direction");
  *task = good;
  task->kernel = EDGECC_ON_HOST;
  task->step = 1000;
  expect_refusal(&net, "task 1 runs a step");
}

static void bad_operands_are_refused(const uint32_t *weights) {
  static network net;
  make_example(&net, weights);
  edgecc_operand *operand = &net.operands[1][3]; /* [28, 60) of the arena's 256 bytes */
  const edgecc_operand good = *operand;
  operand->begin_bytes = 228;
  expect_refusal(&net, "operand 3 of task 1 reaches over the end");
  operand->begin_bytes = UINT64_MAX - 3;
  expect_refusal(&net, "operand 3 of task 1 reaches over the end");
  *operand = good;
  operand->begin_bytes = 30;
  expect_refusal(&net, "does not begin and end at an element");
  *operand = good;
  operand->element_bytes = 0;
  expect_refusal(&net, "elements that are not of 1, 2, 4 or 8 bytes");
  *operand = good;
  operand->space = 9;
  expect_refusal(&net, "names no space");
  *operand = good;
  operand->index = 1;
  expect_refusal(&net, "names no space");
  *operand = good;
  operand->access = 0;
  expect_refusal(&net, "neither read nor written");
  *operand = good;
  operand->space = EDGECC_SPACE_WEIGHTS;
  expect_refusal(&net, "writes to an input or to the weights");
}

static void models_for_others_are_refused(const uint32_t *weights) {
  static network net;
  make_example(&net, weights);
  net.model.arena_bytes = UINT64_C(1) << 60;
  expect_refusal(&net, "bytes of memory, but the device");
  net.model.arena_bytes = UINT64_MAX;
  expect_refusal(&net, "bytes of memory, but the device");
  net.program.kind = EDGECC_DEVICE_OPENCL;
  expect(edgecc_vulkan_bytes(&net.model) == 0, "a model for OpenCL needs no memory here");
  expect_refusal(&net, "not compiled for Vulkan");
  net.program.kind = EDGECC_DEVICE_VULKAN;
  net.model.program = NULL;
  expect(edgecc_vulkan_bytes(&net.model) == 0, "nor does one for the CPU");
  expect_refusal(&net, "not compiled for Vulkan");
  net.model.program = &net.program;
  net.model.struct_bytes = offsetof(edgecc_model, program); /* of a version that had no programs */
  expect_refusal(&net, "not compiled for Vulkan");
}

static void bad_arguments_are_refused(const uint32_t *weights) {
  static network net;
  make_example(&net, weights);
  const edgecc_model *model = &net.model;
  const size_t bytes = edgecc_vulkan_bytes(model);
  char *memory = malloc(bytes + EDGECC_VULKAN_ALIGNMENT), message[100] = "old";
  edgecc_vulkan *session = (edgecc_vulkan *)(void *)memory;
  edgecc_vulkan_options options = default_options();
  options.message = message;
  options.message_bytes = sizeof message;
  expect(bytes % EDGECC_VULKAN_ALIGNMENT == 0 && edgecc_vulkan_bytes(NULL) == 0, "a session has a size");
  expect(edgecc_vulkan_init(memory, bytes, model, NULL, NULL) == EDGECC_BAD_ARGUMENT, "out_session may not be null");
  expect(edgecc_vulkan_init(NULL, bytes, model, NULL, &session) == EDGECC_BAD_ARGUMENT, "memory may not be null");
  expect(session == NULL, "a failed init gives no session");
  expect(edgecc_vulkan_init(memory, bytes, NULL, NULL, &session) == EDGECC_BAD_ARGUMENT, "the model may not be null");
  expect(edgecc_vulkan_init(memory + 1, bytes, model, NULL, &session) == EDGECC_BAD_ARGUMENT, "memory is aligned");
  expect(edgecc_vulkan_init(memory, bytes - 1, model, &options, &session) == EDGECC_NO_SPACE, "memory is large enough");
  expect(strstr(message, "but a session needs") != NULL, "the message says how much memory is missing");
  options.message_bytes = 4;
  expect(edgecc_vulkan_init(memory, bytes - 1, model, &options, &session) == EDGECC_NO_SPACE && strlen(message) == 3,
         "a message that does not fit is cut");
  options.struct_bytes = 4;
  expect(edgecc_vulkan_init(memory, bytes, model, &options, &session) == EDGECC_BAD_ARGUMENT,
         "options have their size");
  edgecc_vulkan_destroy(NULL);
  expect(edgecc_vulkan_validation_messages(NULL) == 0, "no session has no messages");
  free(memory);
}

static void bad_runs_are_refused(const uint32_t *weights) {
  static network net;
  opened at;
  uint32_t x[input_elements] = {0}, y[output_elements], arena[arena_elements];
  const void *inputs[] = {x, NULL}, *no_inputs[] = {NULL, NULL};
  void *outputs[] = {y, NULL}, *no_outputs[] = {NULL, NULL};
  make_example(&net, weights);
  open_session(&at, &net.model, default_options());
  expect(edgecc_vulkan_run(NULL, inputs, outputs, arena) == EDGECC_BAD_ARGUMENT, "a run has a session");
  expect(edgecc_vulkan_run(at.session, NULL, outputs, arena) == EDGECC_BAD_ARGUMENT, "a run has inputs");
  expect(edgecc_vulkan_run(at.session, no_inputs, outputs, arena) == EDGECC_BAD_ARGUMENT, "an input is not null");
  expect(edgecc_vulkan_run(at.session, inputs, NULL, arena) == EDGECC_BAD_ARGUMENT, "a run has outputs");
  expect(edgecc_vulkan_run(at.session, inputs, no_outputs, arena) == EDGECC_BAD_ARGUMENT, "an output is not null");
  expect(edgecc_vulkan_run(at.session, inputs, outputs, NULL) == EDGECC_BAD_ARGUMENT, "host tasks need an arena");
  expect(at.message[0] != '\0', "a refused run says why");
  expect(edgecc_vulkan_run(at.session, inputs, outputs, arena) == EDGECC_OK, "a good run may follow");
  close_session(&at);
}

static void machine_without_drivers_has_no_session(void) {
  static network net;
  opened at;
  make_network(&net, 4, 4, 0, NULL, 0, false);
  setenv("VK_ICD_FILENAMES", "/nonexistent.json", 1);
  setenv("VK_DRIVER_FILES", "/nonexistent.json", 1);
  open_session(&at, &net.model, default_options());
  expect(at.status == EDGECC_NO_DRIVER && at.message[0] != '\0', "a machine without drivers has no session");
  close_session(&at);
}

int main(void) {
  static uint32_t weights[weights_elements];
  fill(weights, weights_elements);
  /* A setting of the layer itself: find barriers that are missing. */
  setenv("VK_LAYER_ENABLES", "VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT", 1);
  bad_arguments_are_refused(weights);
  int obstacle = find_obstacle();
  if (obstacle != 0)
    return failures != 0 ? 1 : obstacle;

  for (uint32_t i = 0; i < 4; ++i)
    example_runs_again_and_again(weights, i & 1, i >> 1);
  model_without_tasks_runs();
  for (uint32_t staging = 0; staging < 2; ++staging) {
    bytes_of_a_word_are_apart(staging);
    large_weights_arrive(staging);
  }
  random_networks_agree(weights, 24);
  times_are_given_where_asked_for(weights);
  devices_are_found_by_name();
  damaged_cache_is_replaced(weights);
  bad_modules_are_refused(weights);
  missing_features_are_refused(weights);
  bad_tasks_are_refused(weights);
  bad_operands_are_refused(weights);
  models_for_others_are_refused(weights);
  bad_runs_are_refused(weights);
  machine_without_drivers_has_no_session();
  return failures != 0;
}
