/* One run: everything is put into the queue, in order and without waiting, and waited for at the end. Only a task on
 * the host waits in between, for what the device has done so far. */
#include "session.h"

#include "../../src/frame_inputs.h"
#include "errors.h"

#include <inttypes.h>
#include <time.h>

/* The host's side of a run. */
typedef struct host_copies {
  const void *const *inputs;
  void *const *outputs;
  void *arena;
  uint32_t first_input; /* that is copied: 1 where the device has made input 0 of a frame */
} host_copies;

static double now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* Both start a copy and do not wait for it; OpenCL has no empty ones. */
static cl_int copy_to_device(const edgecc_opencl *session, cl_mem buffer, uint64_t begin, uint64_t bytes,
                             const void *host) {
  if (bytes == 0)
    return CL_SUCCESS;
  return session->cl.EnqueueWriteBuffer(session->queue, buffer, CL_FALSE, (size_t)begin, (size_t)bytes, host, 0, NULL,
                                        NULL);
}

static cl_int copy_to_host(const edgecc_opencl *session, cl_mem buffer, uint64_t begin, uint64_t bytes, void *host) {
  if (bytes == 0)
    return CL_SUCCESS;
  return session->cl.EnqueueReadBuffer(session->queue, buffer, CL_FALSE, (size_t)begin, (size_t)bytes, host, 0, NULL,
                                       NULL);
}

/* The operands of a task on the host that are copied: the host has the inputs and the weights already. */
static bool is_copied(const edgecc_operand *operand, uint32_t access) {
  return (operand->access & access) != 0 &&
         (operand->space == EDGECC_SPACE_ARENA || operand->space == EDGECC_SPACE_OUTPUT);
}

static cl_int copy_operands(const edgecc_opencl *session, const edgecc_task *task, const host_copies *host,
                            uint32_t access) {
  cl_int error = CL_SUCCESS;
  for (uint32_t i = 0; i < task->num_operands && error == CL_SUCCESS; ++i) {
    const edgecc_operand *operand = &task->operands[i];
    if (!is_copied(operand, access) || operand->size_bytes == 0)
      continue;
    char *space = operand->space == EDGECC_SPACE_ARENA ? host->arena : host->outputs[operand->index];
    char *address = space + operand->begin_bytes;
    cl_mem buffer = edgecc_cl_buffer_of(session, operand);
    error = access == EDGECC_READS
                ? copy_to_host(session, buffer, operand->begin_bytes, operand->size_bytes, address)
                : copy_to_device(session, buffer, operand->begin_bytes, operand->size_bytes, address);
  }
  return error;
}

static cl_int run_on_host(edgecc_opencl *session, uint32_t index, const host_copies *host) {
  const edgecc_cl_driver *cl = &session->cl;
  const edgecc_task *task = &session->model->program->tasks[index];
  cl_int error = CL_SUCCESS;
  if (session->profile)
    error = cl->Finish(session->queue); /* the kernels before are not this task's time */
  double start_us = now_us();
  if (error == CL_SUCCESS)
    error = copy_operands(session, task, host, EDGECC_READS);
  /* Even where nothing is read: the step may write to memory that an earlier task's copy is still reading. */
  if (error == CL_SUCCESS)
    error = cl->Finish(session->queue);
  if (error != CL_SUCCESS)
    return error;
  session->model->step(task->step, host->inputs, host->outputs, host->arena, NULL);
  error = copy_operands(session, task, host, EDGECC_WRITES);
  if (error == CL_SUCCESS && session->profile)
    error = cl->Finish(session->queue);
  session->times_us[index] = now_us() - start_us;
  return error;
}

static cl_int run_on_device(edgecc_opencl *session, uint32_t index) {
  const edgecc_task *task = &session->model->program->tasks[index];
  const edgecc_kernel *kernel = &session->model->program->kernels[task->kernel];
  /* The program's own group size even where it is 1 x 1 x 1 and the driver could choose: get_group_id must mean what
   * the compiler meant. PoCL 3.1 took 1.9 ms for 2^20 items that square one float in groups of 1, 0.10 ms in groups of
   * its choice and 0.11 in groups of 256, so small items are for the compiler to put into larger groups. Items of 256
   * floats ran no faster in groups of its choice. */
  size_t global[3], local[3];
  for (int d = 0; d < 3; ++d) {
    local[d] = kernel->local_size[d];
    global[d] = task->groups[d] * local[d];
  }
  return session->cl.EnqueueNDRangeKernel(session->queue, session->kernels[index], 3, NULL, global, local, 0, NULL,
                                          session->profile ? &session->events[index] : NULL);
}

