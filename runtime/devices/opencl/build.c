#include "build.h"

#include "cache.h"
#include "check.h"
#include "errors.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Quotients round as IEEE 754 says where the device can: quantised models take the nearest integer of them. */
static const char *build_options(const edgecc_opencl *session) {
  cl_device_fp_config config = 0;
  session->cl.GetDeviceInfo(session->device.id, CL_DEVICE_SINGLE_FP_CONFIG, sizeof config, &config, NULL);
  return config & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT ? "-cl-std=CL1.2 -cl-fp32-correctly-rounded-divide-sqrt"
                                                      : "-cl-std=CL1.2";
}

/* All that a binary depends on but the source, as text; the caller frees it. NULL if memory is used up. */
static char *describe_builder(const edgecc_opencl *session) {
  const edgecc_cl_driver *cl = &session->cl;
  const edgecc_cl_device *device = &session->device;
  char *texts[] = {edgecc_cl_platform_text(cl, device->platform, CL_PLATFORM_NAME),
                   edgecc_cl_platform_text(cl, device->platform, CL_PLATFORM_VERSION),
                   edgecc_cl_device_text(cl, device->id, CL_DEVICE_NAME),
                   edgecc_cl_device_text(cl, device->id, CL_DEVICE_VERSION),
                   edgecc_cl_device_text(cl, device->id, CL_DRIVER_VERSION)};
  enum { num_texts = sizeof texts / sizeof texts[0] };
  const char *options = build_options(session);
  size_t bytes = strlen(options) + 1;
  for (int i = 0; i < num_texts; ++i)
    bytes += (texts[i] ? strlen(texts[i]) : 0) + 1;
  char *all = malloc(bytes);
  if (all)
    snprintf(all, bytes, "%s\n%s\n%s\n%s\n%s\n%s", texts[0] ? texts[0] : "", texts[1] ? texts[1] : "",
             texts[2] ? texts[2] : "", texts[3] ? texts[3] : "", texts[4] ? texts[4] : "", options);
  for (int i = 0; i < num_texts; ++i)
    free(texts[i]);
  return all;
}

static edgecc_status fail_to_build(const edgecc_opencl *session, cl_program program, cl_int error) {
  const edgecc_cl_driver *cl = &session->cl;
  edgecc_message_fail(&session->message, EDGECC_BAD_PROGRAM, "the kernels of model '%s' do not compile for '%s': %s",
                      session->model->name, session->device.name, edgecc_cl_error_name(error));
  size_t bytes = 0;
  if (cl->GetProgramBuildInfo(program, session->device.id, CL_PROGRAM_BUILD_LOG, 0, NULL, &bytes) != CL_SUCCESS)
    return EDGECC_BAD_PROGRAM;
  char *log = calloc(bytes + 1, 1);
  if (log && cl->GetProgramBuildInfo(program, session->device.id, CL_PROGRAM_BUILD_LOG, bytes, log, NULL) == CL_SUCCESS)
    edgecc_message_say(&session->message, "\n%s", log);
  free(log);
  return EDGECC_BAD_PROGRAM;
}

static edgecc_status build_source(const edgecc_opencl *session, const edgecc_cl_cache_key *key, cl_program *out) {
  const edgecc_cl_driver *cl = &session->cl;
  cl_int error;
  const char *source = key->source;
  cl_program program = cl->CreateProgramWithSource(session->context, 1, &source, &key->source_bytes, &error);
  if (!program)
    return edgecc_message_fail(&session->message, EDGECC_BAD_PROGRAM, "cannot make an OpenCL program of %zu bytes: %s",
                               key->source_bytes, edgecc_cl_error_name(error));
  error = cl->BuildProgram(program, 1, &session->device.id, build_options(session), NULL, NULL);
  if (error == CL_SUCCESS) {
    *out = program;
    return EDGECC_OK;
  }
  fail_to_build(session, program, error);
  cl->ReleaseProgram(program);
  return EDGECC_BAD_PROGRAM;
}

/* NULL if the cache holds none, or none that the driver takes. */
static cl_program load_binary(const edgecc_opencl *session, const char *folder, const edgecc_cl_cache_key *key) {
  const edgecc_cl_driver *cl = &session->cl;
  unsigned char *binary;
  size_t bytes;
  if (!edgecc_cl_cache_read(folder, key, &binary, &bytes))
    return NULL;
  const unsigned char *start = binary;
  cl_program program =
      cl->CreateProgramWithBinary(session->context, 1, &session->device.id, &bytes, &start, NULL, NULL);
  free(binary);
  if (program && cl->BuildProgram(program, 1, &session->device.id, build_options(session), NULL, NULL) != CL_SUCCESS) {
    cl->ReleaseProgram(program);
    return NULL;
  }
  return program;
}

static bool store_binary(const edgecc_opencl *session, const char *folder, const edgecc_cl_cache_key *key,
                         cl_program program) {
  const edgecc_cl_driver *cl = &session->cl;
  size_t bytes = 0; /* the program has one device, so the arrays that OpenCL asks for have one element */
  if (cl->GetProgramInfo(program, CL_PROGRAM_BINARY_SIZES, sizeof bytes, &bytes, NULL) != CL_SUCCESS || bytes == 0)
    return true; /* a driver that gives no binaries cannot be helped */
  unsigned char *binary = malloc(bytes);
  bool stored = binary &&
                cl->GetProgramInfo(program, CL_PROGRAM_BINARIES, sizeof binary, &binary, NULL) == CL_SUCCESS &&
                edgecc_cl_cache_write(folder, key, binary, bytes);
  free(binary);
  return stored;
}

