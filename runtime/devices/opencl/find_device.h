/* Which device of which platform a session runs on. */
#ifndef EDGECC_DEVICES_OPENCL_FIND_DEVICE_H
#define EDGECC_DEVICES_OPENCL_FIND_DEVICE_H

#include "../../src/message.h"
#include "driver.h"

typedef struct edgecc_cl_device {
  cl_platform_id platform;
  cl_device_id id;
  char name[256]; /* "platform name / device name", cut where it does not fit */
} edgecc_cl_device;

/* Takes the first GPU or accelerator whose name contains `wanted`, in upper or lower case, else the first device of any
 * kind; NULL is part of every name. Devices that have no compiler are passed over. Returns EDGECC_OK or
 * EDGECC_NO_DRIVER. */
edgecc_status edgecc_cl_find_device(const edgecc_cl_driver *cl, const char *wanted, const edgecc_message *message,
                                    edgecc_cl_device *out);

/* A text about a device or platform; the caller frees it. NULL if the driver does not tell or memory is used up. */
char *edgecc_cl_device_text(const edgecc_cl_driver *cl, cl_device_id device, cl_device_info what);
char *edgecc_cl_platform_text(const edgecc_cl_driver *cl, cl_platform_id platform, cl_platform_info what);

#endif