static edgecc_status run_tasks(edgecc_opencl *session, const host_copies *host) {
  const edgecc_program *program = session->model->program;
  for (uint32_t i = 0; i < program->num_tasks; ++i) {
    bool on_host = program->tasks[i].kernel == EDGECC_ON_HOST;
    cl_int error = on_host ? run_on_host(session, i, host) : run_on_device(session, i);
    if (error != CL_SUCCESS)
      return edgecc_message_fail(&session->message, EDGECC_DEVICE_ERROR, "task %" PRIu32 " ('%s') failed: %s", i,
                                 session->model->steps[program->tasks[i].step].name, edgecc_cl_error_name(error));
  }
  return EDGECC_OK;
}

static edgecc_status copy_inputs(const edgecc_opencl *session, const host_copies *host) {
  const edgecc_model *model = session->model;
  for (uint32_t i = host->first_input; i < model->num_inputs; ++i) {
    cl_int error = copy_to_device(session, session->inputs[i], 0, model->inputs[i].bytes, host->inputs[i]);
    if (error != CL_SUCCESS)
      return edgecc_message_fail(&session->message, EDGECC_DEVICE_ERROR, "input '%s' cannot be copied: %s",
                                 model->inputs[i].name, edgecc_cl_error_name(error));
  }
  return EDGECC_OK;
}

static edgecc_status copy_outputs(const edgecc_opencl *session, const host_copies *host) {
  const edgecc_model *model = session->model;
  for (uint32_t i = 0; i < model->num_outputs; ++i) {
    cl_int error = copy_to_host(session, session->outputs[i], 0, model->outputs[i].bytes, host->outputs[i]);
    if (error != CL_SUCCESS)
      return edgecc_message_fail(&session->message, EDGECC_DEVICE_ERROR, "output '%s' cannot be copied: %s",
                                 model->outputs[i].name, edgecc_cl_error_name(error));
  }
  return EDGECC_OK;
}

/* Turns the events of a measured run into times and lets go of them; after a run that failed only the latter. */
static edgecc_status collect_times(edgecc_opencl *session, edgecc_status status) {
  const edgecc_cl_driver *cl = &session->cl;
  for (uint32_t i = 0; i < session->model->program->num_tasks; ++i) {
    cl_event event = session->events[i];
    if (!event)
      continue;
    cl_ulong start_ns = 0, end_ns = 0;
    cl_int error = cl->GetEventProfilingInfo(event, CL_PROFILING_COMMAND_START, sizeof start_ns, &start_ns, NULL);
    if (error == CL_SUCCESS)
      error = cl->GetEventProfilingInfo(event, CL_PROFILING_COMMAND_END, sizeof end_ns, &end_ns, NULL);
    if (error != CL_SUCCESS && status == EDGECC_OK)
      status = edgecc_message_fail(&session->message, EDGECC_DEVICE_ERROR, "task %" PRIu32 " cannot be measured: %s", i,
                                   edgecc_cl_error_name(error));
    session->times_us[i] = (double)(end_ns - start_ns) / 1e3;
    cl->ReleaseEvent(event);
    session->events[i] = NULL;
  }
  session->has_times = status == EDGECC_OK;
  return status;
}

/* The first thing that is missing; NULL if nothing is. */
static const char *missing_argument(const edgecc_opencl *session, const host_copies *host) {
  const edgecc_model *model = session->model;
  if ((model->num_inputs > 0 && !host->inputs) || (model->num_outputs > 0 && !host->outputs))
    return "the array of inputs or of outputs";
  if (session->needs_host_arena && !host->arena)
    return "the arena, which tasks on the host need";
  for (uint32_t i = host->first_input; i < model->num_inputs; ++i)
    if (!host->inputs[i] && model->inputs[i].bytes > 0)
      return model->inputs[i].name;
  for (uint32_t i = 0; i < model->num_outputs; ++i)
    if (!host->outputs[i] && model->outputs[i].bytes > 0)
      return model->outputs[i].name;
  return NULL;
}

