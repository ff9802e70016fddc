/* Frames of cameras for models that were compiled with --image-input. C99 and C++; needs no other edgecc header.
 *
 *     edgecc_frame frame = {{luma, chroma}, {1280, 1280}};     // NV12, rows without gaps
 *     int failed = digits_run_frame(&frame, probabilities, arena);
 *
 * Programs that take any model go through `NAME_frame_stage`, which libNAME.a exports beside `NAME_model`:
 * `prepare` makes the model's first input of a frame.
 */
#ifndef EDGECC_FRAME_H
#define EDGECC_FRAME_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One frame, rows from the top; borrowed, not written. */
typedef struct edgecc_frame {
  const uint8_t *planes[2]; /* the first byte of each plane; the second only for formats with two */
  uint32_t strides[2];      /* bytes from one row to the next, at least those of a row; below 2 GiB for all rows */
} edgecc_frame;

/* What a model takes for a frame, and how it becomes a tensor. */
typedef struct edgecc_frame_stage {
  uint32_t struct_bytes; /* sizeof(edgecc_frame_stage) where the library was made; later versions only append fields */
  uint32_t num_planes;
  const char *format;    /* "gray8", "rgb8" or "nv12" */
  uint32_t width;        /* pixels */
  uint32_t height;       /* pixels */
  uint32_t row_bytes[2]; /* of each plane: the least stride */
  uint32_t rows[2];      /* of each plane */

  /* Crops, resizes and normalises `frame` into `tensor`, the model's first input. Allocates nothing.
   * Returns 0, or 1 if a plane is NULL or a stride is out of range; nothing is written then. */
  int (*prepare)(const edgecc_frame *frame, void *tensor);
} edgecc_frame_stage;

#ifdef __cplusplus
}
#endif
#endif
