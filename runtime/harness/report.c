#include "report.h"
#include "device.h"

#include "edgecc/device.h"

#include <stdio.h>
#include <stdlib.h>

static void print_characters(const char *text) {
  for (const char *c = text ? text : ""; *c != '\0'; ++c) {
    if (*c == '"' || *c == '\\')
      printf("\\%c", *c);
    else if ((unsigned char)*c < 0x20)
      printf("\\u%04x", (unsigned)*c);
    else
      putchar(*c);
  }
}

static void print_string(const char *text) {
  putchar('"');
  print_characters(text);
  putchar('"');
}

static void print_text_field(const char *key, const char *value) {
  printf("\"%s\": ", key);
  print_string(value);
  fputs(", ", stdout);
}

static void print_number_field(const char *key, uint64_t value) {
  printf("\"%s\": %llu, ", key, (unsigned long long)value);
}

static void print_tensors(const char *key, const edgecc_tensor *tensors, uint32_t count) {
  printf("\"%s\": [", key);
  for (uint32_t i = 0; i < count; ++i) {
    fputs(i ? ", {" : "{", stdout);
    print_text_field("name", tensors[i].name);
    print_number_field("dtype", tensors[i].dtype);
    print_number_field("bytes", tensors[i].bytes);
    fputs("\"shape\": [", stdout);
    for (uint32_t d = 0; d < tensors[i].rank; ++d)
      printf("%s%llu", d ? ", " : "", (unsigned long long)tensors[i].shape[d]);
    fputs("]}", stdout);
  }
  fputs("], ", stdout);
}

/* The fields of several steps as those of one, without the closing brace. */
static void print_steps(const edgecc_step *steps, uint32_t count) {
  uint64_t macs = 0, bytes = 0;
  fputs("{\"name\": \"", stdout);
  for (uint32_t i = 0; i < count; ++i) {
    fputs(i ? ", " : "", stdout);
    print_characters(steps[i].name);
    macs += steps[i].macs;
    bytes += steps[i].bytes;
  }
  fputs("\", \"op\": \"", stdout);
  for (uint32_t i = 0; i < count; ++i) {
    fputs(i ? ", " : "", stdout);
    print_characters(steps[i].op);
  }
  fputs("\", ", stdout);
  print_number_field("macs", macs);
  printf("\"bytes\": %llu", (unsigned long long)bytes);
}

/* Steps of a model for a device that the device leaves to the host. */
static uint64_t host_steps(const edgecc_program *program) {
  uint64_t count = 0;
  for (uint32_t i = 0; i < program->num_tasks; ++i)
    count += program->tasks[i].kernel == EDGECC_ON_HOST;
  return count;
}

void print_description(const edgecc_model *model, const edgecc_frame_stage *stage) {
  putchar('{');
  print_text_field("name", model->name);
  print_text_field("hash", model->hash);
  print_tensors("inputs", model->inputs, model->num_inputs);
  print_tensors("outputs", model->outputs, model->num_outputs);
  print_number_field("arena_bytes", model->arena_bytes);
  print_number_field("arena_alignment", model->arena_alignment);
  print_number_field("arena_lower_bound_bytes", model->arena_lower_bound_bytes);
  print_number_field("weight_bytes", model->weight_bytes);
  if (program_of(model))
    print_number_field("host_steps", host_steps(program_of(model)));
  if (stage) {
    fputs("\"frame\": {", stdout);
    print_text_field("format", stage->format);
    printf("\"width\": %u, \"height\": %u}, ", (unsigned)stage->width, (unsigned)stage->height);
  }
  fputs("\"steps\": [", stdout);
  for (uint32_t i = 0; i < model->num_steps; ++i) {
    fputs(i ? ", " : "", stdout);
    print_steps(&model->steps[i], 1);
    putchar('}');
  }
  fputs("]}\n", stdout);
}

static int compare_times(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

void print_times(double *times_us, size_t count, unsigned threads) {
  qsort(times_us, count, sizeof *times_us, compare_times);
  size_t p95 = (count * 95 + 99) / 100 - 1;
  printf("{\"repeat\": %zu, \"threads\": %u, \"min_us\": %.3f, \"median_us\": %.3f, \"p95_us\": %.3f}\n", count,
         threads, times_us[0], times_us[count / 2], times_us[p95]);
}

void print_profile(const edgecc_model *model, const step_range *ranges, size_t num_ranges, double *times_us,
                   size_t repeat, unsigned threads) {
  printf("{\"repeat\": %zu, \"threads\": %u, \"steps\": [", repeat, threads);
  for (size_t i = 0; i < num_ranges; ++i) {
    double *times = times_us + i * repeat;
    qsort(times, repeat, sizeof *times, compare_times);
    fputs(i ? ", " : "", stdout);
    print_steps(model->steps + ranges[i].begin, ranges[i].end - ranges[i].begin);
    printf(", \"median_us\": %.3f}", times[repeat / 2]);
  }
  fputs("]}\n", stdout);
}
