#include "check.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
  known_features = EDGECC_FEATURE_8_BIT | EDGECC_FEATURE_16_BIT | EDGECC_FEATURE_64_BIT | EDGECC_FEATURE_FLOAT16 |
                   EDGECC_FEATURE_FLOAT64
};

static cl_ulong device_number(const edgecc_cl_driver *cl, const edgecc_cl_device *device, cl_device_info what) {
  cl_ulong number = 0;
  cl->GetDeviceInfo(device->id, what, sizeof number, &number, NULL);
  return number;
}

/* Whether `word` is one of the words of `list`, between spaces. */
static bool has_word(const char *list, const char *word) {
  size_t length = strlen(word);
  for (const char *at = strstr(list, word); at; at = strstr(at + 1, word)) {
    bool begins = at == list || at[-1] == ' ';
    bool ends = at[length] == ' ' || at[length] == 0;
    if (begins && ends)
      return true;
  }
  return false;
}

static bool has_extension(const edgecc_cl_driver *cl, const edgecc_cl_device *device, const char *name) {
  char *extensions = edgecc_cl_device_text(cl, device->id, CL_DEVICE_EXTENSIONS);
  bool found = extensions && has_word(extensions, name);
  free(extensions);
  return found;
}

/* The embedded profile leaves 64-bit integers out; 8 and 16 bits belong to both profiles. */
static bool has_64_bit(const edgecc_cl_driver *cl, const edgecc_cl_device *device) {
  char *profile = edgecc_cl_device_text(cl, device->id, CL_DEVICE_PROFILE);
  bool full = profile && strcmp(profile, "FULL_PROFILE") == 0;
  free(profile);
  return full || has_extension(cl, device, "cles_khr_int64");
}

static edgecc_status check_features(const edgecc_cl_driver *cl, const edgecc_cl_device *device, uint32_t features,
                                    const edgecc_message *message) {
  const char *missing = NULL;
  if ((features & EDGECC_FEATURE_64_BIT) && !has_64_bit(cl, device))
    missing = "64-bit integers (cles_khr_int64)";
  if ((features & EDGECC_FEATURE_FLOAT16) && !has_extension(cl, device, "cl_khr_fp16"))
    missing = "half precision (cl_khr_fp16)";
  if ((features & EDGECC_FEATURE_FLOAT64) && !has_extension(cl, device, "cl_khr_fp64"))
    missing = "double precision (cl_khr_fp64)";
  if (features & ~(uint32_t)known_features)
    missing = "a feature that this version of the library does not know";
  if (!missing)
    return EDGECC_OK;
  return edgecc_message_fail(message, EDGECC_BAD_PROGRAM, "the model needs %s, which '%s' does not have", missing,
                             device->name);
}

/* The largest space and the sum of all, which means nothing if the largest is more than the device allocates. */
static void measure(const edgecc_model *model, uint64_t *out_largest, uint64_t *out_sum) {
  const edgecc_program *program = model->program;
  uint64_t largest = program->weights_bytes > model->arena_bytes ? program->weights_bytes : model->arena_bytes;
  uint64_t sum = program->weights_bytes + model->arena_bytes;
  for (uint32_t i = 0; i < model->num_inputs; ++i) {
    largest = model->inputs[i].bytes > largest ? model->inputs[i].bytes : largest;
    sum += model->inputs[i].bytes;
  }
  for (uint32_t i = 0; i < model->num_outputs; ++i) {
    largest = model->outputs[i].bytes > largest ? model->outputs[i].bytes : largest;
    sum += model->outputs[i].bytes;
  }
  *out_largest = largest;
  *out_sum = sum;
}

static edgecc_status check_memory(const edgecc_cl_driver *cl, const edgecc_cl_device *device, const edgecc_model *model,
                                  const edgecc_message *message) {
  uint64_t largest, sum;
  measure(model, &largest, &sum);
  uint64_t largest_allowed = device_number(cl, device, CL_DEVICE_MAX_MEM_ALLOC_SIZE);
  uint64_t sum_allowed = device_number(cl, device, CL_DEVICE_GLOBAL_MEM_SIZE);
  if (largest > largest_allowed || largest > SIZE_MAX)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM,
                               "the arena, the weights or a tensor has %" PRIu64 " bytes, '%s' allocates %" PRIu64
                               " at most (CL_DEVICE_MAX_MEM_ALLOC_SIZE)",
                               largest, device->name, largest_allowed);
  if (sum > sum_allowed)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM,
                               "the model needs %" PRIu64 " bytes, '%s' has %" PRIu64 " (CL_DEVICE_GLOBAL_MEM_SIZE)",
                               sum, device->name, sum_allowed);
  return EDGECC_OK;
}

