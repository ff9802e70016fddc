#include "message.h"

#include "driver.h"

#include <CL/cl_ext.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void edgecc_cl_clear(const edgecc_cl_message *message) {
  if (message->text && message->bytes > 0)
    message->text[0] = 0;
}

static void append(const edgecc_cl_message *message, const char *format, va_list arguments) {
  if (!message->text || message->bytes == 0)
    return;
  size_t used = strlen(message->text);
  vsnprintf(message->text + used, message->bytes - used, format, arguments);
}

void edgecc_cl_say(const edgecc_cl_message *message, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  append(message, format, arguments);
  va_end(arguments);
}

edgecc_status edgecc_cl_fail(const edgecc_cl_message *message, edgecc_status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  edgecc_cl_clear(message);
  append(message, format, arguments);
  va_end(arguments);
  return status;
}

/* All errors of OpenCL 1.2 that its core functions return, and that of a loader without drivers. */
const char *edgecc_cl_error_name(int error) {
#define NAME(code)                                                                                                     \
  case code:                                                                                                           \
    return #code
  switch (error) {
    NAME(CL_SUCCESS);
    NAME(CL_DEVICE_NOT_FOUND);
    NAME(CL_DEVICE_NOT_AVAILABLE);
    NAME(CL_COMPILER_NOT_AVAILABLE);
    NAME(CL_MEM_OBJECT_ALLOCATION_FAILURE);
    NAME(CL_OUT_OF_RESOURCES);
    NAME(CL_OUT_OF_HOST_MEMORY);
    NAME(CL_PROFILING_INFO_NOT_AVAILABLE);
    NAME(CL_MEM_COPY_OVERLAP);
    NAME(CL_BUILD_PROGRAM_FAILURE);
    NAME(CL_MAP_FAILURE);
    NAME(CL_MISALIGNED_SUB_BUFFER_OFFSET);
    NAME(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST);
    NAME(CL_COMPILE_PROGRAM_FAILURE);
    NAME(CL_LINKER_NOT_AVAILABLE);
    NAME(CL_LINK_PROGRAM_FAILURE);
    NAME(CL_KERNEL_ARG_INFO_NOT_AVAILABLE);
    NAME(CL_INVALID_VALUE);
    NAME(CL_INVALID_DEVICE_TYPE);
    NAME(CL_INVALID_PLATFORM);
    NAME(CL_INVALID_DEVICE);
    NAME(CL_INVALID_CONTEXT);
    NAME(CL_INVALID_QUEUE_PROPERTIES);
    NAME(CL_INVALID_COMMAND_QUEUE);
    NAME(CL_INVALID_HOST_PTR);
    NAME(CL_INVALID_MEM_OBJECT);
    NAME(CL_INVALID_BINARY);
    NAME(CL_INVALID_BUILD_OPTIONS);
    NAME(CL_INVALID_PROGRAM);
    NAME(CL_INVALID_PROGRAM_EXECUTABLE);
    NAME(CL_INVALID_KERNEL_NAME);
    NAME(CL_INVALID_KERNEL_DEFINITION);
    NAME(CL_INVALID_KERNEL);
    NAME(CL_INVALID_ARG_INDEX);
    NAME(CL_INVALID_ARG_VALUE);
    NAME(CL_INVALID_ARG_SIZE);
    NAME(CL_INVALID_KERNEL_ARGS);
    NAME(CL_INVALID_WORK_DIMENSION);
    NAME(CL_INVALID_WORK_GROUP_SIZE);
    NAME(CL_INVALID_WORK_ITEM_SIZE);
    NAME(CL_INVALID_GLOBAL_OFFSET);
    NAME(CL_INVALID_EVENT_WAIT_LIST);
    NAME(CL_INVALID_EVENT);
    NAME(CL_INVALID_OPERATION);
    NAME(CL_INVALID_BUFFER_SIZE);
    NAME(CL_INVALID_GLOBAL_WORK_SIZE);
    NAME(CL_INVALID_PROPERTY);
    NAME(CL_INVALID_COMPILER_OPTIONS);
    NAME(CL_INVALID_LINKER_OPTIONS);
    NAME(CL_PLATFORM_NOT_FOUND_KHR);
  }
#undef NAME
  return "an unknown OpenCL error";
}