/* Starts what makes input 0 of a frame. The planes arrive without the gaps behind their rows. */
static edgecc_status make_first_input(const edgecc_opencl *session, const edgecc_frame *frame) {
  const edgecc_frame_kernel *stage = session->frame;
  cl_int error = CL_SUCCESS;
  for (uint32_t i = 0; i < stage->num_planes && error == CL_SUCCESS; ++i) {
    const size_t origin[3] = {0, 0, 0}, region[3] = {stage->row_bytes[i], stage->rows[i], 1};
    error = session->cl.EnqueueWriteBufferRect(session->queue, session->planes[i], CL_FALSE, origin, origin, region,
                                               stage->row_bytes[i], 0, frame->strides[i], 0, frame->planes[i], 0, NULL,
                                               NULL);
  }
  size_t global[3], local[3];
  for (int d = 0; d < 3; ++d) {
    local[d] = stage->kernel.local_size[d];
    global[d] = stage->groups[d] * local[d];
  }
  if (error == CL_SUCCESS)
    error =
        session->cl.EnqueueNDRangeKernel(session->queue, session->frame_kernel, 3, NULL, global, local, 0, NULL, NULL);
  return error == CL_SUCCESS
             ? EDGECC_OK
             : edgecc_message_fail(&session->message, EDGECC_DEVICE_ERROR, "the frame cannot become input '%s': %s",
                                   session->model->inputs[0].name, edgecc_cl_error_name(error));
}

/* Runs the model on its inputs; input 0 is made of `frame` on the device if that is not NULL. */
static edgecc_status run_on(edgecc_opencl *session, const host_copies *host, const edgecc_frame *frame) {
  const char *missing = missing_argument(session, host);
  if (missing)
    return edgecc_message_fail(&session->message, EDGECC_BAD_ARGUMENT, "a pointer is NULL: %s", missing);

  edgecc_message_clear(&session->message);
  edgecc_status status = frame ? make_first_input(session, frame) : EDGECC_OK;
  if (status == EDGECC_OK)
    status = copy_inputs(session, host);
  if (status == EDGECC_OK)
    status = run_tasks(session, host);
  if (status == EDGECC_OK)
    status = copy_outputs(session, host);
  /* After a failure too: what is in the queue uses the caller's memory. */
  cl_int error = session->cl.Finish(session->queue);
  if (error != CL_SUCCESS && status == EDGECC_OK)
    status = edgecc_message_fail(&session->message, EDGECC_DEVICE_ERROR, "the device failed during the run: %s",
                                 edgecc_cl_error_name(error));
  return session->profile ? collect_times(session, status) : status;
}

edgecc_status edgecc_opencl_run(edgecc_opencl *session, const void *const *inputs, void *const *outputs, void *arena) {
  if (!session)
    return EDGECC_BAD_ARGUMENT;
  session->has_times = false;
  const host_copies host = {inputs, outputs, arena, 0};
  return run_on(session, &host, NULL);
}

/* Whether a frame of `stage` has the planes that the device's kernel reads. */
static bool has_planes_of(const edgecc_frame_kernel *kernel, const edgecc_frame_stage *stage) {
  bool same = kernel->num_planes == stage->num_planes;
  for (uint32_t i = 0; same && i < kernel->num_planes; ++i)
    same = kernel->row_bytes[i] == stage->row_bytes[i] && kernel->rows[i] == stage->rows[i];
  return same;
}

edgecc_status edgecc_opencl_run_frame(edgecc_opencl *session, const edgecc_frame_stage *stage,
                                      const edgecc_frame *frame, const void *const *inputs, void *const *outputs,
                                      void *arena) {
  if (!session)
    return EDGECC_BAD_ARGUMENT;
  session->has_times = false;
  edgecc_status status =
      edgecc_list_frame_inputs(session->model, stage, frame, inputs, session->frame_inputs, &session->message);
  if (status == EDGECC_OK && session->frame && !has_planes_of(session->frame, stage))
    status = edgecc_message_fail(&session->message, EDGECC_BAD_ARGUMENT, "the stage is of another model");
  if (status == EDGECC_OK && !session->frame)
    status = edgecc_make_first_input(session->model, stage, frame, arena, session->frame_inputs, &session->message);
  const host_copies host = {session->frame_inputs, outputs, arena, session->frame ? 1 : 0};
  return status == EDGECC_OK ? run_on(session, &host, session->frame ? frame : NULL) : status;
}

edgecc_status edgecc_opencl_times(const edgecc_opencl *session, double *out_us, uint32_t count) {
  if (!session || !out_us || !session->has_times)
    return EDGECC_BAD_ARGUMENT;
  if (count < session->model->program->num_tasks)
    return EDGECC_NO_SPACE;
  for (uint32_t i = 0; i < session->model->program->num_tasks; ++i)
    out_us[i] = session->times_us[i];
  return EDGECC_OK;
}
