/* Runs any compiled model from the command line: inputs from files, outputs to files, times and descriptor as JSON.
 *
 * The model is bound when the harness is linked, by giving its descriptor a second name:
 *
 *     cc libedgecc_harness.a libdigits.a -Wl,--undefined=digits_model \
 *        -Wl,--defsym=edgecc_harness_model=digits_model -lm -lpthread -o digits
 *
 * A model that takes camera frames gets another definition: -Wl,--defsym=edgecc_harness_frame=digits_frame_stage
 *
 * Exit code 0: done; 1: bad arguments or files; 2: the model misbehaved.
 */
#include "buffers.h"
#include "device.h"
#include "forbid_malloc.h"
#include "options.h"
#include "report.h"

#include "edgecc/device.h"
#include "edgecc/model.h"
#include "edgecc/pool.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

extern const edgecc_model edgecc_harness_model;
extern const edgecc_frame_stage edgecc_harness_frame __attribute__((weak)); /* at NULL without frames */

enum { exit_done = 0, exit_input = 1, exit_model = 2 };

static double now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static bool is_our_version(const edgecc_model *model) {
  const size_t first_version_bytes = offsetof(edgecc_model, program);
  if (model->abi_version == EDGECC_MODEL_ABI_VERSION && model->struct_bytes >= first_version_bytes)
    return true;
  fprintf(stderr, "harness: error: the model has descriptor version %u with %u bytes, expected %u with %u or more\n",
          (unsigned)model->abi_version, (unsigned)model->struct_bytes, EDGECC_MODEL_ABI_VERSION,
          (unsigned)first_version_bytes);
  return false;
}

/* A pool of that many threads; *out is NULL for one thread. */
static bool make_pool(unsigned threads, edgecc_pool **out) {
  *out = NULL;
  if (threads == 1)
    return true;
  size_t bytes = edgecc_pool_bytes(threads);
  edgecc_status status = edgecc_pool_init(aligned_alloc(EDGECC_POOL_ALIGNMENT, bytes), bytes, threads, out);
  if (status != EDGECC_OK)
    fprintf(stderr, "harness: error: no pool of %u threads: %s\n", threads, edgecc_status_name(status));
  return status == EDGECC_OK;
}

/* Runs warmup + repeat times and stores the last `repeat` times. */
static bool run_whole(const edgecc_model *model, const options *opts, const buffers *memory, edgecc_pool *pool,
                      device *device, double *times_us) {
  unsigned repeat = opts->repeat ? opts->repeat : 1;
  for (unsigned i = 0; i < opts->warmup + repeat; ++i) {
    double start = now_us();
    int failed =
        device->api ? !run_device(device, memory) : model->run(memory->inputs, memory->outputs, memory->arena, pool);
    double end = now_us();
    if (failed && device->api)
      return false;
    if (failed) {
      fprintf(stderr, "harness: error: the run function of '%s' returned %d\n", model->name, failed);
      return false;
    }
    if (i >= opts->warmup)
      times_us[i - opts->warmup] = end - start;
  }
  return true;
}

/* The same step by step; the times of step s begin at times_us[s * repeat]. */
static void run_steps(const edgecc_model *model, const options *opts, const buffers *memory, edgecc_pool *pool,
                      double *times_us) {
  unsigned repeat = opts->repeat ? opts->repeat : 1;
  for (unsigned i = 0; i < opts->warmup + repeat; ++i) {
    for (uint32_t step = 0; step < model->num_steps; ++step) {
      double start = now_us();
      model->step(step, memory->inputs, memory->outputs, memory->arena, pool);
      double end = now_us();
      if (i >= opts->warmup)
        times_us[(size_t)step * repeat + (i - opts->warmup)] = end - start;
    }
  }
}

