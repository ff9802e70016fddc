#include "session.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { max_devices = 16, max_families = 32 };

/* Whether `part` occurs in `text`, in upper or lower case. */
static bool contains(const char *text, const char *part) {
  for (;; ++text) {
    size_t i = 0;
    while (part[i] != '\0' && tolower((unsigned char)text[i]) == tolower((unsigned char)part[i]))
      ++i;
    if (part[i] == '\0')
      return true;
    if (*text == '\0')
      return false;
  }
}

/* Finds a queue family that computes; the first, which on GPUs that draw is the one with all their cores. */
static bool find_queue_family(const edgecc_vulkan *session, VkPhysicalDevice device, uint32_t *out_family,
                              uint32_t *out_timestamp_bits) {
  VkQueueFamilyProperties families[max_families];
  uint32_t count = max_families;
  session->vk.GetPhysicalDeviceQueueFamilyProperties(device, &count, families);
  for (uint32_t i = 0; i < count; ++i)
    if ((families[i].queueFlags & VK_QUEUE_COMPUTE_BIT) != 0) {
      *out_family = i;
      *out_timestamp_bits = families[i].timestampValidBits;
      return true;
    }
  return false;
}

static int rank(VkPhysicalDeviceType type) {
  return type == VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU ? 0 : type == VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU ? 1 : 2;
}

/* Takes the device if it fits and is better than the one taken before. */
static void consider(edgecc_vulkan *session, VkPhysicalDevice device, const char *name) {
  VkPhysicalDeviceProperties properties;
  uint32_t family = 0, timestamp_bits = 0;
  session->vk.GetPhysicalDeviceProperties(device, &properties);
  if (properties.apiVersion < VK_API_VERSION_1_1 || (name && !contains(properties.deviceName, name)) ||
      !find_queue_family(session, device, &family, &timestamp_bits))
    return;
  if (session->physical_device && rank(session->properties.deviceType) <= rank(properties.deviceType))
    return;
  session->physical_device = device;
  session->properties = properties;
  session->queue_family = family;
  session->timestamp_bits = timestamp_bits;
}

static edgecc_status fail_none(edgecc_vulkan *session, const char *name, const VkPhysicalDevice *devices,
                               uint32_t count) {
  edgecc_message_fail(&session->message, EDGECC_NO_DRIVER,
                      "no Vulkan 1.1 device that computes%s%s%s; the devices are:", name ? " has '" : "",
                      name ? name : "", name ? "' in its name" : "");
  for (uint32_t i = 0; i < count; ++i) {
    VkPhysicalDeviceProperties properties;
    session->vk.GetPhysicalDeviceProperties(devices[i], &properties);
    edgecc_message_say(&session->message, "%s '%s'", i > 0 ? "," : "", properties.deviceName);
  }
  if (count == 0)
    edgecc_message_say(&session->message, " none");
  return EDGECC_NO_DRIVER;
}

edgecc_status edgecc_vk_choose_device(edgecc_vulkan *session, const char *name) {
  VkPhysicalDevice devices[max_devices];
  uint32_t count = max_devices;
  VkResult result = session->vk.EnumeratePhysicalDevices(session->instance, &count, devices);
  if (result != VK_SUCCESS && result != VK_INCOMPLETE)
    return edgecc_vk_fail_call(&session->message, "vkEnumeratePhysicalDevices", result);
  for (uint32_t i = 0; i < count; ++i)
    consider(session, devices[i], name);
  if (!session->physical_device)
    return fail_none(session, name, devices, count);

  VkPhysicalDeviceMaintenance3Properties sizes = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MAINTENANCE_3_PROPERTIES};
  VkPhysicalDeviceProperties2 properties = {.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2, .pNext = &sizes};
  session->vk.GetPhysicalDeviceProperties2(session->physical_device, &properties);
  session->max_allocation_bytes = sizes.maxMemoryAllocationSize;
  session->vk.GetPhysicalDeviceMemoryProperties(session->physical_device, &session->memory_properties);
  if (session->properties.apiVersion < session->api_version)
    session->api_version = VK_API_VERSION_1_1;
  return EDGECC_OK;
}

