/* The functions of the OpenCL library, found when the program runs, so that it starts on machines without one. */
#ifndef EDGECC_DEVICES_OPENCL_DRIVER_H
#define EDGECC_DEVICES_OPENCL_DRIVER_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl_icd.h>

#include <stdbool.h>

/* Without their prefix, so that a call reads cl->CreateBuffer(...). */
#define EDGECC_CL_FUNCTIONS(FUNCTION)                                                                                  \
  FUNCTION(BuildProgram)                                                                                               \
  FUNCTION(CreateBuffer)                                                                                               \
  FUNCTION(CreateCommandQueue)                                                                                         \
  FUNCTION(CreateContext)                                                                                              \
  FUNCTION(CreateKernel)                                                                                               \
  FUNCTION(CreateProgramWithBinary)                                                                                    \
  FUNCTION(CreateProgramWithSource)                                                                                    \
  FUNCTION(EnqueueNDRangeKernel)                                                                                       \
  FUNCTION(EnqueueReadBuffer)                                                                                          \
  FUNCTION(EnqueueWriteBuffer)                                                                                         \
  FUNCTION(EnqueueWriteBufferRect)                                                                                     \
  FUNCTION(Finish)                                                                                                     \
  FUNCTION(GetDeviceIDs)                                                                                               \
  FUNCTION(GetDeviceInfo)                                                                                              \
  FUNCTION(GetEventProfilingInfo)                                                                                      \
  FUNCTION(GetKernelInfo)                                                                                              \
  FUNCTION(GetKernelWorkGroupInfo)                                                                                     \
  FUNCTION(GetPlatformIDs)                                                                                             \
  FUNCTION(GetPlatformInfo)                                                                                            \
  FUNCTION(GetProgramBuildInfo)                                                                                        \
  FUNCTION(GetProgramInfo)                                                                                             \
  FUNCTION(ReleaseCommandQueue)                                                                                        \
  FUNCTION(ReleaseContext)                                                                                             \
  FUNCTION(ReleaseEvent)                                                                                               \
  FUNCTION(ReleaseKernel)                                                                                              \
  FUNCTION(ReleaseMemObject)                                                                                           \
  FUNCTION(ReleaseProgram)                                                                                             \
  FUNCTION(SetKernelArg)

typedef struct edgecc_cl_driver {
#define EDGECC_CL_FIELD(name) cl_api_cl##name name;
  EDGECC_CL_FUNCTIONS(EDGECC_CL_FIELD)
#undef EDGECC_CL_FIELD
} edgecc_cl_driver;

/* Loads the library, if this program has not done so yet, and fills the table. On failure *out_missing says what was
 * not found, in static storage. */
bool edgecc_cl_load_driver(edgecc_cl_driver *out, const char **out_missing);

#endif
