#include "session.h"

#include "build.h"
#include "check.h"
#include "errors.h"

#include <inttypes.h>
#include <string.h>

_Static_assert(_Alignof(edgecc_opencl) <= EDGECC_OPENCL_ALIGNMENT && sizeof(double) % _Alignof(void *) == 0,
               "doubles, then pointers may follow the struct");

size_t edgecc_opencl_bytes(const edgecc_model *model) {
  const edgecc_program *program = edgecc_cl_program_of(model);
  if (!program)
    return 0;
  size_t bytes = sizeof(edgecc_opencl) + program->num_tasks * (sizeof(double) + sizeof(cl_event) + sizeof(cl_kernel)) +
                 ((size_t)model->num_inputs + model->num_outputs) * sizeof(cl_mem) + model->num_inputs * sizeof(void *);
  return (bytes + EDGECC_OPENCL_ALIGNMENT - 1) / EDGECC_OPENCL_ALIGNMENT * EDGECC_OPENCL_ALIGNMENT;
}

/* An empty session: all handles NULL, the arrays behind the struct. */
static edgecc_opencl *place_session(void *memory, const edgecc_model *model) {
  memset(memory, 0, edgecc_opencl_bytes(model));
  edgecc_opencl *session = memory;
  session->model = model;
  session->frame = edgecc_cl_frame_of(model->program);
  session->times_us = (double *)(session + 1);
  session->events = (cl_event *)(session->times_us + model->program->num_tasks);
  session->kernels = (cl_kernel *)(session->events + model->program->num_tasks);
  session->inputs = (cl_mem *)(session->kernels + model->program->num_tasks);
  session->outputs = session->inputs + model->num_inputs;
  session->frame_inputs = (const void **)(session->outputs + model->num_outputs);
  for (uint32_t i = 0; i < model->program->num_tasks; ++i)
    if (model->program->tasks[i].kernel == EDGECC_ON_HOST && model->arena_bytes > 0)
      session->needs_host_arena = true;
  return session;
}

static edgecc_status make_queue(edgecc_opencl *session) {
  const edgecc_cl_driver *cl = &session->cl;
  const cl_context_properties on_platform[] = {CL_CONTEXT_PLATFORM, (cl_context_properties)session->device.platform, 0};
  cl_int error;
  session->context = cl->CreateContext(on_platform, 1, &session->device.id, NULL, NULL, &error);
  if (session->context)
    session->queue = cl->CreateCommandQueue(session->context, session->device.id,
                                            session->profile ? CL_QUEUE_PROFILING_ENABLE : 0, &error);
  if (!session->queue)
    return edgecc_message_fail(&session->message, EDGECC_DEVICE_ERROR, "cannot use '%s': %s", session->device.name,
                               edgecc_cl_error_name(error));
  return EDGECC_OK;
}

/* A buffer for `bytes` bytes, filled from `content` if that is not NULL. */
static edgecc_status make_buffer(edgecc_opencl *session, cl_mem_flags flags, uint64_t bytes, const void *content,
                                 cl_mem *out) {
  cl_int error;
  if (content && bytes > 0)
    flags |= CL_MEM_COPY_HOST_PTR;
  /* OpenCL has no empty buffers, but a kernel may still have an empty operand. The cast drops a const that
   * CL_MEM_COPY_HOST_PTR promises to keep. */
  *out = session->cl.CreateBuffer(session->context, flags, bytes > 0 ? (size_t)bytes : 1,
                                  flags & CL_MEM_COPY_HOST_PTR ? (void *)content : NULL, &error);
  if (!*out)
    return edgecc_message_fail(&session->message, EDGECC_DEVICE_ERROR, "cannot allocate %" PRIu64 " bytes on '%s': %s",
                               bytes, session->device.name, edgecc_cl_error_name(error));
  return EDGECC_OK;
}

static edgecc_status make_buffers(edgecc_opencl *session) {
  const edgecc_model *model = session->model;
  const edgecc_program *program = model->program;
  edgecc_status status =
      make_buffer(session, CL_MEM_READ_ONLY, program->weights_bytes, program->weights, &session->weights);
  if (status == EDGECC_OK)
    status = make_buffer(session, CL_MEM_READ_WRITE, model->arena_bytes, NULL, &session->arena);
  for (uint32_t i = 0; session->frame && i < session->frame->num_planes && status == EDGECC_OK; ++i)
    status = make_buffer(session, CL_MEM_READ_ONLY, (uint64_t)session->frame->row_bytes[i] * session->frame->rows[i],
                         NULL, &session->planes[i]);
  for (uint32_t i = 0; i < model->num_inputs && status == EDGECC_OK; ++i)
    status = make_buffer(session, session->frame && i == 0 ? CL_MEM_READ_WRITE : CL_MEM_READ_ONLY,
                         model->inputs[i].bytes, NULL, &session->inputs[i]);
  for (uint32_t i = 0; i < model->num_outputs && status == EDGECC_OK; ++i)
    status = make_buffer(session, CL_MEM_READ_WRITE, model->outputs[i].bytes, NULL, &session->outputs[i]);
  return status;
}

