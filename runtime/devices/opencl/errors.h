/* OpenCL's errors as text. */
#ifndef EDGECC_DEVICES_OPENCL_ERRORS_H
#define EDGECC_DEVICES_OPENCL_ERRORS_H

/* "CL_OUT_OF_RESOURCES" and so on for an OpenCL error number. */
const char *edgecc_cl_error_name(int error);

#endif
