/* Runs the network on one thread and on two, and compares: which thread does what must not change the result. */
#include "digits.h"

#include "edgecc/pool.h"

#include <stdio.h>
#include <string.h>

static unsigned char arena[DIGITS_ARENA_BYTES] __attribute__((aligned(DIGITS_ARENA_ALIGNMENT)));
static unsigned char pool_memory[4096] __attribute__((aligned(EDGECC_POOL_ALIGNMENT)));
static float image[DIGITS_INPUT_IMAGE_ELEMENTS];
static float alone[DIGITS_OUTPUT_PROBABILITIES_ELEMENTS];
static float together[DIGITS_OUTPUT_PROBABILITIES_ELEMENTS];

int main(void) {
  edgecc_pool *pool;
  edgecc_status status = edgecc_pool_init(pool_memory, sizeof pool_memory, 2, &pool);
  int i, failed;
  if (status != EDGECC_OK) {
    fprintf(stderr, "no pool: %s\n", edgecc_status_name(status));
    return 1;
  }
  for (i = 0; i < DIGITS_INPUT_IMAGE_ELEMENTS; ++i)
    image[i] = (float)(i % 29) / 28.0f;
  failed = digits_run(image, alone, arena, NULL);
  for (i = 0; i < 100 && !failed; ++i)
    failed = digits_run(image, together, arena, pool) || memcmp(alone, together, sizeof alone) != 0;
  edgecc_pool_destroy(pool);
  printf("%s on 1 and 2 threads\n", failed ? "not the same" : "the same");
  return failed;
}
