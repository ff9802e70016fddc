/* Runs a compiled model on a Vulkan 1.1 device. C99 and C++; link libedgecc_vulkan.a, libedgecc_runtime.a and -ldl.
 *
 * A model compiled with --target=vulkan carries kernels beside its CPU code. A session is such a model on one device:
 * its kernels are compiled, its weights copied and its commands recorded once, then each run copies the inputs over,
 * replays the commands and copies the outputs back. The Vulkan library is looked for when a session is made, so a
 * program links and starts without one, and can go on with digits_model.run, which does the same on the CPU.
 *
 *     size_t bytes = edgecc_vulkan_bytes(&digits_model);
 *     void *memory = malloc(bytes);
 *     edgecc_vulkan *session;
 *     if (edgecc_vulkan_init(memory, bytes, &digits_model, NULL, &session) == EDGECC_OK) {
 *       const void *inputs[] = {image};
 *       void *outputs[] = {probabilities};
 *       edgecc_vulkan_run(session, inputs, outputs, arena);
 *       edgecc_vulkan_destroy(session);
 *     }
 *     free(memory);
 *
 * To choose the device, to keep the compiled kernels for the next start of the program, to measure, or to read what
 * went wrong, give options:
 *
 *     char message[1000];
 *     edgecc_vulkan_options options;
 *     memset(&options, 0, sizeof options);
 *     options.struct_bytes = sizeof options;
 *     options.device = "mali";
 *     options.cache_folder = "/var/cache/digits";
 *     options.message = message;
 *     options.message_bytes = sizeof message;
 *     if (edgecc_vulkan_init(memory, bytes, &digits_model, &options, &session) != EDGECC_OK)
 *       fprintf(stderr, "%s\n", message);
 *
 * The library prints nothing, starts no thread, and allocates nothing after edgecc_vulkan_init; what the driver does
 * inside is its own affair. Different sessions may be used by different threads at the same time, one session only by
 * one thread at a time.
 */
#ifndef EDGECC_VULKAN_H
#define EDGECC_VULKAN_H

#include "edgecc/frame.h"
#include "edgecc/model.h"
#include "edgecc/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define EDGECC_VULKAN_ALIGNMENT 8 /* bytes; what malloc returns is aligned enough */

typedef struct edgecc_vulkan edgecc_vulkan;

/* Set all of it to 0, then struct_bytes, then what differs. */
typedef struct edgecc_vulkan_options {
  uint32_t struct_bytes; /* sizeof(edgecc_vulkan_options); later versions only append fields */

  /* Not 0: measure how long each task takes, for edgecc_vulkan_times. Tasks that could overlap then run one after the
   * other, so runs are a little slower. */
  uint32_t profile;

  /* Not 0: load VK_LAYER_KHRONOS_validation, which checks how this library and the kernels use Vulkan, and count its
   * warnings and errors, for edgecc_vulkan_validation_messages. Runs are much slower then. */
  uint32_t validate;

  /* Not 0: let the device copy between its memory and a buffer for the host, as is always done on discrete GPUs.
   * Elsewhere the host works on the device's memory itself, which can be slow where the host does not cache it. */
  uint32_t staging;

  /* Any part of the device's name, in upper or lower case; NULL takes the first discrete GPU, else the first integrated
   * one, else the first device. Borrowed during edgecc_vulkan_init. */
  const char *device;

  /* An existing folder in which compiled kernels are kept, in one file for each device and driver version; NULL keeps
   * none. What lies there is given to the driver, so only those who may change the program should be able to write to
   * it. A file that is damaged or made by another driver is replaced. Borrowed during edgecc_vulkan_init. */
  const char *cache_folder;

  /* Receives one text, ended by 0 and cut where it does not fit: what failed, or else the first message of the
   * validation layer. Empty otherwise, but for a note if the cache folder cannot be written to. Borrowed until
   * edgecc_vulkan_destroy has returned, since runs write to it too; NULL, with 0 bytes, if not wanted. */
  char *message;
  size_t message_bytes;
} edgecc_vulkan_options;

/* The bytes of host memory that a session needs, a multiple of EDGECC_VULKAN_ALIGNMENT; 0 if model is NULL or was not
 * compiled for Vulkan. */
size_t edgecc_vulkan_bytes(const edgecc_model *model);

