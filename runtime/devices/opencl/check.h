/* What is refused before anything runs: programs that are not well formed, and devices that cannot run them. All return
 * EDGECC_OK or EDGECC_BAD_PROGRAM with a message that names the limit. */
#ifndef EDGECC_DEVICES_OPENCL_CHECK_H
#define EDGECC_DEVICES_OPENCL_CHECK_H

#include "../../src/message.h"
#include "driver.h"
#include "find_device.h"

#include "edgecc/device.h"
#include "edgecc/model.h"

/* The OpenCL program of a model, or NULL. */
const edgecc_program *edgecc_cl_program_of(const edgecc_model *model);

/* How the device makes the first input of a frame; NULL if it does not. */
const edgecc_frame_kernel *edgecc_cl_frame_of(const edgecc_program *program);

/* Whether the program is one that this library can walk: every index, operand and range lies within what it refers to.
 */
edgecc_status edgecc_cl_check_program(const edgecc_model *model, const edgecc_message *message);

/* Whether the device has the data types and the memory. */
edgecc_status edgecc_cl_check_device(const edgecc_cl_driver *cl, const edgecc_cl_device *device,
                                     const edgecc_model *model, const edgecc_message *message);

/* Whether the device runs work groups of this kernel's size. */
edgecc_status edgecc_cl_check_kernel(const edgecc_cl_driver *cl, const edgecc_cl_device *device, cl_kernel kernel,
                                     const edgecc_kernel *description, const edgecc_message *message);

#endif
