/* Runs a compiled model through its descriptor. The model here doubles four numbers; nothing below would change for
 * another one but its name and the sizes of the arrays. */
#include "edgecc/model.h"

#include <stdio.h>
#include <stdlib.h>

extern const edgecc_model double_model;

int main(void) {
  const edgecc_model *model = &double_model;
  const float x[4] = {1, 2, 3, 4};
  float y[4];
  const void *inputs[] = {x};
  void *outputs[] = {y};

  void *arena = NULL;
  if (model->arena_bytes > 0 && !(arena = aligned_alloc(model->arena_alignment, model->arena_bytes)))
    return 1;
  int failed = model->run(inputs, outputs, arena, NULL);
  free(arena);

  for (int i = 0; !failed && i < 4; ++i)
    printf("%g%c", y[i], i < 3 ? ' ' : '\n');
  return failed;
}
