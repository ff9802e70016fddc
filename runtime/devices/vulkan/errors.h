/* Vulkan's errors as text. */
#ifndef EDGECC_DEVICES_VULKAN_ERRORS_H
#define EDGECC_DEVICES_VULKAN_ERRORS_H

#include "../../src/message.h"

/* Makes a Vulkan function that failed the text: "vkCreateFence: VK_ERROR_OUT_OF_HOST_MEMORY". Returns
 * EDGECC_DEVICE_ERROR. The result is a VkResult. */
edgecc_status edgecc_vk_fail_call(const edgecc_message *message, const char *function, int result);

/* "VK_ERROR_DEVICE_LOST" and so on for a VkResult. */
const char *edgecc_vk_result_name(int result);

#endif
