/* The library of edgecc/vulkan.h with drivers that fail at any call, lack any function, or describe themselves
 * otherwise than the one on this machine. The real driver does the work; what is between it and the library pretends.
 * It gets there through edgecc_vk_load, for which this test is linked with -Wl,--wrap=edgecc_vk_load.
 *
 * Exits with 77 if there is no Vulkan device or no validation layer. */
#include "VulkanSession.h"
#include "driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What the driver pretends; all 0 is the real one. */
static struct pretence {
  unsigned failing_call;     /* the call, from 1 on, that returns an error; 0: none */
  unsigned missing_function; /* the look-up, from 1 on, that finds nothing; 0: none */
  bool is_discrete;
  bool is_version_1_1;
  bool has_no_extensions;
  bool has_no_features;
  bool has_no_host_memory;
  uint32_t clock_bits_off; /* bits that the queue's clock lacks of its 64 */
  uint32_t offset_alignment;
  uint32_t max_range, max_push_constants, max_invocations, max_side;
  uint64_t max_allocation;
  uint32_t vendor;
  char compiled; /* not 0: the cache has compiled kernels, made of this byte */
} pretence;

enum { compiled_bytes = 100 };

static unsigned calls, look_ups, allocations, layer_messages;
static bool enables_8_bit_extensions;
static size_t given_cache_bytes;

/* ---- Functions that may fail ---- */

#define FALLIBLE_FUNCTIONS(FUNCTION)                                                                                   \
  FUNCTION(EnumeratePhysicalDevices, (VkInstance a, uint32_t *b, VkPhysicalDevice *c), (a, b, c))                      \
  FUNCTION(AllocateCommandBuffers, (VkDevice a, const VkCommandBufferAllocateInfo *b, VkCommandBuffer *c), (a, b, c))  \
  FUNCTION(AllocateDescriptorSets, (VkDevice a, const VkDescriptorSetAllocateInfo *b, VkDescriptorSet *c), (a, b, c))  \
  FUNCTION(BeginCommandBuffer, (VkCommandBuffer a, const VkCommandBufferBeginInfo *b), (a, b))                         \
  FUNCTION(BindBufferMemory, (VkDevice a, VkBuffer b, VkDeviceMemory c, VkDeviceSize d), (a, b, c, d))                 \
  FUNCTION(CreateBuffer, (VkDevice a, const VkBufferCreateInfo *b, const VkAllocationCallbacks *c, VkBuffer *d),       \
           (a, b, c, d))                                                                                               \
  FUNCTION(CreateCommandPool,                                                                                          \
           (VkDevice a, const VkCommandPoolCreateInfo *b, const VkAllocationCallbacks *c, VkCommandPool *d),           \
           (a, b, c, d))                                                                                               \
  FUNCTION(CreateComputePipelines,                                                                                     \
           (VkDevice a, VkPipelineCache b, uint32_t c, const VkComputePipelineCreateInfo *d,                           \
            const VkAllocationCallbacks *e, VkPipeline *f),                                                            \
           (a, b, c, d, e, f))                                                                                         \
  FUNCTION(CreateDescriptorPool,                                                                                       \
           (VkDevice a, const VkDescriptorPoolCreateInfo *b, const VkAllocationCallbacks *c, VkDescriptorPool *d),     \
           (a, b, c, d))                                                                                               \
  FUNCTION(CreateDescriptorSetLayout,                                                                                  \
           (VkDevice a, const VkDescriptorSetLayoutCreateInfo *b, const VkAllocationCallbacks *c,                      \
            VkDescriptorSetLayout *d),                                                                                 \
           (a, b, c, d))                                                                                               \
  FUNCTION(CreateFence, (VkDevice a, const VkFenceCreateInfo *b, const VkAllocationCallbacks *c, VkFence *d),          \
           (a, b, c, d))                                                                                               \
  FUNCTION(CreatePipelineLayout,                                                                                       \
           (VkDevice a, const VkPipelineLayoutCreateInfo *b, const VkAllocationCallbacks *c, VkPipelineLayout *d),     \
           (a, b, c, d))                                                                                               \
  FUNCTION(CreateQueryPool,                                                                                            \
           (VkDevice a, const VkQueryPoolCreateInfo *b, const VkAllocationCallbacks *c, VkQueryPool *d), (a, b, c, d)) \
  FUNCTION(CreateShaderModule,                                                                                         \
           (VkDevice a, const VkShaderModuleCreateInfo *b, const VkAllocationCallbacks *c, VkShaderModule *d),         \
           (a, b, c, d))                                                                                               \
  FUNCTION(EndCommandBuffer, (VkCommandBuffer a), (a))                                                                 \
  FUNCTION(                                                                                                            \
      GetQueryPoolResults,                                                                                             \
      (VkDevice a, VkQueryPool b, uint32_t c, uint32_t d, size_t e, void *f, VkDeviceSize g, VkQueryResultFlags h),    \
      (a, b, c, d, e, f, g, h))                                                                                        \
  FUNCTION(MapMemory, (VkDevice a, VkDeviceMemory b, VkDeviceSize c, VkDeviceSize d, VkMemoryMapFlags e, void **f),    \
           (a, b, c, d, e, f))                                                                                         \
  FUNCTION(QueueSubmit, (VkQueue a, uint32_t b, const VkSubmitInfo *c, VkFence d), (a, b, c, d))                       \
  FUNCTION(ResetFences, (VkDevice a, uint32_t b, const VkFence *c), (a, b, c))                                         \
  FUNCTION(WaitForFences, (VkDevice a, uint32_t b, const VkFence *c, VkBool32 d, uint64_t e), (a, b, c, d, e))

