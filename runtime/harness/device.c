#include "device.h"

#include "edgecc/device.h"
#include "edgecc/status.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct device_api {
  edgecc_device_kind kind;
  const char *name;
  const char *install; /* what brings a driver */
  size_t (*bytes)(const edgecc_model *model);
  edgecc_status (*init)(void *memory, size_t bytes, const options *opts, device *device);
  edgecc_status (*run)(void *session, const void *const *inputs, void *const *outputs, void *arena);
  edgecc_status (*times)(const void *session, double *out_us, uint32_t count);
  unsigned (*complaints)(const void *session);
  void (*destroy)(void *session);
};

#ifdef EDGECC_HARNESS_OPENCL
#include "edgecc/opencl.h"

static edgecc_status opencl_init(void *memory, size_t bytes, const options *opts, device *device) {
  edgecc_opencl_options settings;
  memset(&settings, 0, sizeof settings);
  settings.struct_bytes = sizeof settings;
  settings.profile = opts->profile;
  settings.device = opts->device;
  settings.cache_folder = opts->cache_folder;
  settings.message = device->message;
  settings.message_bytes = sizeof device->message;
  edgecc_opencl *session = NULL;
  edgecc_status status = edgecc_opencl_init(memory, bytes, device->model, &settings, &session);
  device->session = session;
  return status;
}
static edgecc_status opencl_run(void *session, const void *const *inputs, void *const *outputs, void *arena) {
  return edgecc_opencl_run(session, inputs, outputs, arena);
}
static edgecc_status opencl_times(const void *session, double *out_us, uint32_t count) {
  return edgecc_opencl_times(session, out_us, count);
}
static unsigned opencl_complaints(const void *session) {
  (void)session;
  return 0;
}
static void opencl_destroy(void *session) { edgecc_opencl_destroy(session); }
#endif

#ifdef EDGECC_HARNESS_VULKAN
#include "edgecc/vulkan.h"

static edgecc_status vulkan_init(void *memory, size_t bytes, const options *opts, device *device) {
  edgecc_vulkan_options settings;
  memset(&settings, 0, sizeof settings);
  settings.struct_bytes = sizeof settings;
  settings.profile = opts->profile;
  settings.validate = opts->validate;
  settings.device = opts->device;
  settings.cache_folder = opts->cache_folder;
  settings.message = device->message;
  settings.message_bytes = sizeof device->message;
  edgecc_vulkan *session = NULL;
  edgecc_status status = edgecc_vulkan_init(memory, bytes, device->model, &settings, &session);
  device->session = session;
  return status;
}
static edgecc_status vulkan_run(void *session, const void *const *inputs, void *const *outputs, void *arena) {
  return edgecc_vulkan_run(session, inputs, outputs, arena);
}
static edgecc_status vulkan_times(const void *session, double *out_us, uint32_t count) {
  return edgecc_vulkan_times(session, out_us, count);
}
static unsigned vulkan_complaints(const void *session) { return edgecc_vulkan_validation_messages(session); }
static void vulkan_destroy(void *session) { edgecc_vulkan_destroy(session); }
#endif

static const device_api apis[] = {
#ifdef EDGECC_HARNESS_OPENCL
    {EDGECC_DEVICE_OPENCL, "OpenCL", "an OpenCL driver; for this machine's CPU, Debian has pocl-opencl-icd",
     edgecc_opencl_bytes, opencl_init, opencl_run, opencl_times, opencl_complaints, opencl_destroy},
#endif
#ifdef EDGECC_HARNESS_VULKAN
    {EDGECC_DEVICE_VULKAN, "Vulkan", "a Vulkan driver; for this machine's CPU, Debian has mesa-vulkan-drivers",
     edgecc_vulkan_bytes, vulkan_init, vulkan_run, vulkan_times, vulkan_complaints, vulkan_destroy},
#endif
    {0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL}};

const edgecc_program *program_of(const edgecc_model *model) {
  return model->struct_bytes >= offsetof(edgecc_model, program) + sizeof model->program ? model->program : NULL;
}

static void complain(const device *device, edgecc_status status, const char *what) {
  fprintf(stderr, "harness: error: %s %s: %s", device->api->name, what, edgecc_status_name(status));
  if (device->message[0] != '\0')
    fprintf(stderr, ": %s", device->message);
  if (status == EDGECC_NO_DRIVER)
    fprintf(stderr, "; install %s", device->api->install);
  fputc('\n', stderr);
}

bool open_device(const edgecc_model *model, const options *opts, device *out) {
  memset(out, 0, sizeof *out);
  out->model = model;
  const edgecc_program *program = program_of(model);
  if (!program || opts->on_cpu)
    return true;
  for (const device_api *api = apis; api->name; ++api)
    if ((uint32_t)api->kind == program->kind)
      out->api = api;
  if (!out->api) {
    fprintf(stderr, "harness: error: this harness was built without the library for devices of kind %u\n",
            (unsigned)program->kind);
    return false;
  }
  size_t bytes = out->api->bytes(model);
  void *memory = malloc(bytes ? bytes : 1);
  edgecc_status status = memory ? out->api->init(memory, bytes, opts, out) : EDGECC_NO_SPACE;
  if (status != EDGECC_OK)
    complain(out, status, "device");
  return status == EDGECC_OK;
}

bool run_device(device *device, const buffers *memory) {
  edgecc_status status = device->api->run(device->session, memory->inputs, memory->outputs, memory->arena);
  if (status != EDGECC_OK)
    complain(device, status, "run");
  return status == EDGECC_OK;
}

void task_steps(const device *device, step_range *out_ranges) {
  const edgecc_program *program = device->model->program;
  for (uint32_t i = 0; i < program->num_tasks; ++i) {
    bool is_last = i + 1 == program->num_tasks;
    out_ranges[i] =
        (step_range){program->tasks[i].step, is_last ? device->model->num_steps : program->tasks[i + 1].step};
  }
}

bool task_times(device *device, double *out_us) {
  edgecc_status status = device->api->times(device->session, out_us, device->model->program->num_tasks);
  if (status != EDGECC_OK)
    complain(device, status, "times");
  return status == EDGECC_OK;
}

bool close_device(device *device) {
  if (!device->api)
    return true;
  unsigned complaints = device->api->complaints(device->session);
  if (complaints)
    fprintf(stderr, "harness: error: the validation layer has %u messages; the first: %s\n", complaints,
            device->message);
  device->api->destroy(device->session);
  return complaints == 0;
}
