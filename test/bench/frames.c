/* Times NAME_prepare_frame against a plain scalar loop that does the same, row by row and pixel by pixel.
 *
 *   frames bilinear|area          the frame's size is in framed.h, the tensor is float32 NCHW
 *
 * Prints microseconds of both, the least of many runs, and their ratio. */
#define _POSIX_C_SOURCE 200809L
#include "framed.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { width = FRAMED_FRAME_WIDTH, height = FRAMED_FRAME_HEIGHT };

static const float mean[3] = {0.485f, 0.456f, 0.406f}, deviation[3] = {0.229f, 0.224f, 0.225f};

/* Where an output pixel lies between two input pixels. */
typedef struct {
  int first, second;
  float part;
} place;

static place place_of(int output, int outputs, int inputs) {
  float position = ((float)output + 0.5f) * (float)inputs / (float)outputs - 0.5f;
  place result;
  if (position < 0)
    position = 0;
  if (position > (float)(inputs - 1))
    position = (float)(inputs - 1);
  result.first = (int)position;
  result.second = result.first + 1 < inputs ? result.first + 1 : result.first;
  result.part = position - (float)result.first;
  return result;
}

static float bilinear(const uint8_t *above, const uint8_t *below, int step, place x, float part) {
  float top = (float)above[x.first * step] + x.part * (float)(above[x.second * step] - above[x.first * step]);
  float bottom = (float)below[x.first * step] + x.part * (float)(below[x.second * step] - below[x.first * step]);
  return top + part * (bottom - top);
}

/* The part of an output pixel's extent that input pixel `input` covers. */
static float covered(float begin, float end, int input) {
  float from = begin > (float)input ? begin : (float)input, to = end < (float)(input + 1) ? end : (float)(input + 1);
  return to - from;
}

static float area(const uint8_t *plane, int stride, int step, int inputs_x, int inputs_y, float x_ratio, float y_ratio,
                  int x, int y) {
  float left = (float)x * x_ratio, right = left + x_ratio, top = (float)y * y_ratio, bottom = top + y_ratio, sum = 0;
  for (int j = (int)top; j < inputs_y && (float)j < bottom; ++j) {
    float row = 0;
    for (int i = (int)left; i < inputs_x && (float)i < right; ++i)
      row += covered(left, right, i) * (float)plane[j * stride + i * step];
    sum += covered(top, bottom, j) * row;
  }
  return sum / (x_ratio * y_ratio);
}

static float clamped(float value) { return value < 0 ? 0 : value > 255 ? 255 : value; }

static void plain(const edgecc_frame *frame, int use_area, int channels, int rows, int columns, float *tensor) {
  int is_nv12 = framed_frame_stage.num_planes == 2, step = is_nv12 ? 1 : channels;
  int stride = (int)frame->strides[0], stride_uv = (int)frame->strides[1];
  const uint8_t *plane = frame->planes[0], *uv = frame->planes[1];
  float x_ratio = (float)width / (float)columns, y_ratio = (float)height / (float)rows;
  for (int y = 0; y < rows; ++y) {
    place v = place_of(y, rows, height), v_uv = place_of(y, rows, height / 2);
    for (int x = 0; x < columns; ++x) {
      float pixel[3];
      place u = place_of(x, columns, width);
      for (int c = 0; c < step; ++c)
        pixel[c] = use_area ? area(plane + c, stride, step, width, height, x_ratio, y_ratio, x, y)
                            : bilinear(plane + v.first * stride + c, plane + v.second * stride + c, step, u, v.part);
      if (is_nv12) {
        place u_uv = place_of(x, columns, width / 2);
        float chroma[2];
        for (int c = 0; c < 2; ++c)
          chroma[c] = (use_area ? area(uv + c, stride_uv, 2, width / 2, height / 2, x_ratio / 2, y_ratio / 2, x, y)
                                : bilinear(uv + v_uv.first * stride_uv + c, uv + v_uv.second * stride_uv + c, 2, u_uv,
                                           v_uv.part)) -
                      128;
        float luma = 1.16438356f * (pixel[0] - 16);
        pixel[0] = clamped(luma + 1.59602678f * chroma[1]);
        pixel[1] = clamped(luma - 0.39176229f * chroma[0] - 0.81296765f * chroma[1]);
        pixel[2] = clamped(luma + 2.01723214f * chroma[0]);
      }
      for (int c = 0; c < channels; ++c)
        tensor[(c * rows + y) * columns + x] = (pixel[c] / 255 - mean[c]) / deviation[c];
    }
  }
}

static double now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

int main(int argc, char **argv) {
  int use_area = argc > 1 && strcmp(argv[1], "area") == 0;
  const uint64_t *shape = framed_model.inputs[0].shape;
  int channels = (int)shape[1], rows = (int)shape[2], columns = (int)shape[3];
  edgecc_frame frame = {{NULL, NULL}, {0, 0}};
  for (uint32_t i = 0; i < framed_frame_stage.num_planes; ++i) {
    size_t bytes = (size_t)framed_frame_stage.row_bytes[i] * framed_frame_stage.rows[i];
    uint8_t *plane = malloc(bytes);
    for (size_t k = 0; k < bytes; ++k)
      plane[k] = (uint8_t)(k * 2654435761u >> 13);
    frame.planes[i] = plane;
    frame.strides[i] = framed_frame_stage.row_bytes[i];
  }
  size_t count = (size_t)channels * (size_t)rows * (size_t)columns;
  float *expected = calloc(count, sizeof(float)), *got = calloc(count, sizeof(float));
  double plain_us = 1e30, stage_us = 1e30;
  /* In turns, so that both meet the same state of the machine; batches, for the clock is coarse. */
  for (int round = 0; round < 30; ++round) {
    double begin = now_us();
    plain(&frame, use_area, channels, rows, columns, expected);
    double middle = now_us();
    for (int i = 0; i < 10; ++i)
      if (framed_prepare_frame(&frame, got) != 0)
        return 1;
    double end = now_us();
    plain_us = fmin(plain_us, middle - begin);
    stage_us = fmin(stage_us, (end - middle) / 10);
  }
  double worst = 0;
  for (size_t i = 0; i < count; ++i)
    worst = fmax(worst, fabs((double)expected[i] - (double)got[i]));
  printf("%9.1f %9.1f %7.1f   %.1e\n", plain_us, stage_us, plain_us / stage_us, worst);
  return worst < 1e-2 ? 0 : 1; /* the plain loop computes positions in single precision */
}