edgecc_status edgecc_cl_check_device(const edgecc_cl_driver *cl, const edgecc_cl_device *device,
                                     const edgecc_model *model, const edgecc_message *message) {
  edgecc_status status = check_features(cl, device, model->program->features, message);
  return status == EDGECC_OK ? check_memory(cl, device, model, message) : status;
}

static edgecc_status check_group_size(const edgecc_cl_driver *cl, const edgecc_cl_device *device, cl_kernel kernel,
                                      const edgecc_kernel *description, const edgecc_message *message) {
  const uint32_t *local = description->local_size;
  size_t compiled[3] = {0, 0, 0}; /* from reqd_work_group_size; stays 0 without */
  size_t items_allowed = 0;
  cl->GetKernelWorkGroupInfo(kernel, device->id, CL_KERNEL_COMPILE_WORK_GROUP_SIZE, sizeof compiled, compiled, NULL);
  cl->GetKernelWorkGroupInfo(kernel, device->id, CL_KERNEL_WORK_GROUP_SIZE, sizeof items_allowed, &items_allowed, NULL);
  if (compiled[0] != 0 && (compiled[0] != local[0] || compiled[1] != local[1] || compiled[2] != local[2]))
    return edgecc_message_fail(
        message, EDGECC_BAD_PROGRAM,
        "kernel '%s' was written for work groups of %zu x %zu x %zu items, the program has %" PRIu32 " x %" PRIu32
        " x %" PRIu32,
        description->name, compiled[0], compiled[1], compiled[2], local[0], local[1], local[2]);
  uint64_t plane = (uint64_t)local[0] * local[1];
  if (plane > items_allowed || plane * local[2] > items_allowed)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM,
                               "kernel '%s' has work groups of %" PRIu32 " x %" PRIu32 " x %" PRIu32
                               " items, '%s' runs %zu at most (CL_KERNEL_WORK_GROUP_SIZE)",
                               description->name, local[0], local[1], local[2], device->name, items_allowed);
  return EDGECC_OK;
}

static edgecc_status check_group_sides(const edgecc_cl_driver *cl, const edgecc_cl_device *device,
                                       const edgecc_kernel *description, const edgecc_message *message) {
  size_t allowed[8]; /* a device may count more than our three dimensions; all have three */
  if (cl->GetDeviceInfo(device->id, CL_DEVICE_MAX_WORK_ITEM_SIZES, sizeof allowed, allowed, NULL) != CL_SUCCESS)
    return EDGECC_OK; /* the driver checks again when the kernel is started */
  for (int d = 0; d < 3; ++d)
    if (description->local_size[d] > allowed[d])
      return edgecc_message_fail(message, EDGECC_BAD_PROGRAM,
                                 "kernel '%s' has work groups of %" PRIu32 " items in %c, '%s' runs %zu at most "
                                 "(CL_DEVICE_MAX_WORK_ITEM_SIZES)",
                                 description->name, description->local_size[d], 'x' + d, device->name, allowed[d]);
  return EDGECC_OK;
}

static edgecc_status check_local_memory(const edgecc_cl_driver *cl, const edgecc_cl_device *device, cl_kernel kernel,
                                        const edgecc_kernel *description, const edgecc_message *message) {
  cl_ulong needed = 0;
  cl->GetKernelWorkGroupInfo(kernel, device->id, CL_KERNEL_LOCAL_MEM_SIZE, sizeof needed, &needed, NULL);
  uint64_t allowed = device_number(cl, device, CL_DEVICE_LOCAL_MEM_SIZE);
  if (needed > allowed)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM,
                               "kernel '%s' needs %" PRIu64 " bytes of local memory, '%s' has %" PRIu64
                               " (CL_DEVICE_LOCAL_MEM_SIZE)",
                               description->name, (uint64_t)needed, device->name, allowed);
  return EDGECC_OK;
}

edgecc_status edgecc_cl_check_kernel(const edgecc_cl_driver *cl, const edgecc_cl_device *device, cl_kernel kernel,
                                     const edgecc_kernel *description, const edgecc_message *message) {
  edgecc_status status = check_group_size(cl, device, kernel, description, message);
  if (status == EDGECC_OK)
    status = check_group_sides(cl, device, description, message);
  if (status == EDGECC_OK)
    status = check_local_memory(cl, device, kernel, description, message);
  return status;
}