static bool fails(void) { return ++calls == pretence.failing_call; }

#define PRETEND_TO_FAIL(name, parameters, arguments)                                                                   \
  static PFN_vk##name real_##name;                                                                                     \
  static VKAPI_ATTR VkResult VKAPI_CALL our_##name parameters {                                                        \
    return fails() ? VK_ERROR_OUT_OF_HOST_MEMORY : real_##name arguments;                                              \
  }
FALLIBLE_FUNCTIONS(PRETEND_TO_FAIL)

/* ---- Functions that say something else ---- */

static PFN_vkGetInstanceProcAddr real_GetInstanceProcAddr;
static PFN_vkGetDeviceProcAddr real_GetDeviceProcAddr;
static PFN_vkCreateInstance real_CreateInstance;
static PFN_vkCreateDebugUtilsMessengerEXT real_CreateDebugUtilsMessengerEXT;
static PFN_vkAllocateMemory real_AllocateMemory;
static PFN_vkCreateDevice real_CreateDevice;
static PFN_vkCreatePipelineCache real_CreatePipelineCache;
static PFN_vkGetPipelineCacheData real_GetPipelineCacheData;
static PFN_vkEnumerateDeviceExtensionProperties real_EnumerateDeviceExtensionProperties;
static PFN_vkGetPhysicalDeviceFeatures2 real_GetPhysicalDeviceFeatures2;
static PFN_vkGetPhysicalDeviceMemoryProperties real_GetPhysicalDeviceMemoryProperties;
static PFN_vkGetPhysicalDeviceProperties real_GetPhysicalDeviceProperties;
static PFN_vkGetPhysicalDeviceProperties2 real_GetPhysicalDeviceProperties2;
static PFN_vkGetPhysicalDeviceQueueFamilyProperties real_GetPhysicalDeviceQueueFamilyProperties;

/* The session's own count ends with the session, this one goes on: what a failed init leaves on the device is here. */
static VKAPI_ATTR VkBool32 VKAPI_CALL count_message(VkDebugUtilsMessageSeverityFlagBitsEXT severity,
                                                    VkDebugUtilsMessageTypeFlagsEXT types,
                                                    const VkDebugUtilsMessengerCallbackDataEXT *data, void *context) {
  (void)severity;
  (void)types;
  (void)context;
  printf("%s\n", data->pMessage);
  layer_messages++;
  return VK_FALSE;
}

static VKAPI_ATTR VkResult VKAPI_CALL our_CreateInstance(const VkInstanceCreateInfo *info,
                                                         const VkAllocationCallbacks *allocator, VkInstance *out) {
  VkInstanceCreateInfo changed = *info;
  VkDebugUtilsMessengerCreateInfoEXT messenger;
  if (info->pNext) {
    messenger = *(const VkDebugUtilsMessengerCreateInfoEXT *)info->pNext;
    messenger.pfnUserCallback = count_message;
    changed.pNext = &messenger;
  }
  return fails() ? VK_ERROR_OUT_OF_HOST_MEMORY : real_CreateInstance(&changed, allocator, out);
}

