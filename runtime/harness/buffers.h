/* The memory of one run: inputs, outputs and arena, with guards around what the model writes. */
#ifndef EDGECC_HARNESS_BUFFERS_H
#define EDGECC_HARNESS_BUFFERS_H

#include "edgecc/frame.h"
#include "edgecc/model.h"

#include <stdbool.h>

typedef struct buffers {
  const void **inputs; /* as edgecc_model.run takes them */
  void **outputs;
  void *arena;
} buffers;

/* Memory of `bytes` bytes, aligned, with a guard before and behind it, never freed. Filled with 0xFF, which is NaN for
 * floats, so that a value that nobody wrote shows. Ends the program if there is none. */
void *guarded_memory(uint64_t bytes, uint64_t alignment);

/* Whether both guards of such a block are as they were. */
bool guards_are_intact(const void *memory, uint64_t bytes);

/* Allocates all buffers and reads the inputs, the first of `records` in each file; on failure says why on stderr and
 * returns false. Where `frame_file` is no NULL, it holds a frame of which `stage` makes input 0. */
bool load_buffers(const edgecc_model *model, const char *const *input_files, unsigned records,
                  const edgecc_frame_stage *stage, const char *frame_file, buffers *out);

/* Reads the inputs anew: record `record` of `records` in each file. */
bool load_record(const edgecc_model *model, const char *const *input_files, unsigned record, unsigned records,
                 const buffers *memory);

/* Looks for writes outside of outputs and arena, and says on stderr where. */
bool check_guards(const edgecc_model *model, const buffers *memory);

/* Writes the outputs that have a file, behind what is in it if `append`; on failure says why on stderr and returns
 * false. */
bool store_outputs(const edgecc_model *model, const buffers *memory, const char *const *output_files, bool append);

#endif
