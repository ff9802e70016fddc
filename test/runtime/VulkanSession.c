#include "VulkanSession.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int failures;

void expect(int condition, const char *what) {
  if (condition)
    return;
  printf("not true: %s\n", what);
  failures++;
}

edgecc_vulkan_options default_options(void) {
  edgecc_vulkan_options options;
  memset(&options, 0, sizeof options);
  options.struct_bytes = sizeof options;
  options.validate = 1;
  return options;
}

void open_session(opened *out, const edgecc_model *model, edgecc_vulkan_options options) {
  size_t bytes = edgecc_vulkan_bytes(model);
  out->session = NULL;
  out->memory = malloc(bytes > 0 ? bytes : 1);
  options.message = out->message;
  options.message_bytes = sizeof out->message;
  out->status = edgecc_vulkan_init(out->memory, bytes, model, &options, &out->session);
}

void close_session(opened *of) {
  edgecc_vulkan_destroy(of->session); /* what it leaves on the device is one more message */
  free(of->memory);
}

void close_quiet_session(opened *of) {
  uint32_t messages = edgecc_vulkan_validation_messages(of->session);
  close_session(of);
  if (messages > 0 || of->message[0] != '\0')
    printf("%s\n", of->message);
  expect(messages == 0 && of->message[0] == '\0', "the validation layer is quiet");
}

static uint32_t random_state = 1;

static uint32_t next_random(void) { return random_state = random_state * 1664525 + 1013904223; }

uint32_t random_below(uint32_t limit) { return (next_random() >> 8) % limit; }

void fill(uint32_t *values, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i)
    values[i] = next_random();
}

void make_word_network(network *out, const uint32_t *weights, uint64_t count) {
  make_network(out, input_elements * sizeof(uint32_t), output_elements * sizeof(uint32_t),
               arena_elements * sizeof(uint32_t), weights, count * sizeof(uint32_t), false);
}

/* No operand but the first begins where a device would let a binding begin. */
void make_example(network *out, const uint32_t *weights) {
  const edgecc_space input = EDGECC_SPACE_INPUT, output = EDGECC_SPACE_OUTPUT;
  const edgecc_space arena = EDGECC_SPACE_ARENA, weight = EDGECC_SPACE_WEIGHTS;
  make_word_network(out, weights, weights_elements);
  add_task(out, op_increment, false, 4, (place[]){{weight, 0}, {output, 0}});
  add_task(out, op_multiply, false, 1, (place[]){{input, 3}, {weight, 5}, {arena, arena_elements}, {arena, 7}});
  add_task(out, op_increment, false, 1, (place[]){{arena, 7}, {arena, 7}}); /* in place */
  add_task(out, op_accumulate, false, 1, (place[]){{input, 1}, {arena, 7}});
  add_task(out, op_increment, true, 1, (place[]){{arena, 7}, {output, 1}});
  add_task(out, op_accumulate, true, 1, (place[]){{output, 1}, {arena, 7}});
  add_task(out, op_increment, false, 1, (place[]){{arena, 7}, {output, 11}});
  add_task(out, op_multiply, false, 1, (place[]){{output, 1}, {weight, 77}, {input, 0}, {arena, 42}});
  add_task(out, op_accumulate, false, 1, (place[]){{arena, 42}, {output, 22}});
  add_task(out, op_multiply, true, 1, (place[]){{arena, 42}, {input, 9}, {output, 0}, {output, 5}});
}

/* The arenas begin with different contents, for nothing may depend on them. */
void compare_run(edgecc_vulkan *session, const network *net) {
  static uint32_t x[input_elements], y[output_elements], expected_y[output_elements];
  static uint32_t arena[arena_elements], expected_arena[arena_elements];
  fill(x, input_elements);
  fill(arena, arena_elements);
  fill(expected_arena, arena_elements);
  memset(y, 0xA5, sizeof y);
  memset(expected_y, 0x5A, sizeof expected_y);
  const void *inputs[] = {x, NULL};
  void *outputs[] = {y, NULL}, *expected_outputs[] = {expected_y, NULL};
  run_reference(net, inputs, expected_outputs, expected_arena);
  expect(edgecc_vulkan_run(session, inputs, outputs, arena) == EDGECC_OK, "a run is ok");
  expect(memcmp(y, expected_y, net->outputs[0].bytes) == 0, "the outputs are those of the CPU");
}

long read_only_file(const char *folder, char *out_path, size_t path_bytes, char *out, size_t out_bytes) {
  int count = 0;
  DIR *directory = opendir(folder);
  for (const struct dirent *entry; directory && (entry = readdir(directory)) != NULL;)
    if (entry->d_name[0] != '.' && ++count == 1)
      snprintf(out_path, path_bytes, "%s/%s", folder, entry->d_name);
  if (directory)
    closedir(directory);
  FILE *file = count == 1 ? fopen(out_path, "rb") : NULL;
  if (!file)
    return -1;
  long bytes = (long)fread(out, 1, out_bytes, file);
  fclose(file);
  return bytes;
}

void write_file(const char *path, const char *data, size_t bytes) {
  FILE *file = fopen(path, "wb");
  expect(file && fwrite(data, 1, bytes, file) == bytes, "a file is written");
  if (file)
    fclose(file);
}

int find_obstacle(void) {
  static network net;
  opened at;
  edgecc_vulkan_options options = default_options();
  make_network(&net, 4, 4, 0, NULL, 0, false);
  options.validate = 0;
  open_session(&at, &net.model, options);
  if (at.status == EDGECC_OK) {
    close_session(&at);
    options.validate = 1;
    open_session(&at, &net.model, options);
  }
  if (at.status == EDGECC_NO_DRIVER)
    printf("skipped: %s\n", at.message);
  close_session(&at);
  return at.status == EDGECC_NO_DRIVER ? 77 : 0;
}
