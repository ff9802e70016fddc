/* Compares the functions of a compiled model with libm in double precision over all exponents, and fails where the
 * error is larger than docs/targets/cpu.md says. The script math-accuracy makes the model. math-accuracy STEP   looks
 * at every STEPth float */
#include "functions.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 4096 };

/* A function and the arguments, by absolute value, for which its error is bounded: by `ulp` units in the last place, or
 * by `absolute` where that is more. */
typedef struct {
  const char *name;
  double (*exact)(double);
  double smallest, largest;
  double ulp, absolute;
} function;

static const function functions[] = {
    {"atan2", NULL, 0, INFINITY, 4, 0}, /* of x and y; libm's, as are those with 4 ulp below */
    {"acos", acos, 0, INFINITY, 1.5, 0}, {"asin", asin, 0, INFINITY, 7, 0},       {"atan", atan, 0, INFINITY, 4, 0},
    {"cbrt", cbrt, 0, INFINITY, 4, 0},   {"cos", cos, 0, 1e9, 0, 4e-7},           {"erf", erf, 0, INFINITY, 5, 0},
    {"erfc", erfc, 0, INFINITY, 4, 0},   {"exp", exp, 0, INFINITY, 5, FLT_MIN}, /* results below FLT_MIN are not rounded
                                                                                   to subnormal numbers */
    {"expm1", expm1, 0, INFINITY, 5, 0}, {"log", log, FLT_MIN, INFINITY, 2, 0}, /* subnormal arguments count as FLT_MIN
                                                                                 */
    {"log1p", log1p, 0, INFINITY, 3, 0}, {"log2", log2, FLT_MIN, INFINITY, 2, 0}, {"sin", sin, 0, 1e9, 0, 4e-7},
    {"tanh", tanh, 0, INFINITY, 5, 0},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

/* What was found for one function. */
typedef struct {
  double ulp, ulp_at, absolute, absolute_at;
  long faults; /* finite for NaN or infinity, or the other way round */
  double fault_at, fault_is;
} finding;

static float x[BATCH], y[BATCH], results[FUNCTIONS][BATCH];
static unsigned char arena[FUNCTIONS_ARENA_BYTES + 1] __attribute__((aligned(FUNCTIONS_ARENA_ALIGNMENT)));
static finding findings[FUNCTIONS];

static float float_of(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* Distance of floats around `value`. */
static double spacing(double value) {
  int exponent = fabs(value) < FLT_MIN ? FLT_MIN_EXP - 1 : ilogb(value);
  return ldexp(1, exponent - (FLT_MANT_DIG - 1));
}

static void compare(const function *f, finding *found, float argument, double exact, float result) {
  float rounded = (float)exact;
  double error, ulp;
  int ok = isnan(rounded) ? isnan(result) : isinf(rounded) ? result == rounded : isfinite(result);
  if (!ok) {
    if (found->faults++ == 0) {
      found->fault_at = argument;
      found->fault_is = result;
    }
    return;
  }
  if (!isfinite(rounded) || fabs(argument) < f->smallest || fabs(argument) > f->largest)
    return;
  error = fabs(result - exact);
  ulp = error / spacing(exact);
  if (error > found->absolute) {
    found->absolute = error;
    found->absolute_at = argument;
  }
  if (ulp > found->ulp && error > f->absolute) {
    found->ulp = ulp;
    found->ulp_at = argument;
  }
}

static void run_batch(void) {
  int i, n;
  functions_run(x, y, results[0], results[1], results[2], results[3], results[4], results[5], results[6], results[7],
                results[8], results[9], results[10], results[11], results[12], results[13], results[14], arena);
  for (n = 0; n < FUNCTIONS; ++n)
    for (i = 0; i < BATCH; ++i) {
      double exact = functions[n].exact ? functions[n].exact(x[i]) : atan2(x[i], y[i]);
      compare(&functions[n], &findings[n], x[i], exact, results[n][i]);
    }
}

int main(int argc, char **argv) {
  uint64_t step = argc > 1 ? strtoull(argv[1], NULL, 10) : 997, bits = 0;
  int i, n, failures = 0;
  while (bits < UINT64_C(1) << 32) {
    for (i = 0; i < BATCH; ++i, bits += step) {
      x[i] = float_of((uint32_t)bits);
      y[i] = float_of((uint32_t)bits * UINT32_C(2654435761));
    }
    run_batch();
  }
  printf("%-6s %10s  %-14s %10s  %-14s %s\n", "name", "ulp", "at", "absolute", "at", "faults");
  for (n = 0; n < FUNCTIONS; ++n) {
    const finding *found = &findings[n];
    int ok = found->ulp <= functions[n].ulp && found->faults == 0;
    printf("%-6s %10.3g  %-14.8g %10.3g  %-14.8g %ld", functions[n].name, found->ulp, found->ulp_at, found->absolute,
           found->absolute_at, found->faults);
    if (found->faults)
      printf(" (first: %g for %.9g)", found->fault_is, found->fault_at);
    printf("%s\n", ok ? "" : "  FAIL");
    failures += !ok;
  }
  return failures > 0;
}