/* The features of a device that models may ask for. */
typedef struct features {
  VkPhysicalDeviceFeatures2 core;
  VkPhysicalDevice16BitStorageFeatures storage16;
  VkPhysicalDevice8BitStorageFeatures storage8;
  VkPhysicalDeviceShaderFloat16Int8Features arithmetic;
} features;

static const struct needed_feature {
  uint32_t flags; /* any of these needs it */
  const char *name;
  size_t offset; /* of a VkBool32 */
} needed_features[] = {
    {EDGECC_FEATURE_8_BIT, "storageBuffer8BitAccess", offsetof(features, storage8.storageBuffer8BitAccess)},
    {EDGECC_FEATURE_8_BIT, "shaderInt8", offsetof(features, arithmetic.shaderInt8)},
    {EDGECC_FEATURE_16_BIT | EDGECC_FEATURE_FLOAT16, "storageBuffer16BitAccess",
     offsetof(features, storage16.storageBuffer16BitAccess)},
    {EDGECC_FEATURE_16_BIT, "shaderInt16", offsetof(features, core.features.shaderInt16)},
    {EDGECC_FEATURE_64_BIT, "shaderInt64", offsetof(features, core.features.shaderInt64)},
    {EDGECC_FEATURE_FLOAT16, "shaderFloat16", offsetof(features, arithmetic.shaderFloat16)},
    {EDGECC_FEATURE_FLOAT64, "shaderFloat64", offsetof(features, core.features.shaderFloat64)}};

enum {
  num_needed_features = sizeof needed_features / sizeof needed_features[0],
  known_flags = EDGECC_FEATURE_8_BIT | EDGECC_FEATURE_16_BIT | EDGECC_FEATURE_64_BIT | EDGECC_FEATURE_FLOAT16 |
                EDGECC_FEATURE_FLOAT64
};

static VkBool32 *feature_at(features *of, size_t offset) { return (VkBool32 *)(void *)((char *)of + offset); }

/* Which of the two extensions, below 1.2, stand for what is in the core from there on. */
typedef struct extensions {
  bool storage8, arithmetic;
} extensions;

static edgecc_status find_extensions(const edgecc_vulkan *session, extensions *out) {
  uint32_t count = 0;
  const edgecc_vk_driver *vk = &session->vk;
  VkResult result = vk->EnumerateDeviceExtensionProperties(session->physical_device, NULL, &count, NULL);
  VkExtensionProperties *list = count > 0 ? malloc(count * sizeof *list) : NULL;
  if (count > 0 && !list)
    result = VK_ERROR_OUT_OF_HOST_MEMORY;
  if (list)
    result = vk->EnumerateDeviceExtensionProperties(session->physical_device, NULL, &count, list);
  for (uint32_t i = 0; list && i < count; ++i) {
    out->storage8 |= strcmp(list[i].extensionName, VK_KHR_8BIT_STORAGE_EXTENSION_NAME) == 0;
    out->arithmetic |= strcmp(list[i].extensionName, VK_KHR_SHADER_FLOAT16_INT8_EXTENSION_NAME) == 0;
  }
  free(list);
  return result == VK_SUCCESS || result == VK_INCOMPLETE
             ? EDGECC_OK
             : edgecc_vk_fail_call(&session->message, "vkEnumerateDeviceExtensionProperties", result);
}

/* Makes an empty set of features, with those parts that the device knows. */
static void chain(features *of, extensions known) {
  memset(of, 0, sizeof *of);
  of->core.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2;
  of->storage16.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES;
  of->storage8.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_8BIT_STORAGE_FEATURES;
  of->arithmetic.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES;
  of->core.pNext = &of->storage16;
  void **next = &of->storage16.pNext;
  if (known.storage8) {
    *next = &of->storage8;
    next = &of->storage8.pNext;
  }
  if (known.arithmetic)
    *next = &of->arithmetic;
}

