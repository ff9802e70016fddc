/* The command line of the harness. */
#ifndef EDGECC_HARNESS_OPTIONS_H
#define EDGECC_HARNESS_OPTIONS_H

#include "edgecc/model.h"

#include <stdbool.h>

typedef struct options {
  const char **input_files;  /* one for each input of the model; NULL where none was given */
  const char **output_files; /* one for each output; NULL: not written */
  const char *frame_file;    /* of a camera frame in place of input 0; NULL where none was given */
  unsigned repeat;           /* 0: not given; runs once and prints no times */
  unsigned warmup;
  unsigned threads;
  unsigned records; /* samples in each input file, one run for each; 0: not given, one */
  bool profile;
  bool describe;
  bool forbid_malloc;
  /* For models with a device. */
  const char *device;       /* part of its name; NULL: any */
  const char *cache_folder; /* for compiled kernels; NULL: none */
  bool validate;            /* with the validation layer, where there is one */
  bool on_cpu;              /* run on the CPU all the same */
} options;

/* Reads the command line; on a mistake says what is wrong on stderr and returns false. */
bool parse_options(int argc, char **argv, const edgecc_model *model, options *out);

#endif
