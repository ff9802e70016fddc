#include "session.h"

static const char *const validation_layer = "VK_LAYER_KHRONOS_validation";
static const char *const debug_utils = VK_EXT_DEBUG_UTILS_EXTENSION_NAME;

static VKAPI_ATTR VkBool32 VKAPI_CALL count_message(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                                                    VkDebugUtilsMessageTypeFlagsEXT types,
                                                    const VkDebugUtilsMessengerCallbackDataEXT *data, void *context) {
  edgecc_vulkan *session = context;
  (void)severity;
  (void)types;
  session->validation_messages++;
  edgecc_message_note(&session->message, "%s", data->pMessage);
  return VK_FALSE; /* the call goes on */
}

static VkDebugUtilsMessengerCreateInfoEXT messenger_info(edgecc_vulkan *session) {
  return (VkDebugUtilsMessengerCreateInfoEXT){.sType = VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT,
                                              .messageSeverity = VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT |
                                                                 VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT,
                                              .messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT,
                                              .pfnUserCallback = count_message,
                                              .pUserData = session};
}

static edgecc_status fail_create(edgecc_vulkan *session, VkResult result) {
  switch (result) {
  case VK_ERROR_LAYER_NOT_PRESENT:
    return edgecc_message_fail(&session->message, EDGECC_NO_DRIVER, "the layer %s is not installed", validation_layer);
  case VK_ERROR_EXTENSION_NOT_PRESENT:
    return edgecc_message_fail(&session->message, EDGECC_NO_DRIVER, "the Vulkan library has no %s", debug_utils);
  case VK_ERROR_INCOMPATIBLE_DRIVER: /* what the loader says if it finds no driver */
  case VK_ERROR_INITIALIZATION_FAILED:
    return edgecc_message_fail(&session->message, EDGECC_NO_DRIVER, "no Vulkan driver is installed (%s)",
                               edgecc_vk_result_name(result));
  default:
    return edgecc_vk_fail_call(&session->message, "vkCreateInstance", result);
  }
}

static edgecc_status create_instance(edgecc_vulkan *session) {
  const VkApplicationInfo application = {.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
                                         .pApplicationName = session->model->name,
                                         .pEngineName = "edgecc",
                                         .apiVersion = session->api_version};
  const VkDebugUtilsMessengerCreateInfoEXT messenger = messenger_info(session);
  VkInstanceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO, .pApplicationInfo = &application};
  if (session->validate) {
    info.pNext = &messenger; /* sees the making and the end of the instance, which the messenger itself does not */
    info.enabledLayerCount = 1;
    info.ppEnabledLayerNames = &validation_layer;
    info.enabledExtensionCount = 1;
    info.ppEnabledExtensionNames = &debug_utils;
  }
  VkResult result = session->vk.CreateInstance(&info, NULL, &session->instance);
  if (result == VK_SUCCESS)
    return EDGECC_OK;
  session->instance = VK_NULL_HANDLE;
  return fail_create(session, result);
}

/* Version 1.2 has the 8-bit and 16-bit features in its core; nothing newer is used. */
static edgecc_status find_version(edgecc_vulkan *session) {
  uint32_t version = VK_API_VERSION_1_0;
  if (session->vk.EnumerateInstanceVersion)
    session->vk.EnumerateInstanceVersion(&version);
  if (version < VK_API_VERSION_1_1)
    return edgecc_message_fail(&session->message, EDGECC_NO_DRIVER,
                               "the Vulkan library is of version 1.0, expected 1.1");
  session->api_version = version < VK_API_VERSION_1_2 ? VK_API_VERSION_1_1 : VK_API_VERSION_1_2;
  return EDGECC_OK;
}

static edgecc_status create_messenger(edgecc_vulkan *session) {
  const VkDebugUtilsMessengerCreateInfoEXT info = messenger_info(session);
  edgecc_vk_driver *vk = &session->vk;
  if (!vk->CreateDebugUtilsMessengerEXT || !vk->DestroyDebugUtilsMessengerEXT)
    return fail_create(session, VK_ERROR_EXTENSION_NOT_PRESENT);
  VkResult result = vk->CreateDebugUtilsMessengerEXT(session->instance, &info, NULL, &session->messenger);
  return result == VK_SUCCESS ? EDGECC_OK
                              : edgecc_vk_fail_call(&session->message, "vkCreateDebugUtilsMessengerEXT", result);
}

edgecc_status edgecc_vk_make_instance(edgecc_vulkan *session) {
  const char *missing = NULL;
  if (!edgecc_vk_load(&session->vk, &missing))
    return edgecc_message_fail(&session->message, EDGECC_NO_DRIVER, "no Vulkan library is installed: %s not found",
                               missing);
  edgecc_status status = find_version(session);
  if (status == EDGECC_OK)
    status = create_instance(session);
  if (status != EDGECC_OK)
    return status;
  if (!edgecc_vk_load_instance(&session->vk, session->instance, &missing))
    return edgecc_message_fail(&session->message, EDGECC_NO_DRIVER, "the Vulkan library lacks %s", missing);
  return session->validate ? create_messenger(session) : EDGECC_OK;
}
