#include "options.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: harness [options]\n"
    "  --input K=FILE    raw little-endian data of input K (from 0); every input needs one\n"
    "  --frame FILE      raw planes of a camera frame, rows without gaps, in place of input 0\n"
    "  --output K=FILE   where to write output K, in the same form\n"
    "  --repeat R        run R times and print min, median and 95th percentile in microseconds\n"
    "  --warmup W        run W times before that (default 0)\n"
    "  --threads N       run on N threads (default 1)\n"
    "  --records N       each file of an input holds N of them: run on each, append to the files of outputs\n"
    "  --profile         run step by step and print the time of each step\n"
    "  --describe        print the model's descriptor and do not run\n"
    "  --forbid-malloc   end with an error when a run allocates or frees memory; not for runs on a device\n"
    "  --device NAME     part of the name of the device to run on (default: any)\n"
    "  --cache FOLDER    where to keep compiled kernels (default: nowhere)\n"
    "  --validate        end with an error when the validation layer has something to say\n"
    "  --on-cpu          run a model for a device on the CPU\n";

static bool parse_number(const char *option, const char *text, unsigned minimum, unsigned *out) {
  char *end = NULL;
  unsigned long value = strtoul(text, &end, 10);
  if (end == text || *end != '\0' || value < minimum || value > UINT_MAX) {
    fprintf(stderr, "harness: error: %s is '%s', expected a number of at least %u\n", option, text, minimum);
    return false;
  }
  *out = (unsigned)value;
  return true;
}

/* Parses K=FILE into files[K]. */
static bool parse_file(const char *option, const char *text, uint32_t count, const char **files) {
  char *end = NULL;
  unsigned long index = strtoul(text, &end, 10);
  if (end == text || *end != '=' || index >= count) {
    fprintf(stderr, "harness: error: %s is '%s', expected K=FILE with K below %u\n", option, text, (unsigned)count);
    return false;
  }
  files[index] = end + 1;
  return true;
}

static bool parse_flag(const char *name, options *out) {
  if (strcmp(name, "--profile") == 0)
    out->profile = true;
  else if (strcmp(name, "--describe") == 0)
    out->describe = true;
  else if (strcmp(name, "--forbid-malloc") == 0)
    out->forbid_malloc = true;
  else if (strcmp(name, "--validate") == 0)
    out->validate = true;
  else if (strcmp(name, "--on-cpu") == 0)
    out->on_cpu = true;
  else
    return false;
  return true;
}

static bool parse_valued(const char *name, const char *value, const edgecc_model *model, options *out) {
  if (strcmp(name, "--input") == 0)
    return parse_file(name, value, model->num_inputs, out->input_files);
  if (strcmp(name, "--frame") == 0) {
    out->frame_file = value;
    return true;
  }
  if (strcmp(name, "--output") == 0)
    return parse_file(name, value, model->num_outputs, out->output_files);
  if (strcmp(name, "--repeat") == 0)
    return parse_number(name, value, 1, &out->repeat);
  if (strcmp(name, "--warmup") == 0)
    return parse_number(name, value, 0, &out->warmup);
  if (strcmp(name, "--threads") == 0)
    return parse_number(name, value, 1, &out->threads);
  if (strcmp(name, "--records") == 0)
    return parse_number(name, value, 1, &out->records);
  if (strcmp(name, "--device") == 0)
    return out->device = value, true;
  if (strcmp(name, "--cache") == 0)
    return out->cache_folder = value, true;
  fprintf(stderr, "harness: error: unknown option '%s'\n%s", name, usage);
  return false;
}

bool parse_options(int argc, char **argv, const edgecc_model *model, options *out) {
  memset(out, 0, sizeof *out);
  out->threads = 1;
  out->input_files = calloc(model->num_inputs + 1u, sizeof(char *));
  out->output_files = calloc(model->num_outputs + 1u, sizeof(char *));
  if (!out->input_files || !out->output_files) {
    fputs("harness: error: out of memory\n", stderr);
    return false;
  }
  for (int i = 1; i < argc; ++i) {
    if (parse_flag(argv[i], out))
      continue;
    if (i + 1 == argc) {
      fprintf(stderr, "harness: error: '%s' is unknown or needs a value\n%s", argv[i], usage);
      return false;
    }
    if (!parse_valued(argv[i], argv[i + 1], model, out))
      return false;
    ++i;
  }
  if (out->records && (out->repeat || out->profile || out->frame_file)) {
    fputs("harness: error: --records runs once on each sample; it goes without --repeat, --profile and --frame\n",
          stderr);
    return false;
  }
  return true;
}
