#include "message.h"

#include "driver.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void append(const edgecc_vk_message *message, const char *format, va_list arguments) {
  if (!message->text || message->bytes == 0)
    return;
  size_t used = strlen(message->text);
  vsnprintf(message->text + used, message->bytes - used, format, arguments);
}

void edgecc_vk_clear(const edgecc_vk_message *message) {
  if (message->text && message->bytes > 0)
    message->text[0] = '\0';
}

void edgecc_vk_say(const edgecc_vk_message *message, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  append(message, format, arguments);
  va_end(arguments);
}

void edgecc_vk_note(const edgecc_vk_message *message, const char *format, ...) {
  va_list arguments;
  if (!message->text || message->bytes == 0 || message->text[0] != '\0')
    return;
  va_start(arguments, format);
  append(message, format, arguments);
  va_end(arguments);
}

edgecc_status edgecc_vk_fail(const edgecc_vk_message *message, edgecc_status status, const char *format, ...) {
  va_list arguments;
  edgecc_vk_clear(message);
  va_start(arguments, format);
  append(message, format, arguments);
  va_end(arguments);
  return status;
}

edgecc_status edgecc_vk_fail_call(const edgecc_vk_message *message, const char *function, int result) {
  return edgecc_vk_fail(message, EDGECC_DEVICE_ERROR, "%s: %s", function, edgecc_vk_result_name(result));
}

const char *edgecc_vk_result_name(int result) {
  switch (result) {
#define EDGECC_VK_RESULT(name)                                                                                         \
  case name:                                                                                                           \
    return #name;
    EDGECC_VK_RESULT(VK_NOT_READY)
    EDGECC_VK_RESULT(VK_TIMEOUT)
    EDGECC_VK_RESULT(VK_INCOMPLETE)
    EDGECC_VK_RESULT(VK_ERROR_OUT_OF_HOST_MEMORY)
    EDGECC_VK_RESULT(VK_ERROR_OUT_OF_DEVICE_MEMORY)
    EDGECC_VK_RESULT(VK_ERROR_INITIALIZATION_FAILED)
    EDGECC_VK_RESULT(VK_ERROR_DEVICE_LOST)
    EDGECC_VK_RESULT(VK_ERROR_MEMORY_MAP_FAILED)
    EDGECC_VK_RESULT(VK_ERROR_LAYER_NOT_PRESENT)
    EDGECC_VK_RESULT(VK_ERROR_EXTENSION_NOT_PRESENT)
    EDGECC_VK_RESULT(VK_ERROR_FEATURE_NOT_PRESENT)
    EDGECC_VK_RESULT(VK_ERROR_INCOMPATIBLE_DRIVER)
    EDGECC_VK_RESULT(VK_ERROR_TOO_MANY_OBJECTS)
    EDGECC_VK_RESULT(VK_ERROR_FRAGMENTED_POOL)
    EDGECC_VK_RESULT(VK_ERROR_OUT_OF_POOL_MEMORY)
    EDGECC_VK_RESULT(VK_ERROR_INVALID_EXTERNAL_HANDLE)
    EDGECC_VK_RESULT(VK_ERROR_INVALID_SHADER_NV)
    EDGECC_VK_RESULT(VK_ERROR_UNKNOWN)
#undef EDGECC_VK_RESULT
  default:
    return "another VkResult";
  }
}