static VKAPI_ATTR VkResult VKAPI_CALL our_CreateDebugUtilsMessengerEXT(VkInstance instance,
                                                                       const VkDebugUtilsMessengerCreateInfoEXT *info,
                                                                       const VkAllocationCallbacks *allocator,
                                                                       VkDebugUtilsMessengerEXT *out) {
  VkDebugUtilsMessengerCreateInfoEXT changed = *info;
  changed.pfnUserCallback = count_message;
  return fails() ? VK_ERROR_OUT_OF_HOST_MEMORY : real_CreateDebugUtilsMessengerEXT(instance, &changed, allocator, out);
}

static VKAPI_ATTR VkResult VKAPI_CALL our_CreateDevice(VkPhysicalDevice device, const VkDeviceCreateInfo *info,
                                                       const VkAllocationCallbacks *allocator, VkDevice *out) {
  enables_8_bit_extensions = info->enabledExtensionCount == 2;
  return fails() ? VK_ERROR_OUT_OF_HOST_MEMORY : real_CreateDevice(device, info, allocator, out);
}

static VKAPI_ATTR VkResult VKAPI_CALL our_AllocateMemory(VkDevice device, const VkMemoryAllocateInfo *info,
                                                         const VkAllocationCallbacks *allocator, VkDeviceMemory *out) {
  allocations++;
  return fails() ? VK_ERROR_OUT_OF_HOST_MEMORY : real_AllocateMemory(device, info, allocator, out);
}

/* The compiled kernels are behind what the real driver gives and takes. */
static VKAPI_ATTR VkResult VKAPI_CALL our_CreatePipelineCache(VkDevice device, const VkPipelineCacheCreateInfo *info,
                                                              const VkAllocationCallbacks *allocator,
                                                              VkPipelineCache *out) {
  VkPipelineCacheCreateInfo changed = *info;
  given_cache_bytes = info->initialDataSize;
  if (pretence.compiled != 0 && changed.initialDataSize >= compiled_bytes)
    changed.initialDataSize -= compiled_bytes;
  return fails() ? VK_ERROR_OUT_OF_HOST_MEMORY : real_CreatePipelineCache(device, &changed, allocator, out);
}

static VKAPI_ATTR VkResult VKAPI_CALL our_GetPipelineCacheData(VkDevice device, VkPipelineCache cache, size_t *bytes,
                                                               void *data) {
  const size_t ours = pretence.compiled != 0 ? compiled_bytes : 0;
  if (fails())
    return VK_ERROR_OUT_OF_HOST_MEMORY;
  if (data)
    *bytes -= ours;
  VkResult result = real_GetPipelineCacheData(device, cache, bytes, data);
  if (data)
    memset((char *)data + *bytes, pretence.compiled, ours);
  *bytes += ours;
  return result;
}

static VKAPI_ATTR VkResult VKAPI_CALL our_EnumerateDeviceExtensionProperties(VkPhysicalDevice device, const char *layer,
                                                                             uint32_t *count,
                                                                             VkExtensionProperties *out) {
  if (fails())
    return VK_ERROR_OUT_OF_HOST_MEMORY;
  VkResult result = real_EnumerateDeviceExtensionProperties(device, layer, count, out);
  if (pretence.has_no_extensions)
    *count = 0;
  return result;
}

static VKAPI_ATTR void VKAPI_CALL our_GetPhysicalDeviceFeatures2(VkPhysicalDevice device,
                                                                 VkPhysicalDeviceFeatures2 *out) {
  real_GetPhysicalDeviceFeatures2(device, out);
  if (!pretence.has_no_features)
    return;
  memset(&out->features, 0, sizeof out->features);
  for (VkBaseOutStructure *next = out->pNext; next; next = next->pNext)
    if (next->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_8BIT_STORAGE_FEATURES)
      ((VkPhysicalDevice8BitStorageFeatures *)(void *)next)->storageBuffer8BitAccess = VK_FALSE;
    else if (next->sType == VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES)
      ((VkPhysicalDevice16BitStorageFeatures *)(void *)next)->storageBuffer16BitAccess = VK_FALSE;
}

