/* Checks a model compiled with --image-input against plain loops: NAME_prepare_frame against a reference in double
 * precision, NAME_run_frame against NAME_run on the same tensor, and that neither reads or writes where it must not.
 *
 *   frames WIDTH HEIGHT CHANNELS_FIRST bilinear|area X Y W H SCALE BGR MEAN STD [MEAN STD ...]
 *
 * WIDTH and HEIGHT are the tensor's; the frame's are in framed.h. Tolerances are those of docs/image-input.md. */
#define _DEFAULT_SOURCE
#include "framed.h"

#ifdef FRAMES_OPENCL
#include "edgecc/device.h"
#include "edgecc/opencl.h"
#endif

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { gap = 13, guard = 64 };

typedef struct {
  int width, height, channels_first, area, crop[4], channels, bgr;
  double scale, mean[3], std[3];
} options;

typedef struct {
  const uint8_t *bytes; /* of the crop's first pixel */
  int stride, components, width, height;
} plane;

static int failures;

static void fail(const char *what) {
  printf("FAIL: %s\n", what);
  ++failures;
}

/* Random bytes; every eighth row is smooth, so that no resize averages all to grey. The last row has no gap behind it,
 * but a page that nobody may read. */
static uint8_t *make_plane(size_t stride, size_t row_bytes, size_t rows) {
  static uint32_t state = 1;
  size_t page = (size_t)sysconf(_SC_PAGESIZE), size = stride * (rows - 1) + row_bytes;
  size_t pages = (size + page - 1) / page * page;
  uint8_t *memory = mmap(NULL, pages + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED || mprotect(memory + pages, page, PROT_NONE) != 0)
    exit(2);
  uint8_t *bytes = memory + pages - size;
  for (size_t i = 0; i < size; ++i) {
    state = state * 1664525u + 1013904223u;
    bytes[i] = (uint8_t)(i / stride % 8 == 0 ? i % stride * 3 / 7 : state >> 24);
  }
  return bytes;
}

static double pixel(const plane *p, int component, int x, int y) {
  return p->bytes[(size_t)y * p->stride + (size_t)x * p->components + component];
}

static double clamped(double value, double low, double high) { return value < low ? low : value > high ? high : value; }

static double bilinear(const plane *p, int component, const options *o, int x, int y) {
  double u = clamped((x + 0.5) * p->width / o->width - 0.5, 0, p->width - 1);
  double v = clamped((y + 0.5) * p->height / o->height - 0.5, 0, p->height - 1);
  int x0 = (int)u, y0 = (int)v, x1 = x0 + 1 < p->width ? x0 + 1 : x0, y1 = y0 + 1 < p->height ? y0 + 1 : y0;
  double above = pixel(p, component, x0, y0) * (1 - (u - x0)) + pixel(p, component, x1, y0) * (u - x0);
  double below = pixel(p, component, x0, y1) * (1 - (u - x0)) + pixel(p, component, x1, y1) * (u - x0);
  return above * (1 - (v - y0)) + below * (v - y0);
}

static double area(const plane *p, int component, const options *o, int x, int y) {
  double left = (double)x * p->width / o->width, right = (x + 1.0) * p->width / o->width;
  double top = (double)y * p->height / o->height, bottom = (y + 1.0) * p->height / o->height;
  double sum = 0;
  for (int j = (int)top; j < bottom && j < p->height; ++j)
    for (int i = (int)left; i < right && i < p->width; ++i)
      sum += (fmin(right, i + 1) - fmax(left, i)) * (fmin(bottom, j + 1) - fmax(top, j)) * pixel(p, component, i, j);
  return sum / ((right - left) * (bottom - top));
}

static double sample(const plane *p, int component, const options *o, int x, int y) {
  return o->area ? area(p, component, o, x, y) : bilinear(p, component, o, x, y);
}

