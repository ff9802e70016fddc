/* What the caller is told about a failure. */
#ifndef EDGECC_DEVICES_VULKAN_MESSAGE_H
#define EDGECC_DEVICES_VULKAN_MESSAGE_H

#include "edgecc/status.h"

#include <stddef.h>

/* The caller's buffer; every text that does not fit is cut. */
typedef struct edgecc_vk_message {
  char *text; /* ended by 0; NULL if the caller wants none */
  size_t bytes;
} edgecc_vk_message;

void edgecc_vk_clear(const edgecc_vk_message *message);

/* Adds to the text, as printf does. */
void edgecc_vk_say(const edgecc_vk_message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes this the text, unless there is one already. */
void edgecc_vk_note(const edgecc_vk_message *message, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes this the text and returns `status`. */
edgecc_status edgecc_vk_fail(const edgecc_vk_message *message, edgecc_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a Vulkan function that failed: "vkCreateFence: VK_ERROR_OUT_OF_HOST_MEMORY", EDGECC_DEVICE_ERROR. The
 * result is a VkResult. */
edgecc_status edgecc_vk_fail_call(const edgecc_vk_message *message, const char *function, int result);

/* "VK_ERROR_DEVICE_LOST" and so on for a VkResult. */
const char *edgecc_vk_result_name(int result);

#endif
