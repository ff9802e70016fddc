/* A model on a device. The struct and the arrays it points to lie in the caller's memory; the rest is the driver's. */
#ifndef EDGECC_DEVICES_OPENCL_SESSION_H
#define EDGECC_DEVICES_OPENCL_SESSION_H

#include "../../src/message.h"
#include "driver.h"
#include "find_device.h"

#include "edgecc/device.h"
#include "edgecc/opencl.h"

struct edgecc_opencl {
  const edgecc_model *model;
  edgecc_message message;
  edgecc_cl_driver cl;
  edgecc_cl_device device;
  cl_context context;
  cl_command_queue queue; /* in order, so that tasks see what those before them wrote */

  /* The device's copy of each space. */
  cl_mem *inputs;
  cl_mem *outputs;
  cl_mem arena;
  cl_mem weights;

  const edgecc_frame_kernel *frame; /* NULL: the host's CPU makes tensors of frames */
  cl_mem planes[2];                 /* the device's copy of a frame, rows without gaps */
  cl_kernel frame_kernel;           /* with its arguments */
  const void **frame_inputs;        /* of a run on a frame */
  cl_kernel *kernels;               /* one for each task, with its arguments; NULL for tasks on the host */
  bool needs_host_arena;

  bool profile;
  bool has_times;   /* of a run that succeeded */
  cl_event *events; /* one for each task, only during a run */
  double *times_us; /* likewise, of the last run */
};

/* The device's copy of the space that an operand lies in. */
cl_mem edgecc_cl_buffer_of(const edgecc_opencl *session, const edgecc_operand *operand);

#endif