/* One value of the tensor. */
static double reference(const plane *planes, const options *o, int channel, int x, int y) {
  int colour = o->bgr ? 2 - channel : channel;
  double value;
  if (framed_frame_stage.num_planes == 1) {
    value = sample(&planes[0], colour, o, x, y);
  } else {
    static const double of_u[] = {0, -0.39176229009491365, 2.0172321428571427};
    static const double of_v[] = {1.5960267857142858, -0.8129676472377708, 0};
    value = 1.1643835616438356 * (sample(&planes[0], 0, o, x, y) - 16) +
            of_u[colour] * (sample(&planes[1], 0, o, x, y) - 128) +
            of_v[colour] * (sample(&planes[1], 1, o, x, y) - 128);
    value = clamped(value, 0, 255);
  }
  return (value * o->scale - o->mean[channel]) / o->std[channel];
}

/* Compares values of type `held` with those of the model's input. */
static void compare(const void *tensor, uint32_t held, const plane *planes, const options *o) {
  uint32_t dtype = framed_model.inputs[0].dtype;
  double worst = 0;
  for (int channel = 0; channel < o->channels; ++channel) {
    double tolerance = dtype == EDGECC_FLOAT32 ? 1e-4 * 255 * o->scale / o->std[channel] : 1;
    for (int y = 0; y < o->height; ++y)
      for (int x = 0; x < o->width; ++x) {
        size_t index = o->channels_first ? ((size_t)channel * o->height + y) * o->width + x
                                         : ((size_t)y * o->width + x) * o->channels + channel;
        double expected = reference(planes, o, channel, x, y), got;
        int is_signed = dtype == EDGECC_INT8;
        if (dtype != EDGECC_FLOAT32)
          expected = floor(clamped(expected, is_signed ? -128 : 0, is_signed ? 127 : 255) + 0.5);
        if (held == EDGECC_FLOAT32)
          got = ((const float *)tensor)[index];
        else
          got = is_signed ? ((const int8_t *)tensor)[index] : ((const uint8_t *)tensor)[index];
        double error = fabs(got - expected) / tolerance;
        worst = error <= worst ? worst : error; /* NaN too */
      }
  }
  printf("worst error %.3g of the tolerance\n", worst);
  if (!(worst <= 1))
    fail("the tensor differs from the reference");
}

static void *guarded(size_t bytes) {
  uint8_t *memory = aligned_alloc(64, (bytes + 2 * guard + 63) / 64 * 64);
  memset(memory, 0xC5, bytes + 2 * guard);
  return memory + guard;
}

static void check_guards(const uint8_t *memory, size_t bytes) {
  for (int i = 1; i <= guard; ++i)
    if (memory[-i] != 0xC5 || memory[bytes + i - 1] != 0xC5) {
      fail("bytes around a buffer were written");
      return;
    }
}

static void check_refusals(const edgecc_frame *frame, void *tensor) {
  uint32_t last = framed_frame_stage.num_planes - 1;
  edgecc_frame bad = *frame;
  bad.planes[last] = NULL;
  if (framed_prepare_frame(&bad, tensor) != 1)
    fail("a plane of NULL was taken");
  bad = *frame;
  bad.strides[last] = framed_frame_stage.row_bytes[last] - 1;
  if (framed_prepare_frame(&bad, tensor) != 1)
    fail("a stride below the row's bytes was taken");
  bad.strides[last] = 0x7fffffff / framed_frame_stage.rows[last] + 1;
  if (framed_prepare_frame(&bad, tensor) != 1)
    fail("a stride beyond 2 GiB was taken");
}

static void check_run(const edgecc_frame *frame, void *tensor) {
  size_t bytes = framed_model.outputs[0].bytes;
  void *expected = guarded(bytes), *got = guarded(bytes), *arena = guarded(FRAMED_FRAME_ARENA_BYTES);
  if (framed_run(tensor, expected, arena) != 0 || framed_run_frame(frame, got, arena) != 0)
    fail("a run failed");
  if (memcmp(expected, got, bytes) != 0)
    fail("a run on the frame differs from a run on its tensor");
  check_guards(got, bytes);
  check_guards(arena, FRAMED_FRAME_ARENA_BYTES);
}

