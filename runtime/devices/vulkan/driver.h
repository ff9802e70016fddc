/* The functions of the Vulkan library, found when the program runs, so that it starts on machines without one. */
#ifndef EDGECC_DEVICES_VULKAN_DRIVER_H
#define EDGECC_DEVICES_VULKAN_DRIVER_H

#define VK_NO_PROTOTYPES
#include <vulkan/vulkan_core.h>

#include <stdbool.h>

/* Without their prefix, so that a call reads vk->CreateBuffer(...). */
#define EDGECC_VK_INSTANCE_FUNCTIONS(FUNCTION)                                                                         \
  FUNCTION(CreateDevice)                                                                                               \
  FUNCTION(DestroyDevice)                                                                                              \
  FUNCTION(DestroyInstance)                                                                                            \
  FUNCTION(EnumerateDeviceExtensionProperties)                                                                         \
  FUNCTION(EnumeratePhysicalDevices)                                                                                   \
  FUNCTION(GetDeviceProcAddr)                                                                                          \
  FUNCTION(GetPhysicalDeviceFeatures2)                                                                                 \
  FUNCTION(GetPhysicalDeviceMemoryProperties)                                                                          \
  FUNCTION(GetPhysicalDeviceProperties)                                                                                \
  FUNCTION(GetPhysicalDeviceProperties2)                                                                               \
  FUNCTION(GetPhysicalDeviceQueueFamilyProperties)

#define EDGECC_VK_DEVICE_FUNCTIONS(FUNCTION)                                                                           \
  FUNCTION(AllocateCommandBuffers)                                                                                     \
  FUNCTION(AllocateDescriptorSets)                                                                                     \
  FUNCTION(AllocateMemory)                                                                                             \
  FUNCTION(BeginCommandBuffer)                                                                                         \
  FUNCTION(BindBufferMemory)                                                                                           \
  FUNCTION(CmdBindDescriptorSets)                                                                                      \
  FUNCTION(CmdBindPipeline)                                                                                            \
  FUNCTION(CmdCopyBuffer)                                                                                              \
  FUNCTION(CmdDispatch)                                                                                                \
  FUNCTION(CmdPipelineBarrier)                                                                                         \
  FUNCTION(CmdPushConstants)                                                                                           \
  FUNCTION(CmdResetQueryPool)                                                                                          \
  FUNCTION(CmdWriteTimestamp)                                                                                          \
  FUNCTION(CreateBuffer)                                                                                               \
  FUNCTION(CreateCommandPool)                                                                                          \
  FUNCTION(CreateComputePipelines)                                                                                     \
  FUNCTION(CreateDescriptorPool)                                                                                       \
  FUNCTION(CreateDescriptorSetLayout)                                                                                  \
  FUNCTION(CreateFence)                                                                                                \
  FUNCTION(CreatePipelineCache)                                                                                        \
  FUNCTION(CreatePipelineLayout)                                                                                       \
  FUNCTION(CreateQueryPool)                                                                                            \
  FUNCTION(CreateShaderModule)                                                                                         \
  FUNCTION(DestroyBuffer)                                                                                              \
  FUNCTION(DestroyCommandPool)                                                                                         \
  FUNCTION(DestroyDescriptorPool)                                                                                      \
  FUNCTION(DestroyDescriptorSetLayout)                                                                                 \
  FUNCTION(DestroyFence)                                                                                               \
  FUNCTION(DestroyPipeline)                                                                                            \
  FUNCTION(DestroyPipelineCache)                                                                                       \
  FUNCTION(DestroyPipelineLayout)                                                                                      \
  FUNCTION(DestroyQueryPool)                                                                                           \
  FUNCTION(DestroyShaderModule)                                                                                        \
  FUNCTION(DeviceWaitIdle)                                                                                             \
  FUNCTION(EndCommandBuffer)                                                                                           \
  FUNCTION(FreeCommandBuffers)                                                                                         \
  FUNCTION(FreeMemory)                                                                                                 \
  FUNCTION(GetBufferMemoryRequirements)                                                                                \
  FUNCTION(GetDeviceQueue)                                                                                             \
  FUNCTION(GetPipelineCacheData)                                                                                       \
  FUNCTION(GetQueryPoolResults)                                                                                        \
  FUNCTION(MapMemory)                                                                                                  \
  FUNCTION(QueueSubmit)                                                                                                \
  FUNCTION(ResetFences)                                                                                                \
  FUNCTION(UpdateDescriptorSets)                                                                                       \
  FUNCTION(WaitForFences)

typedef struct edgecc_vk_driver {
  void *library;
  PFN_vkGetInstanceProcAddr GetInstanceProcAddr;
  PFN_vkEnumerateInstanceVersion EnumerateInstanceVersion; /* NULL in Vulkan 1.0 */
  PFN_vkCreateInstance CreateInstance;
#define EDGECC_VK_FIELD(name) PFN_vk##name name;
  EDGECC_VK_INSTANCE_FUNCTIONS(EDGECC_VK_FIELD)
  EDGECC_VK_DEVICE_FUNCTIONS(EDGECC_VK_FIELD)
#undef EDGECC_VK_FIELD
  PFN_vkCreateDebugUtilsMessengerEXT CreateDebugUtilsMessengerEXT; /* NULL without its extension */
  PFN_vkDestroyDebugUtilsMessengerEXT DestroyDebugUtilsMessengerEXT;
} edgecc_vk_driver;

/* Loads the library and fills the table up to CreateInstance, for a table that is all 0. On failure *out_missing says
 * what was not found, in static storage; in any case edgecc_vk_unload follows. */
bool edgecc_vk_load(edgecc_vk_driver *out, const char **out_missing);

/* Fill the functions of an instance and of a device; *out_missing likewise. */
bool edgecc_vk_load_instance(edgecc_vk_driver *vk, VkInstance instance, const char **out_missing);
bool edgecc_vk_load_device(edgecc_vk_driver *vk, VkDevice device, const char **out_missing);

/* Lets go of the library; the table is empty afterwards. */
void edgecc_vk_unload(edgecc_vk_driver *vk);

#endif