/* The same on a device task by task; it runs all and tells their times afterwards. */
static bool run_device_tasks(const edgecc_model *model, const options *opts, const buffers *memory, device *device,
                             double *times_us) {
  uint32_t num_tasks = model->program->num_tasks;
  unsigned repeat = opts->repeat ? opts->repeat : 1;
  double *last_us = malloc((num_tasks + 1u) * sizeof *last_us);
  bool good = last_us != NULL;
  for (unsigned i = 0; good && i < opts->warmup + repeat; ++i) {
    good = run_device(device, memory) && task_times(device, last_us);
    for (uint32_t task = 0; good && i >= opts->warmup && task < num_tasks; ++task)
      times_us[(size_t)task * repeat + (i - opts->warmup)] = last_us[task];
  }
  free(last_us);
  return good;
}

/* Runs once on each record behind the first, and stores the outputs of all. */
static int run_records(const edgecc_model *model, const options *opts, const buffers *memory, edgecc_pool *pool,
                       device *device) {
  for (unsigned record = 0; record < opts->records; ++record) {
    if (record > 0 && !load_record(model, opts->input_files, record, opts->records, memory))
      return exit_input;
    double time_us;
    if (!run_whole(model, opts, memory, pool, device, &time_us) || !check_guards(model, memory))
      return exit_model;
    if (!store_outputs(model, memory, opts->output_files, record > 0))
      return exit_input;
  }
  return exit_done;
}

/* What is measured at once: the tasks of a device, each step on the CPU. NULL if memory is used up. */
static step_range *find_ranges(const edgecc_model *model, const device *device, size_t *out_count) {
  *out_count = device->api ? model->program->num_tasks : model->num_steps;
  step_range *ranges = malloc((*out_count + 1) * sizeof *ranges);
  if (ranges && device->api)
    task_steps(device, ranges);
  for (uint32_t i = 0; ranges && !device->api && i < model->num_steps; ++i)
    ranges[i] = (step_range){i, i + 1};
  return ranges;
}

static int run(const edgecc_model *model, const options *opts) {
  buffers memory;
  edgecc_pool *pool;
  device device;
  unsigned records = opts->records ? opts->records : 1;
  if (!load_buffers(model, opts->input_files, records, &edgecc_harness_frame, opts->frame_file, &memory) ||
      !make_pool(opts->threads, &pool) || !open_device(model, opts, &device))
    return exit_input;

  if (opts->records) {
    int code = run_records(model, opts, &memory, pool, &device);
    edgecc_pool_destroy(pool);
    return close_device(&device) || code != exit_done ? code : exit_model;
  }
  size_t repeat = opts->repeat ? opts->repeat : 1;
  size_t num_ranges;
  step_range *ranges = find_ranges(model, &device, &num_ranges);
  double *times_us = calloc(repeat * (opts->profile ? num_ranges + 1 : 1), sizeof *times_us);
  if (!times_us || !ranges)
    return exit_input;

  forbid_malloc(opts->forbid_malloc && !device.api); /* Drivers allocate as they like. */
  bool ran = true;
  if (opts->profile && device.api)
    ran = run_device_tasks(model, opts, &memory, &device, times_us);
  else if (opts->profile)
    run_steps(model, opts, &memory, pool, times_us);
  else
    ran = run_whole(model, opts, &memory, pool, &device, times_us);
  forbid_malloc(false);
  edgecc_pool_destroy(pool);
  ran &= close_device(&device);

  if (!check_guards(model, &memory) || !ran)
    return exit_model;
  if (opts->profile)
    print_profile(model, ranges, num_ranges, times_us, repeat, opts->threads);
  else if (opts->repeat)
    print_times(times_us, repeat, opts->threads);
  return store_outputs(model, &memory, opts->output_files, /*append=*/false) ? exit_done : exit_input;
}

int main(int argc, char **argv) {
  const edgecc_model *model = &edgecc_harness_model;
  options opts;
  if (!is_our_version(model))
    return exit_model;
  if (!parse_options(argc, argv, model, &opts))
    return exit_input;
  if (opts.describe) {
    print_description(model, &edgecc_harness_frame);
    return exit_done;
  }
  return run(model, &opts);
}
