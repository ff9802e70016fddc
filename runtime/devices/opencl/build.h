/* From the text of a program to kernels that are ready to run. */
#ifndef EDGECC_DEVICES_OPENCL_BUILD_H
#define EDGECC_DEVICES_OPENCL_BUILD_H

#include "session.h"

/* Compiles the program for the session's device, or takes it from the cache folder, which may be NULL; the caller
 * releases it. Returns EDGECC_OK or EDGECC_BAD_PROGRAM. */
edgecc_status edgecc_cl_build(const edgecc_opencl *session, const char *cache_folder, cl_program *out);

/* Makes a kernel for each task that runs on the device and sets its arguments, which are the same in every run. Returns
 * EDGECC_OK or EDGECC_BAD_PROGRAM. */
edgecc_status edgecc_cl_make_kernels(edgecc_opencl *session, const char *cache_folder);

#endif
