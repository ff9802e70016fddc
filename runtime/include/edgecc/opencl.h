/* Runs a compiled model on an OpenCL 1.2 device. C99 and C++; link libedgecc_opencl.a, libedgecc_runtime.a and -ldl.
 *
 * A model compiled with --target=opencl carries kernels beside its CPU code. A session is such a model on one device:
 * its kernels are compiled and its weights copied once, then each run copies the inputs over, runs the tasks in their
 * order and copies the outputs back. The OpenCL library is looked for when a session is made, so a program links and
 * starts without one, and can go on with digits_model.run, which does the same on the CPU.
 *
 *     size_t bytes = edgecc_opencl_bytes(&digits_model);
 *     void *memory = malloc(bytes);
 *     edgecc_opencl *session;
 *     if (edgecc_opencl_init(memory, bytes, &digits_model, NULL, &session) == EDGECC_OK) {
 *       const void *inputs[] = {image};
 *       void *outputs[] = {probabilities};
 *       edgecc_opencl_run(session, inputs, outputs, arena);
 *       edgecc_opencl_destroy(session);
 *     }
 *     free(memory);
 *
 * To choose the device, to keep the compiled kernels for the next start of the program, to measure, or to read what
 * went wrong, give options:
 *
 *     char message[4000];
 *     edgecc_opencl_options options;
 *     memset(&options, 0, sizeof options);
 *     options.struct_bytes = sizeof options;
 *     options.device = "mali";
 *     options.cache_folder = "/var/cache/digits";
 *     options.message = message;
 *     options.message_bytes = sizeof message;
 *     if (edgecc_opencl_init(memory, bytes, &digits_model, &options, &session) != EDGECC_OK)
 *       fprintf(stderr, "%s\n", message);
 *
 * The library prints nothing, starts no thread, and allocates nothing after edgecc_opencl_init; what the driver does
 * inside is its own affair. Different sessions may be used by different threads at the same time, one session only by
 * one thread at a time.
 */
#ifndef EDGECC_OPENCL_H
#define EDGECC_OPENCL_H

#include "edgecc/frame.h"
#include "edgecc/model.h"
#include "edgecc/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGECC_OPENCL_ALIGNMENT 8 /* bytes; what malloc returns is aligned enough */

typedef struct edgecc_opencl edgecc_opencl;

/* Set all of it to 0, then struct_bytes, then what differs. */
typedef struct edgecc_opencl_options {
  uint32_t struct_bytes; /* sizeof(edgecc_opencl_options); later versions only append fields */

  /* Not 0: measure how long each task takes, for edgecc_opencl_times. Runs are a little slower then. */
  uint32_t profile;

  /* Any part of "platform name / device name", in upper or lower case; NULL fits every device. Of the devices that fit,
   * the first GPU or accelerator is taken, else the first. Borrowed during edgecc_opencl_init. */
  const char *device;

  /* An existing folder in which compiled kernels are kept, in one file for each model and driver; NULL keeps none. What
   * lies there is given to the driver, so only those who may change the program should be able to write to it. A file
   * that is damaged or made by another driver is replaced. Borrowed during edgecc_opencl_init. */
  const char *cache_folder;

  /* Receives one text, ended by 0 and cut where it does not fit: what failed, the name of the OpenCL error and the log
   * of the kernels' compiler. Empty after a success, but for a note if the cache folder cannot be written to. Borrowed
   * until edgecc_opencl_destroy, since runs write to it too; NULL, with 0 bytes, if not wanted. */
  char *message;
  size_t message_bytes;
} edgecc_opencl_options;

/* The bytes of host memory that a session needs, a multiple of EDGECC_OPENCL_ALIGNMENT; 0 if model is NULL or was not
 * compiled for OpenCL. */
size_t edgecc_opencl_bytes(const edgecc_model *model);