edgecc_status edgecc_cl_build(const edgecc_opencl *session, const char *cache_folder, cl_program *out) {
  const edgecc_program *program = session->model->program;
  char *builder = cache_folder ? describe_builder(session) : NULL;
  edgecc_cl_cache_key key = {builder, program->source, strnlen(program->source, program->source_bytes)};
  if (builder && (*out = load_binary(session, cache_folder, &key))) {
    free(builder);
    return EDGECC_OK;
  }
  edgecc_status status = build_source(session, &key, out);
  if (status == EDGECC_OK && builder && !store_binary(session, cache_folder, &key, *out))
    edgecc_message_say(&session->message, "note: the compiled kernels could not be kept in '%s'", cache_folder);
  free(builder);
  return status;
}

static edgecc_status set_arguments(const edgecc_opencl *session, uint32_t index) {
  const edgecc_cl_driver *cl = &session->cl;
  const edgecc_task *task = &session->model->program->tasks[index];
  cl_kernel kernel = session->kernels[index];
  for (uint32_t i = 0; i < task->num_operands; ++i) {
    const edgecc_operand *operand = &task->operands[i];
    cl_mem buffer = edgecc_cl_buffer_of(session, operand);
    cl_int element = (cl_int)(operand->begin_bytes / operand->element_bytes);
    cl_int error = cl->SetKernelArg(kernel, 2 * i, sizeof buffer, &buffer);
    if (error == CL_SUCCESS)
      error = cl->SetKernelArg(kernel, 2 * i + 1, sizeof element, &element);
    if (error != CL_SUCCESS)
      return edgecc_message_fail(&session->message, EDGECC_BAD_PROGRAM,
                                 "kernel '%s' does not take operand %" PRIu32 " as a buffer and an int: %s",
                                 session->model->program->kernels[task->kernel].name, i, edgecc_cl_error_name(error));
  }
  return EDGECC_OK;
}

/* Makes the kernel, of which *out is part of the session, and checks what it takes for each operand. */
static edgecc_status make_kernel(edgecc_opencl *session, cl_program program, const edgecc_kernel *description,
                                 unsigned arguments_each, cl_kernel *out) {
  const edgecc_cl_driver *cl = &session->cl;
  cl_int error;
  cl_kernel kernel = *out = cl->CreateKernel(program, description->name, &error);
  if (!kernel)
    return edgecc_message_fail(&session->message, EDGECC_BAD_PROGRAM, "no kernel '%s' in the program: %s",
                               description->name, edgecc_cl_error_name(error));
  cl_uint num_arguments = 0;
  cl->GetKernelInfo(kernel, CL_KERNEL_NUM_ARGS, sizeof num_arguments, &num_arguments, NULL);
  if (num_arguments != (uint64_t)arguments_each * description->num_operands)
    return edgecc_message_fail(&session->message, EDGECC_BAD_PROGRAM,
                               "kernel '%s' has %" PRIu32 " arguments, expected %s for each of %" PRIu32 " operands",
                               description->name, num_arguments, arguments_each == 2 ? "two" : "one",
                               description->num_operands);
  return edgecc_cl_check_kernel(cl, &session->device, kernel, description, &session->message);
}

static edgecc_status make_task_kernel(edgecc_opencl *session, cl_program program, uint32_t index) {
  const edgecc_task *task = &session->model->program->tasks[index];
  edgecc_status status = make_kernel(session, program, &session->model->program->kernels[task->kernel],
                                     /*arguments_each=*/2, &session->kernels[index]);
  return status == EDGECC_OK ? set_arguments(session, index) : status;
}

static edgecc_status make_frame_kernel(edgecc_opencl *session, cl_program program) {
  const edgecc_frame_kernel *frame = session->frame;
  edgecc_status status = make_kernel(session, program, &frame->kernel, /*arguments_each=*/1, &session->frame_kernel);
  for (uint32_t i = 0; i <= frame->num_planes && status == EDGECC_OK; ++i) {
    cl_mem buffer = i < frame->num_planes ? session->planes[i] : session->inputs[0];
    cl_int error = session->cl.SetKernelArg(session->frame_kernel, i, sizeof buffer, &buffer);
    if (error != CL_SUCCESS)
      status = edgecc_message_fail(&session->message, EDGECC_BAD_PROGRAM, "kernel '%s' does not take a buffer: %s",
                                   frame->kernel.name, edgecc_cl_error_name(error));
  }
  return status;
}

edgecc_status edgecc_cl_make_kernels(edgecc_opencl *session, const char *cache_folder) {
  const edgecc_program *description = session->model->program;
  cl_program program = NULL; /* built for the first task that needs it: a model may run on the host alone */
  edgecc_status status = EDGECC_OK;
  for (uint32_t i = 0; i < description->num_tasks && status == EDGECC_OK; ++i) {
    if (description->tasks[i].kernel == EDGECC_ON_HOST)
      continue;
    if (!program)
      status = edgecc_cl_build(session, cache_folder, &program);
    if (status == EDGECC_OK)
      status = make_task_kernel(session, program, i);
  }
  if (session->frame && status == EDGECC_OK && !program)
    status = edgecc_cl_build(session, cache_folder, &program);
  if (session->frame && status == EDGECC_OK)
    status = make_frame_kernel(session, program);
  if (program)
    session->cl.ReleaseProgram(program); /* the kernels hold on to it */
  return status;
}