#ifdef FRAMES_OPENCL
/* The model's output is its input as floats: what the device has made of the frame. */
static void check_device(const edgecc_frame *frame, const plane *planes, const options *o) {
  size_t bytes = framed_model.outputs[0].bytes, session_bytes = edgecc_opencl_bytes(&framed_model);
  void *got = guarded(bytes), *arena = guarded(FRAMED_FRAME_ARENA_BYTES);
  void *outputs[] = {got};
  char message[1000];
  edgecc_opencl_options settings = {sizeof settings, 0, NULL, NULL, message, sizeof message};
  edgecc_opencl *session;
  edgecc_status status = edgecc_opencl_init(malloc(session_bytes), session_bytes, &framed_model, &settings, &session);
  if (status == EDGECC_NO_DRIVER)
    exit(77);
  if (status != EDGECC_OK) {
    fail(message);
    return;
  }
  if (!framed_model.program->frame)
    fail("the device does not make the tensor");
  if (edgecc_opencl_run_frame(session, &framed_frame_stage, frame, NULL, outputs, arena) != EDGECC_OK)
    fail(message);
  compare(got, EDGECC_FLOAT32, planes, o);
  check_guards(got, bytes);
  check_guards(arena, FRAMED_FRAME_ARENA_BYTES);
  edgecc_frame bad = *frame;
  bad.planes[0] = NULL;
  if (edgecc_opencl_run_frame(session, &framed_frame_stage, &bad, NULL, outputs, arena) != EDGECC_BAD_ARGUMENT ||
      !strstr(message, "a plane of the frame is NULL"))
    fail("a plane of NULL was taken");
  if (edgecc_opencl_run_frame(session, NULL, frame, NULL, outputs, arena) != EDGECC_BAD_ARGUMENT ||
      edgecc_opencl_run_frame(session, &framed_frame_stage, NULL, NULL, outputs, arena) != EDGECC_BAD_ARGUMENT)
    fail("a stage or a frame of NULL was taken");
  edgecc_opencl_destroy(session);
}
#endif

int main(int argc, char **argv) {
  if (argc < 13)
    return 2;
  options o = {.width = atoi(argv[1]), .height = atoi(argv[2]), .channels_first = atoi(argv[3])};
  o.area = strcmp(argv[4], "area") == 0;
  for (int i = 0; i < 4; ++i)
    o.crop[i] = atoi(argv[5 + i]);
  o.scale = atof(argv[9]);
  o.bgr = atoi(argv[10]);
  for (int i = 11; i + 1 < argc; i += 2, ++o.channels) {
    o.mean[o.channels] = atof(argv[i]);
    o.std[o.channels] = atof(argv[i + 1]);
  }
  edgecc_frame frame = {{NULL, NULL}, {0, 0}};
  plane planes[2];
  for (uint32_t i = 0; i < framed_frame_stage.num_planes; ++i) {
    int shift = i; /* the second plane has half the sides */
    frame.strides[i] = framed_frame_stage.row_bytes[i] + gap;
    frame.planes[i] = make_plane(frame.strides[i], framed_frame_stage.row_bytes[i], framed_frame_stage.rows[i]);
    int components = (int)(framed_frame_stage.row_bytes[i] / (framed_frame_stage.width >> shift));
    planes[i] = (plane){frame.planes[i] + (size_t)(o.crop[1] >> shift) * frame.strides[i] +
                            (size_t)(o.crop[0] >> shift) * components,
                        (int)frame.strides[i], components, o.crop[2] >> shift, o.crop[3] >> shift};
  }
  size_t bytes = framed_model.inputs[0].bytes;
  void *tensor = guarded(bytes);
  if (framed_prepare_frame(&frame, tensor) != 0)
    fail("the frame was refused");
  check_guards(tensor, bytes);
  compare(tensor, framed_model.inputs[0].dtype, planes, &o);
  check_refusals(&frame, tensor);
  check_run(&frame, tensor);
#ifdef FRAMES_OPENCL
  check_device(&frame, planes, &o);
#endif
  return failures > 0;
}
