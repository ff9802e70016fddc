/* The harness brings its own malloc, so that it can refuse allocation while a model runs. */
#ifndef EDGECC_HARNESS_FORBID_MALLOC_H
#define EDGECC_HARNESS_FORBID_MALLOC_H

#include <stdbool.h>

/* From now on, until called with false, any call of the malloc family in any thread ends the program with a message. */
void forbid_malloc(bool forbidden);

#endif
