/* Reads a picture of a digit, runs the network on it and compares the probabilities with those in a second file. */
#include "digits.h"

#include <math.h>
#include <stdio.h>

static unsigned char arena[DIGITS_ARENA_BYTES] __attribute__((aligned(DIGITS_ARENA_ALIGNMENT)));
static float image[DIGITS_INPUT_IMAGE_ELEMENTS];
static float probabilities[DIGITS_OUTPUT_PROBABILITIES_ELEMENTS];
static float expected[DIGITS_OUTPUT_PROBABILITIES_ELEMENTS];

static int read_floats(const char *path, float *values, size_t count) {
  FILE *file = fopen(path, "rb");
  size_t found = file ? fread(values, sizeof *values, count, file) : 0;
  if (file)
    fclose(file);
  if (found != count)
    fprintf(stderr, "%s: expected %u floats, found %u\n", path, (unsigned)count, (unsigned)found);
  return found == count;
}

int main(int argc, char **argv) {
  int i, best = 0;
  if (argc != 3 || !read_floats(argv[1], image, DIGITS_INPUT_IMAGE_ELEMENTS) ||
      !read_floats(argv[2], expected, DIGITS_OUTPUT_PROBABILITIES_ELEMENTS))
    return 2;
  if (digits_run(image, probabilities, arena) != 0)
    return 1;
  for (i = 0; i < DIGITS_OUTPUT_PROBABILITIES_ELEMENTS; ++i) {
    if (!(fabsf(probabilities[i] - expected[i]) < 1e-5f)) {
      fprintf(stderr, "probability of %d is %g, expected %g\n", i, probabilities[i], expected[i]);
      return 1;
    }
    if (probabilities[i] > probabilities[best])
      best = i;
  }
  printf("this is a %d\n", best);
  return 0;
}
