#include "errors.h"

#include "driver.h"

edgecc_status edgecc_vk_fail_call(const edgecc_message *message, const char *function, int result) {
  return edgecc_message_fail(message, EDGECC_DEVICE_ERROR, "%s: %s", function, edgecc_vk_result_name(result));
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
