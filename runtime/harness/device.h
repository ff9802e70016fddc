/* Sessions of models that run on a device, one interface for all kinds. */
#ifndef EDGECC_HARNESS_DEVICE_H
#define EDGECC_HARNESS_DEVICE_H

#include "buffers.h"
#include "options.h"
#include "report.h"

typedef struct device_api device_api;

typedef struct device {
  const device_api *api; /* NULL: the model runs on the CPU */
  const edgecc_model *model;
  void *session;
  char message[4000];
} device;

/* What of the model runs on a device; NULL if nothing does, or if the model is older than that. */
const struct edgecc_program *program_of(const edgecc_model *model);

/* Makes a session for a model with a program, unless the options ask for the CPU. On failure says on stderr what the
 * device refused, or which driver is missing and what to install, and returns false. */
bool open_device(const edgecc_model *model, const options *opts, device *out);

/* Runs the model once on the device; on failure says why on stderr and returns false. */
bool run_device(device *device, const buffers *memory);

/* The steps that each task does, as many ranges as the program has tasks. */
void task_steps(const device *device, step_range *out_ranges);

/* The time of each task of the last run in microseconds; needs options.profile when the device was opened. */
bool task_times(device *device, double *out_us);

/* Ends the session; what the validation layer had to say is an error. */
bool close_device(device *device);

#endif
