#include "message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void append(const edgecc_message *message, const char *format, va_list arguments) {
  if (!message->text || message->bytes == 0)
    return;
  size_t used = strlen(message->text);
  vsnprintf(message->text + used, message->bytes - used, format, arguments);
}

void edgecc_message_clear(const edgecc_message *message) {
  if (message->text && message->bytes > 0)
    message->text[0] = '\0';
}

void edgecc_message_say(const edgecc_message *message, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  append(message, format, arguments);
  va_end(arguments);
}

void edgecc_message_note(const edgecc_message *message, const char *format, ...) {
  va_list arguments;
  if (!message->text || message->bytes == 0 || message->text[0] != '\0')
    return;
  va_start(arguments, format);
  append(message, format, arguments);
  va_end(arguments);
}

edgecc_status edgecc_message_fail(const edgecc_message *message, edgecc_status status, const char *format, ...) {
  va_list arguments;
  edgecc_message_clear(message);
  va_start(arguments, format);
  append(message, format, arguments);
  va_end(arguments);
  return status;
}