/* Sets in `enabled` what the program asks for; what the device does not know at all is not available. */
static edgecc_status enable_features(const edgecc_vulkan *session, features *available, features *enabled) {
  uint32_t asked = session->program->features;
  if ((asked & ~(uint32_t)known_flags) != 0)
    return edgecc_message_fail(&session->message, EDGECC_BAD_PROGRAM,
                               "the model needs a feature that this version of edgecc does not know");
  bool complete = true;
  for (int i = 0; i < num_needed_features; ++i) {
    const struct needed_feature *feature = &needed_features[i];
    if ((asked & feature->flags) == 0)
      continue;
    if (*feature_at(available, feature->offset)) {
      *feature_at(enabled, feature->offset) = VK_TRUE;
      continue;
    }
    if (complete)
      edgecc_message_fail(&session->message, EDGECC_BAD_PROGRAM,
                          "the device '%s' lacks, and the model needs:", session->properties.deviceName);
    edgecc_message_say(&session->message, " %s", feature->name);
    complete = false;
  }
  return complete ? EDGECC_OK : EDGECC_BAD_PROGRAM;
}

static edgecc_status create_device(edgecc_vulkan *session, const features *enabled, extensions used) {
  const float priority = 1.0f;
  const VkDeviceQueueCreateInfo queue = {.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
                                         .queueFamilyIndex = session->queue_family,
                                         .queueCount = 1,
                                         .pQueuePriorities = &priority};
  const char *names[2];
  VkDeviceCreateInfo info = {.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
                             .pNext = &enabled->core,
                             .queueCreateInfoCount = 1,
                             .pQueueCreateInfos = &queue,
                             .ppEnabledExtensionNames = names};
  if (used.storage8)
    names[info.enabledExtensionCount++] = VK_KHR_8BIT_STORAGE_EXTENSION_NAME;
  if (used.arithmetic)
    names[info.enabledExtensionCount++] = VK_KHR_SHADER_FLOAT16_INT8_EXTENSION_NAME;
  VkResult result = session->vk.CreateDevice(session->physical_device, &info, NULL, &session->device);
  if (result == VK_SUCCESS)
    return EDGECC_OK;
  session->device = VK_NULL_HANDLE;
  return edgecc_vk_fail_call(&session->message, "vkCreateDevice", result);
}

static edgecc_status load_device(edgecc_vulkan *session) {
  const char *missing = NULL;
  if (edgecc_vk_load_device(&session->vk, session->device, &missing)) {
    session->vk.GetDeviceQueue(session->device, session->queue_family, 0, &session->queue);
    return EDGECC_OK;
  }
  session->vk.DestroyDevice(session->device, NULL); /* here, for the rest of the release needs the functions */
  session->device = VK_NULL_HANDLE;
  return edgecc_message_fail(&session->message, EDGECC_NO_DRIVER, "the Vulkan driver lacks %s", missing);
}

edgecc_status edgecc_vk_make_device(edgecc_vulkan *session) {
  const bool in_core = session->api_version >= VK_API_VERSION_1_2;
  extensions present = {in_core, in_core};
  edgecc_status status = in_core ? EDGECC_OK : find_extensions(session, &present);
  if (status != EDGECC_OK)
    return status;

  features available, enabled;
  chain(&available, present);
  session->vk.GetPhysicalDeviceFeatures2(session->physical_device, &available.core);
  chain(&enabled, present);
  status = enable_features(session, &available, &enabled);
  if (status != EDGECC_OK)
    return status;
  const extensions used = {!in_core && present.storage8, !in_core && present.arithmetic};
  status = create_device(session, &enabled, used);
  return status == EDGECC_OK ? load_device(session) : status;
}
