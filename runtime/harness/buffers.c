#include "buffers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum { guard_bytes = 256, guard_value = 0xC5, unwritten_value = 0xFF, least_alignment = 64 };

void *guarded_memory(uint64_t bytes, uint64_t alignment) {
  if (alignment < least_alignment)
    alignment = least_alignment;
  uint64_t front = (guard_bytes + alignment - 1) / alignment * alignment;
  uint64_t total = front + bytes + guard_bytes;
  unsigned char *block = total > SIZE_MAX - alignment ? NULL : malloc((size_t)(total + alignment));
  if (!block) {
    fprintf(stderr, "harness: error: no memory for a buffer of %llu bytes\n", (unsigned long long)bytes);
    exit(1);
  }
  block += (alignment - (uintptr_t)block % alignment) % alignment;
  unsigned char *memory = block + front;
  memset(memory - guard_bytes, guard_value, guard_bytes);
  memset(memory, unwritten_value, (size_t)bytes);
  memset(memory + bytes, guard_value, guard_bytes);
  return memory;
}

static bool is_guard(const unsigned char *bytes) {
  for (int i = 0; i < guard_bytes; ++i)
    if (bytes[i] != guard_value)
      return false;
  return true;
}

bool guards_are_intact(const void *memory, uint64_t bytes) {
  const unsigned char *begin = memory;
  return is_guard(begin - guard_bytes) && is_guard(begin + bytes);
}

/* Reads record `record` of a file of exactly `records` records of that many bytes; `what` names what it is for. */
static bool read_bytes(const char *path, const char *what, uint64_t bytes, unsigned record, unsigned records,
                       void *out) {
  FILE *file = fopen(path, "rb");
  if (!file) {
    fprintf(stderr, "%s: error: cannot open the file for input '%s'\n", path, what);
    return false;
  }
  bool placed = fseeko(file, (off_t)(bytes * record), SEEK_SET) == 0;
  size_t got = placed ? fread(out, 1, (size_t)bytes, file) : 0;
  bool longer = record + 1 == records && fgetc(file) != EOF;
  fclose(file);
  if (got == bytes && !longer)
    return true;
  fprintf(stderr, "%s: error: input '%s' takes %llu bytes, but the file has %s\n", path, what,
          (unsigned long long)bytes * records, longer ? "more" : "fewer");
  return false;
}

/* Reads a frame, planes one behind the other, and makes input 0 of it. */
static bool prepare_frame(const edgecc_model *model, const edgecc_frame_stage *stage, const char *path, void *tensor) {
  if (!stage) {
    fprintf(stderr, "harness: error: '%s' takes no frame; compile it with --image-input\n", model->name);
    return false;
  }
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < stage->num_planes; ++i)
    bytes += (uint64_t)stage->row_bytes[i] * stage->rows[i];
  uint8_t *pixels = guarded_memory(bytes, 1);
  if (!read_bytes(path, "frame", bytes, 0, 1, pixels))
    return false;
  edgecc_frame frame = {{NULL, NULL}, {0, 0}};
  for (uint32_t i = 0; i < stage->num_planes; ++i) {
    frame.planes[i] = pixels;
    frame.strides[i] = stage->row_bytes[i];
    pixels += (size_t)stage->row_bytes[i] * stage->rows[i];
  }
  if (stage->prepare(&frame, tensor) == 0 && guards_are_intact(tensor, model->inputs[0].bytes))
    return true;
  fprintf(stderr, "harness: error: '%s' cannot make its input of the frame\n", model->name);
  return false;
}

bool load_buffers(const edgecc_model *model, const char *const *input_files, unsigned records,
                  const edgecc_frame_stage *stage, const char *frame_file, buffers *out) {
  out->inputs = malloc((model->num_inputs + 1u) * sizeof(void *));
  out->outputs = malloc((model->num_outputs + 1u) * sizeof(void *));
  if (!out->inputs || !out->outputs)
    return false;
  for (uint32_t i = 0; i < model->num_inputs; ++i) {
    const edgecc_tensor *tensor = &model->inputs[i];
    bool is_frame = i == 0 && frame_file;
    if (!input_files[i] && !is_frame) {
      fprintf(stderr, "harness: error: input %u ('%s') has no file; give --input %u=FILE\n", (unsigned)i, tensor->name,
              (unsigned)i);
      return false;
    }
    void *memory = guarded_memory(tensor->bytes, model->arena_alignment);
    if (is_frame ? !prepare_frame(model, stage, frame_file, memory)
                 : !read_bytes(input_files[i], tensor->name, tensor->bytes, 0, records, memory))
      return false;
    out->inputs[i] = memory;
  }
  for (uint32_t i = 0; i < model->num_outputs; ++i)
    out->outputs[i] = guarded_memory(model->outputs[i].bytes, model->arena_alignment);
  out->arena = guarded_memory(model->arena_bytes, model->arena_alignment);
  return true;
}

bool load_record(const edgecc_model *model, const char *const *input_files, unsigned record, unsigned records,
                 const buffers *memory) {
  for (uint32_t i = 0; i < model->num_inputs; ++i) {
    const edgecc_tensor *tensor = &model->inputs[i];
    void *input = (void *)(uintptr_t)memory->inputs[i]; /* The model may not write it; we made it. */
    if (!read_bytes(input_files[i], tensor->name, tensor->bytes, record, records, input))
      return false;
  }
  return true;
}

bool check_guards(const edgecc_model *model, const buffers *memory) {
  bool intact = true;
  for (uint32_t i = 0; i < model->num_outputs; ++i) {
    if (guards_are_intact(memory->outputs[i], model->outputs[i].bytes))
      continue;
    fprintf(stderr, "harness: error: the model wrote outside of output '%s'\n", model->outputs[i].name);
    intact = false;
  }
  if (!guards_are_intact(memory->arena, model->arena_bytes)) {
    fputs("harness: error: the model wrote outside of its arena\n", stderr);
    intact = false;
  }
  return intact;
}

bool store_outputs(const edgecc_model *model, const buffers *memory, const char *const *output_files, bool append) {
  for (uint32_t i = 0; i < model->num_outputs; ++i) {
    if (!output_files[i])
      continue;
    size_t bytes = (size_t)model->outputs[i].bytes;
    FILE *file = fopen(output_files[i], append ? "ab" : "wb");
    bool written = file && fwrite(memory->outputs[i], 1, bytes, file) == bytes;
    if (file && fclose(file) != 0)
      written = false;
    if (!written) {
      fprintf(stderr, "%s: error: cannot write output '%s'\n", output_files[i], model->outputs[i].name);
      return false;
    }
  }
  return true;
}