/* Finds a device, compiles the model's kernels for it, copies its weights there and records its commands. This is the
 * slow part, up to seconds where no compiled kernels are in the cache; it uses malloc and gives all of it back.
 *   memory        memory_bytes bytes, at least edgecc_vulkan_bytes(model), aligned to EDGECC_VULKAN_ALIGNMENT; borrowed
 *                 until edgecc_vulkan_destroy.
 *   model         as libNAME.a exports it; borrowed likewise.
 *   options       NULL: any device, no cache, no times, no message; borrowed during the call.
 *   out_session   receives a handle placed inside memory; NULL on failure, and then nothing is left to destroy.
 * Returns EDGECC_OK or
 *   EDGECC_BAD_ARGUMENT  a pointer is NULL, memory is not aligned, or the options have another version's size;
 *   EDGECC_NO_SPACE      memory_bytes is too small;
 *   EDGECC_NO_DRIVER     there is no Vulkan library, no device of version 1.1 that computes and fits
 *                        options.device, or, with options.validate, no validation layer;
 *   EDGECC_BAD_PROGRAM   the model was not compiled for Vulkan, or this device refuses it: a kernel is not
 *                        valid, a feature is missing, or buffers or work groups are larger than it allows;
 *   EDGECC_DEVICE_ERROR  the driver failed otherwise, for instance because its memory is used up. */
edgecc_status edgecc_vulkan_init(void *memory, size_t memory_bytes, const edgecc_model *model,
                                 const edgecc_vulkan_options *options, edgecc_vulkan **out_session);

/* Runs the model once and returns when the outputs are there.
 *   inputs, outputs  as edgecc_model.run takes them; a tensor of 0 bytes may be NULL.
 *   arena            as edgecc_model.run takes it: the host's copy, for what the device cannot do. May be NULL
 *                    if no task runs on the host (EDGECC_ON_HOST in edgecc/device.h).
 *
 * Returns EDGECC_OK, EDGECC_BAD_ARGUMENT or EDGECC_DEVICE_ERROR. After an error the outputs and the arena hold
 * anything. After EDGECC_DEVICE_ERROR make a new session; this one fails from then on. */
edgecc_status edgecc_vulkan_run(edgecc_vulkan *session, const void *const *inputs, void *const *outputs, void *arena);

/* The same on a camera frame in place of the first input, for models compiled with --image-input. The stage runs on the
 * calling thread, before the device starts; the tensor that it makes lies in the arena, behind the model's own part.
 *   stage    NAME_frame_stage of the model.
 *   frame    borrowed, not written.
 *   inputs   as above, but for inputs[0], which is not looked at; may be NULL if the model has no other input.
 *   outputs  as above.
 *   arena    NAME_FRAME_ARENA_BYTES bytes, aligned to the model's arena_alignment; not NULL.
 * Returns what edgecc_vulkan_run returns; EDGECC_BAD_ARGUMENT also for a plane that is missing or a stride out of
 * range. */
edgecc_status edgecc_vulkan_run_frame(edgecc_vulkan *session, const edgecc_frame_stage *stage,
                                      const edgecc_frame *frame, const void *const *inputs, void *const *outputs,
                                      void *arena);

/* Frees what the session holds on the device; memory may be reused. NULL does nothing. */
void edgecc_vulkan_destroy(edgecc_vulkan *session);

/* The name of the device that was taken, up to 255 bytes; lives as long as the session. "" for NULL. */
const char *edgecc_vulkan_device_name(const edgecc_vulkan *session);

/* How long each task of the last run took, in microseconds: for a kernel the time on the device, for a task on the host
 * the time of the step. Transfers belong to no task. A device whose queue has no clock gives 0 for its kernels.
 *   out_us  receives the time of task i, which is model->program->tasks[i] (edgecc/device.h), at out_us[i].
 *   count   the numbers that fit into out_us; at least model->program->num_tasks.
 * Returns EDGECC_OK, EDGECC_NO_SPACE, or EDGECC_BAD_ARGUMENT if a pointer is NULL, the session does not measure, or no
 * run has succeeded since the last that failed. */
edgecc_status edgecc_vulkan_times(const edgecc_vulkan *session, double *out_us, uint32_t count);

/* The warnings and errors that the validation layer has given since edgecc_vulkan_init began; options.message holds the
 * first. 0 without options.validate and for NULL. */
uint32_t edgecc_vulkan_validation_messages(const edgecc_vulkan *session);

#ifdef __cplusplus
}
#endif
#endif