cl_mem edgecc_cl_buffer_of(const edgecc_opencl *session, const edgecc_operand *operand) {
  switch (operand->space) {
  case EDGECC_SPACE_INPUT:
    return session->inputs[operand->index];
  case EDGECC_SPACE_OUTPUT:
    return session->outputs[operand->index];
  case EDGECC_SPACE_ARENA:
    return session->arena;
  default: /* no other space passes edgecc_cl_check_program */
    return session->weights;
  }
}

static edgecc_status start(edgecc_opencl *session, const edgecc_opencl_options *options) {
  const char *missing;
  if (!edgecc_cl_load_driver(&session->cl, &missing))
    return edgecc_message_fail(&session->message, EDGECC_NO_DRIVER, "no OpenCL driver is installed: cannot find %s",
                               missing);
  edgecc_status status = edgecc_cl_find_device(&session->cl, options->device, &session->message, &session->device);
  if (status == EDGECC_OK)
    status = edgecc_cl_check_device(&session->cl, &session->device, session->model, &session->message);
  if (status == EDGECC_OK)
    status = make_queue(session);
  if (status == EDGECC_OK)
    status = make_buffers(session);
  if (status == EDGECC_OK)
    status = edgecc_cl_make_kernels(session, options->cache_folder);
  return status;
}

edgecc_status edgecc_opencl_init(void *memory, size_t memory_bytes, const edgecc_model *model,
                                 const edgecc_opencl_options *options, edgecc_opencl **out_session) {
  const edgecc_opencl_options no_options = {sizeof no_options, 0, NULL, NULL, NULL, 0};
  if (!out_session)
    return EDGECC_BAD_ARGUMENT;
  *out_session = NULL;
  if (!options)
    options = &no_options;
  if (options->struct_bytes < sizeof *options)
    return EDGECC_BAD_ARGUMENT;

  const edgecc_message message = {options->message, options->message_bytes};
  edgecc_message_clear(&message);
  if (!memory || !model || (uintptr_t)memory % EDGECC_OPENCL_ALIGNMENT != 0)
    return edgecc_message_fail(&message, EDGECC_BAD_ARGUMENT, "memory or model is NULL, or memory is not aligned");
  edgecc_status status = edgecc_cl_check_program(model, &message);
  if (status != EDGECC_OK)
    return status;
  if (memory_bytes < edgecc_opencl_bytes(model))
    return edgecc_message_fail(&message, EDGECC_NO_SPACE, "the session needs %zu bytes of memory, it was given %zu",
                               edgecc_opencl_bytes(model), memory_bytes);

  edgecc_opencl *session = place_session(memory, model);
  session->message = message;
  session->profile = options->profile != 0;
  status = start(session, options);
  if (status == EDGECC_OK)
    *out_session = session;
  else
    edgecc_opencl_destroy(session);
  return status;
}

/* Also takes apart what a failed edgecc_opencl_init had made: handles that it did not get to are NULL. */
void edgecc_opencl_destroy(edgecc_opencl *session) {
  if (!session)
    return;
  const edgecc_cl_driver *cl = &session->cl;
  const uint32_t num_buffers = session->model->num_inputs + session->model->num_outputs;
  for (uint32_t i = 0; i < session->model->program->num_tasks; ++i)
    if (session->kernels[i])
      cl->ReleaseKernel(session->kernels[i]);
  for (uint32_t i = 0; i < num_buffers; ++i) /* the outputs follow the inputs */
    if (session->inputs[i])
      cl->ReleaseMemObject(session->inputs[i]);
  if (session->frame_kernel)
    cl->ReleaseKernel(session->frame_kernel);
  for (int i = 0; i < 2; ++i)
    if (session->planes[i])
      cl->ReleaseMemObject(session->planes[i]);
  if (session->arena)
    cl->ReleaseMemObject(session->arena);
  if (session->weights)
    cl->ReleaseMemObject(session->weights);
  if (session->queue)
    cl->ReleaseCommandQueue(session->queue);
  if (session->context)
    cl->ReleaseContext(session->context);
}

const char *edgecc_opencl_device_name(const edgecc_opencl *session) { return session ? session->device.name : ""; }
