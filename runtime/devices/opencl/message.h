/* What the caller is told about a failure. */
#ifndef EDGECC_DEVICES_OPENCL_MESSAGE_H
#define EDGECC_DEVICES_OPENCL_MESSAGE_H

#include "edgecc/status.h"

#include <stddef.h>

/* The caller's buffer; every text that does not fit is cut. */
typedef struct edgecc_cl_message {
  char *text; /* ended by 0; NULL if the caller wants none */
  size_t bytes;
} edgecc_cl_message;

void edgecc_cl_clear(const edgecc_cl_message *message);

/* Adds to the text, as printf does. */
void edgecc_cl_say(const edgecc_cl_message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes this the text and returns `status`. */
edgecc_status edgecc_cl_fail(const edgecc_cl_message *message, edgecc_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "CL_OUT_OF_RESOURCES" and so on for an OpenCL error number. */
const char *edgecc_cl_error_name(int error);

#endif