/* Finds a device, compiles the model's kernels for it and copies its weights there. This is the slow part, up to
 * seconds where no compiled kernels are in the cache; it uses malloc and gives all of it back.
 *   memory        memory_bytes bytes, at least edgecc_opencl_bytes(model), aligned to EDGECC_OPENCL_ALIGNMENT;
 *                 borrowed until edgecc_opencl_destroy.
 *   model         as libNAME.a exports it; borrowed likewise.
 *   options       NULL: any device, no cache, no times, no message; borrowed during the call.
 *   out_session   receives a handle placed inside memory; NULL on failure.
 * Returns EDGECC_OK or
 *   EDGECC_BAD_ARGUMENT  a pointer is NULL, memory is not aligned, or the options have another version's size;
 *   EDGECC_NO_SPACE      memory_bytes is too small;
 *   EDGECC_NO_DRIVER     there is no OpenCL library, or no device that fits options.device and can compile;
 *   EDGECC_BAD_PROGRAM   the model was not compiled for OpenCL, or this device refuses it: a kernel does not compile, a
 *                        data type is missing, or memory or work groups are larger than it allows;
 *   EDGECC_DEVICE_ERROR  the driver failed otherwise, for instance because its memory is used up. */
edgecc_status edgecc_opencl_init(void *memory, size_t memory_bytes, const edgecc_model *model,
                                 const edgecc_opencl_options *options, edgecc_opencl **out_session);

/* Runs the model once and returns when the outputs are there.
 *   inputs, outputs  as edgecc_model.run takes them; a tensor of 0 bytes may be NULL.
 *   arena            as edgecc_model.run takes it: the host's copy, for what the device cannot do. May be NULL
 *                    if no task runs on the host (EDGECC_ON_HOST in edgecc/device.h).
 *
 * Returns EDGECC_OK, EDGECC_BAD_ARGUMENT or EDGECC_DEVICE_ERROR. After an error the outputs and the arena hold
 * anything, and the driver touches none of the pointers any more. After EDGECC_DEVICE_ERROR make a new session. */
edgecc_status edgecc_opencl_run(edgecc_opencl *session, const void *const *inputs, void *const *outputs, void *arena);

/* The same on a camera frame in place of the first input, for models compiled with --image-input. The planes go
 * to the device, and a kernel makes the tensor there. Where a step on the host reads that input (NAME.json: the frame's
 * device is "cpu"), the calling thread makes it, in the arena behind the model's own part.
 *   stage    NAME_frame_stage of the model.
 *   frame    borrowed, not written.
 *   inputs   as above, but for inputs[0], which is not looked at; may be NULL if the model has no other input.
 *   outputs  as above.
 *   arena    NAME_FRAME_ARENA_BYTES bytes, aligned to the model's arena_alignment; may be NULL if the device makes the
 *            tensor and no task runs on the host.
 * Returns what edgecc_opencl_run returns; EDGECC_BAD_ARGUMENT also for a plane that is missing or a stride out of
 * range. */
edgecc_status edgecc_opencl_run_frame(edgecc_opencl *session, const edgecc_frame_stage *stage,
                                      const edgecc_frame *frame, const void *const *inputs, void *const *outputs,
                                      void *arena);

/* Frees what the session holds on the device; memory may be reused. NULL does nothing. */
void edgecc_opencl_destroy(edgecc_opencl *session);

/* "platform name / device name" of the device that was taken, up to 255 bytes; lives as long as the session. "" for
 * NULL.
 */
const char *edgecc_opencl_device_name(const edgecc_opencl *session);

/* How long each task of the last run took, in microseconds: for a kernel the time on the device, for a task on the host
 * the time on the host, its transfers included. Copying inputs and outputs belongs to no task.
 *   out_us  receives the time of task i, which is model->program->tasks[i] (edgecc/device.h), at out_us[i].
 *   count   the numbers that fit into out_us; at least model->program->num_tasks.
 * Returns EDGECC_OK, EDGECC_NO_SPACE, or EDGECC_BAD_ARGUMENT if a pointer is NULL, the session does not measure, or no
 * run has succeeded since the last that failed. */
edgecc_status edgecc_opencl_times(const edgecc_opencl *session, double *out_us, uint32_t count);

#ifdef __cplusplus
}
#endif
#endif
