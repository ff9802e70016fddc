/* What a device library tells its caller about a failure. */
#ifndef EDGECC_SRC_MESSAGE_H
#define EDGECC_SRC_MESSAGE_H

#include "edgecc/status.h"

#include <stddef.h>

/* The caller's buffer; every text that does not fit is cut. */
typedef struct edgecc_message {
  char *text; /* ended by 0; NULL if the caller wants none */
  size_t bytes;
} edgecc_message;

void edgecc_message_clear(const edgecc_message *message);

/* Adds to the text, as printf does. */
void edgecc_message_say(const edgecc_message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes this the text, unless there is one already. */
void edgecc_message_note(const edgecc_message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes this the text and returns `status`. */
edgecc_status edgecc_message_fail(const edgecc_message *message, edgecc_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