static VKAPI_ATTR void VKAPI_CALL our_GetPhysicalDeviceMemoryProperties(VkPhysicalDevice device,
                                                                        VkPhysicalDeviceMemoryProperties *out) {
  real_GetPhysicalDeviceMemoryProperties(device, out);
  for (uint32_t i = 0; i < out->memoryTypeCount && pretence.has_no_host_memory; ++i)
    out->memoryTypes[i].propertyFlags = VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT;
}

static VKAPI_ATTR void VKAPI_CALL our_GetPhysicalDeviceProperties(VkPhysicalDevice device,
                                                                  VkPhysicalDeviceProperties *out) {
  real_GetPhysicalDeviceProperties(device, out);
  if (pretence.is_discrete)
    out->deviceType = VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU;
  if (pretence.is_version_1_1)
    out->apiVersion = VK_API_VERSION_1_1;
  if (pretence.vendor != 0)
    out->vendorID = pretence.vendor;
  if (pretence.offset_alignment > 0)
    out->limits.minStorageBufferOffsetAlignment = pretence.offset_alignment;
  if (pretence.max_range > 0)
    out->limits.maxStorageBufferRange = pretence.max_range;
  if (pretence.max_push_constants > 0)
    out->limits.maxPushConstantsSize = pretence.max_push_constants;
  if (pretence.max_invocations > 0)
    out->limits.maxComputeWorkGroupInvocations = pretence.max_invocations;
  if (pretence.max_side > 0)
    out->limits.maxComputeWorkGroupSize[0] = pretence.max_side;
}

static VKAPI_ATTR void VKAPI_CALL our_GetPhysicalDeviceProperties2(VkPhysicalDevice device,
                                                                   VkPhysicalDeviceProperties2 *out) {
  real_GetPhysicalDeviceProperties2(device, out);
  if (pretence.max_allocation > 0)
    ((VkPhysicalDeviceMaintenance3Properties *)out->pNext)->maxMemoryAllocationSize = pretence.max_allocation;
}

static VKAPI_ATTR void VKAPI_CALL our_GetPhysicalDeviceQueueFamilyProperties(VkPhysicalDevice device, uint32_t *count,
                                                                             VkQueueFamilyProperties *out) {
  real_GetPhysicalDeviceQueueFamilyProperties(device, count, out);
  for (uint32_t i = 0; i < *count && pretence.clock_bits_off > 0; ++i)
    out[i].timestampValidBits = 64 - pretence.clock_bits_off;
}

static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL our_GetDeviceProcAddr(VkDevice device, const char *name);

/* ---- Between the driver and the library ---- */

/* Ours in place of the real one, where there is one of ours. */
static PFN_vkVoidFunction replace(const char *name, PFN_vkVoidFunction real) {
  if (++look_ups == pretence.missing_function || !real)
    return NULL;
#define REPLACE(function, parameters, arguments)                                                                       \
  if (strcmp(name, "vk" #function) == 0) {                                                                             \
    real_##function = (PFN_vk##function)real;                                                                          \
    return (PFN_vkVoidFunction)our_##function;                                                                         \
  }
  FALLIBLE_FUNCTIONS(REPLACE)
  REPLACE(GetDeviceProcAddr, , )
  REPLACE(CreateInstance, , )
  REPLACE(CreateDebugUtilsMessengerEXT, , )
  REPLACE(AllocateMemory, , )
  REPLACE(CreateDevice, , )
  REPLACE(CreatePipelineCache, , )
  REPLACE(GetPipelineCacheData, , )
  REPLACE(EnumerateDeviceExtensionProperties, , )
  REPLACE(GetPhysicalDeviceFeatures2, , )
  REPLACE(GetPhysicalDeviceMemoryProperties, , )
  REPLACE(GetPhysicalDeviceProperties, , )
  REPLACE(GetPhysicalDeviceProperties2, , )
  REPLACE(GetPhysicalDeviceQueueFamilyProperties, , )
  return real;
}

static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL our_GetInstanceProcAddr(VkInstance instance, const char *name) {
  return replace(name, real_GetInstanceProcAddr(instance, name));
}

static VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL our_GetDeviceProcAddr(VkDevice device, const char *name) {
  return replace(name, real_GetDeviceProcAddr(device, name));
}

bool __real_edgecc_vk_load(edgecc_vk_driver *out, const char **out_missing);
bool __wrap_edgecc_vk_load(edgecc_vk_driver *out, const char **out_missing);

bool __wrap_edgecc_vk_load(edgecc_vk_driver *out, const char **out_missing) {
  if (!__real_edgecc_vk_load(out, out_missing))
    return false;
  real_GetInstanceProcAddr = out->GetInstanceProcAddr;
  out->GetInstanceProcAddr = our_GetInstanceProcAddr;
  out->CreateInstance = (PFN_vkCreateInstance)our_GetInstanceProcAddr(NULL, "vkCreateInstance");
  out->EnumerateInstanceVersion =
      (PFN_vkEnumerateInstanceVersion)our_GetInstanceProcAddr(NULL, "vkEnumerateInstanceVersion");
  return out->CreateInstance != NULL;
}

/* ---- Tests ---- */

/* Starts a driver that pretends this. */
static void pretend(struct pretence what) {
  pretence = what;
  calls = look_ups = allocations = layer_messages = 0;
}

static edgecc_vulkan_options all_options(void) {
  edgecc_vulkan_options options = default_options();
  options.profile = 1;
  options.staging = 1;
  options.cache_folder = "/nonexistent"; /* it cannot be written to, but its functions are called */
  return options;
}

/* A session that may fail, and a run; true if both were ok. Neither leaves anything behind. */
static bool try_run(const network *net, edgecc_vulkan_options options) {
  opened at;
  uint32_t x[input_elements] = {0}, y[output_elements], arena[arena_elements] = {0};
  const void *inputs[] = {x, NULL};
  void *outputs[] = {y, NULL};
  open_session(&at, &net->model, options);
  edgecc_status status = at.status;
  if (status == EDGECC_OK) {
    at.message[0] = '\0';
    status = edgecc_vulkan_run(at.session, inputs, outputs, arena);
    if (status != EDGECC_OK)
      expect(status == EDGECC_DEVICE_ERROR, "a run fails with a device error");
  } else {
    expect(at.session == NULL, "a failed init gives no session");
  }
  expect(status == EDGECC_OK || at.message[0] != '\0', "a failure has a message");
  close_session(&at);
  expect(layer_messages == 0, "nothing is left on the device, and nothing is done wrong");
  return status == EDGECC_OK;
}

static void every_call_may_fail(const network *net) {
  unsigned failed = 0, call = 0;
  do {
    pretend((struct pretence){.failing_call = ++call});
    if (!try_run(net, all_options()))
      failed++;
  } while (calls >= call);
  expect(call > 50, "a session needs many calls");
  expect(failed + 3 >= call, "they matter, but for the one that reads the cache for the file"); /* and the last try */
}

static void every_function_may_be_missing(const network *net) {
  unsigned look_up = 0;
  do {
    pretend((struct pretence){.missing_function = ++look_up});
    bool ran = try_run(net, all_options());
    expect(!ran || look_ups < look_up, "a function that is missing is missed");
  } while (look_ups >= look_up);
  expect(look_up > 60, "a session needs many functions");
}

static void failed_run_ends_the_session(const network *net) {
  opened at;
  uint32_t x[input_elements] = {0}, y[output_elements], arena[arena_elements] = {0};
  const void *inputs[] = {x, NULL};
  void *outputs[] = {y, NULL};
  pretend((struct pretence){0});
  open_session(&at, &net->model, default_options());
  pretence.failing_call = calls + 2; /* of vkQueueSubmit, vkWaitForFences, vkResetFences */
  expect(edgecc_vulkan_run(at.session, inputs, outputs, arena) == EDGECC_DEVICE_ERROR, "a run fails");
  expect(strstr(at.message, "vkWaitForFences: VK_ERROR_OUT_OF_HOST_MEMORY") != NULL, "it says where");
  expect(edgecc_vulkan_run(at.session, inputs, outputs, arena) == EDGECC_DEVICE_ERROR, "so does every later one");
  close_session(&at);
  expect(layer_messages == 0, "nothing is done wrong after a failure");
}

/* A session on such a driver gives what the CPU gives. */
static void expect_agreement(const network *net, struct pretence driver) {
  for (uint32_t profile = 0; profile < 2; ++profile) {
    opened at;
    edgecc_vulkan_options options = default_options();
    options.profile = profile;
    pretend(driver);
    open_session(&at, &net->model, options);
    expect(at.status == EDGECC_OK, "such a driver has a session");
    if (at.status != EDGECC_OK)
      printf("%s\n", at.message);
    compare_run(at.session, net);
    close_session(&at);
    expect(layer_messages == 0, "such a driver is used correctly");
  }
}

static void clock_may_be_absent(const network *net) {
  opened at;
  double times_us[max_tasks];
  edgecc_vulkan_options options = default_options();
  options.profile = 1;
  pretend((struct pretence){.clock_bits_off = 64});
  open_session(&at, &net->model, options);
  compare_run(at.session, net);
  expect(edgecc_vulkan_times(at.session, times_us, max_tasks) == EDGECC_OK, "there are times without a clock");
  for (uint32_t i = 0; i < net->program.num_tasks; ++i)
    expect((times_us[i] == 0) == (net->tasks[i].kernel != EDGECC_ON_HOST), "they are 0 for kernels, and only for them");
  close_session(&at);
}

static void expect_refusal(const network *net, struct pretence driver, edgecc_status status, const char *part) {
  opened at;
  edgecc_vulkan_options options = default_options();
  options.staging = driver.has_no_host_memory;
  pretend(driver);
  open_session(&at, &net->model, options);
  if (at.status != status || !strstr(at.message, part))
    printf("expected '%s', got status %d and '%s'\n", part, (int)at.status, at.message);
  expect(at.status == status && strstr(at.message, part), "a device that does not fit is refused");
  close_session(&at);
  expect(layer_messages == 0, "a refusal leaves nothing behind");
}

static void limits_are_checked(const network *net) {
  const edgecc_status bad = EDGECC_BAD_PROGRAM;
  expect_refusal(net, (struct pretence){.max_range = 64}, bad,
                 "kernel 'increment': 128 bytes in one operand, but the device");
  expect_refusal(net, (struct pretence){.max_push_constants = 12}, bad,
                 "kernel 'multiply': 4 operands, but the device");
  expect_refusal(net, (struct pretence){.max_invocations = 7}, bad, "8 work items in a group, but the device");
  expect_refusal(net, (struct pretence){.max_side = 7}, bad, "8 work items in one direction of a group, but");
  expect_refusal(net, (struct pretence){.has_no_host_memory = true}, EDGECC_DEVICE_ERROR, "no memory that the host");
}

static void features_are_checked(void) {
  static network net;
  const edgecc_status bad = EDGECC_BAD_PROGRAM;
  make_network(&net, 16, 16, 0, NULL, 0, true);
  expect_refusal(&net, (struct pretence){.is_version_1_1 = true, .has_no_extensions = true}, bad,
                 "lacks, and the model needs: storageBuffer8BitAccess shaderInt8");
  expect_refusal(&net, (struct pretence){.has_no_features = true}, bad, "the model needs: storageBuffer8BitAccess");
  net.program.features |= EDGECC_FEATURE_FLOAT16 | EDGECC_FEATURE_FLOAT64 | EDGECC_FEATURE_64_BIT;
  expect_refusal(&net, (struct pretence){.has_no_features = true}, bad,
                 "storageBuffer8BitAccess storageBuffer16BitAccess shaderInt64 shaderFloat64");
}

/* All features that this device has, at once, on each way to them. */
static void features_are_enabled(void) {
  static network net;
  make_network(&net, 16, 16, 0, NULL, 0, true);
  for (int old = 0; old < 2; ++old)
    for (uint32_t feature = 1; feature <= EDGECC_FEATURE_FLOAT64; feature <<= 1) {
      net.program.features = EDGECC_FEATURE_8_BIT | feature;
      pretend((struct pretence){.is_version_1_1 = old != 0});
      opened at;
      open_session(&at, &net.model, default_options());
      expect(at.status == EDGECC_OK || strstr(at.message, "the model needs:"), "a feature is there or missing");
      if (at.status == EDGECC_OK)
        expect(enables_8_bit_extensions == (old != 0), "extensions are for devices below 1.2");
      close_session(&at);
      expect(layer_messages == 0, "features are enabled correctly");
    }
}

static void small_allocations_are_enough(const network *net) {
  expect_agreement(net, (struct pretence){.max_allocation = 1});
  expect(allocations == 6, "each space has its own then");
  expect_agreement(net, (struct pretence){0});
  expect(allocations == 1, "else all share one");
}

/* What a driver was given of the cache in a folder. */
static size_t open_with_cache(const network *net, const char *folder, struct pretence driver) {
  opened at;
  edgecc_vulkan_options options = default_options();
  options.cache_folder = folder;
  pretend(driver);
  open_session(&at, &net->model, options);
  expect(at.status == EDGECC_OK && at.message[0] == '\0', "a session with a cache is ok");
  close_session(&at);
  expect(layer_messages == 0, "the cache is used correctly");
  return given_cache_bytes;
}

static void cache_reaches_the_driver(const network *net) {
  enum { max_bytes = 10000, header_bytes = 24 };
  static char path[600], first[max_bytes], again[max_bytes];
  char folder[] = "/tmp/edgecc-vulkan-XXXXXX";
  const struct pretence driver = {.compiled = 'a'};
  struct stat before, after;
  expect(mkdtemp(folder) != NULL, "there is a folder");
  expect(open_with_cache(net, folder, driver) == 0, "nothing is in an empty folder");
  const long bytes = read_only_file(folder, path, sizeof path, first, max_bytes);
  expect(bytes > header_bytes + compiled_bytes && stat(path, &before) == 0, "compiled kernels are in the cache");
  expect(open_with_cache(net, folder, driver) == (size_t)bytes - header_bytes, "the driver is given them");
  expect(stat(path, &after) == 0 && before.st_ino == after.st_ino, "a file is not written again without need");

  first[bytes - 1] ^= 1;
  write_file(path, first, (size_t)bytes);
  first[bytes - 1] ^= 1;
  expect(open_with_cache(net, folder, driver) == 0, "the driver is not given what is damaged");
  expect(read_only_file(folder, path, sizeof path, again, max_bytes) == bytes &&
             memcmp(first, again, (size_t)bytes) == 0,
         "the file is then written again");
  open_with_cache(net, folder, (struct pretence){.compiled = 'b'});
  expect(read_only_file(folder, path, sizeof path, again, max_bytes) == bytes && again[bytes - 1] == 'b',
         "so is one that is out of date");
  remove(path);
  expect(rmdir(folder) == 0, "nothing else was left in the folder");
}

/* The data itself says which driver has made it, whatever the name of the file. */
static void cache_of_another_vendor_is_kept_away(const network *net) {
  static char path[600], data[10000];
  char folder[] = "/tmp/edgecc-vulkan-XXXXXX";
  const struct pretence other = {.compiled = 'a', .vendor = 0x1234};
  expect(mkdtemp(folder) != NULL, "there is a folder");
  open_with_cache(net, folder, other);
  expect(read_only_file(folder, path, sizeof path, data, sizeof data) > 0, "it has a file");
  expect(open_with_cache(net, folder, other) == 0, "a driver is not given what another vendor's has made");
  remove(path);
  rmdir(folder);
}

int main(void) {
  static uint32_t weights[weights_elements];
  static network net;
  fill(weights, weights_elements);
  setenv("VK_LAYER_ENABLES", "VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT", 1);
  int obstacle = find_obstacle();
  if (obstacle != 0)
    return obstacle;

  make_example(&net, weights);
  every_call_may_fail(&net);
  every_function_may_be_missing(&net);
  failed_run_ends_the_session(&net);
  expect_agreement(&net, (struct pretence){.is_discrete = true});
  expect_agreement(&net, (struct pretence){.is_version_1_1 = true});
  expect_agreement(&net, (struct pretence){.clock_bits_off = 28});
  for (uint32_t alignment = 32; alignment <= 256; alignment *= 2)
    expect_agreement(&net, (struct pretence){.offset_alignment = alignment});
  clock_may_be_absent(&net);
  limits_are_checked(&net);
  features_are_checked();
  features_are_enabled();
  small_allocations_are_enough(&net);
  cache_reaches_the_driver(&net);
  cache_of_another_vendor_is_kept_away(&net);
  return failures != 0;
}
