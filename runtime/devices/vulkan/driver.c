#include "driver.h"

#include <dlfcn.h>
#include <string.h>

bool edgecc_vk_load(edgecc_vk_driver *out, const char **out_missing) {
  *out_missing = "libvulkan.so.1";
  out->library = dlopen("libvulkan.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!out->library)
    out->library = dlopen("libvulkan.so", RTLD_NOW | RTLD_LOCAL); /* its name on Android */
  if (!out->library)
    return false;

  *out_missing = "vkGetInstanceProcAddr";
  void *symbol = dlsym(out->library, *out_missing);
  if (!symbol)
    return false;
  /* ISO C has no cast from an object pointer to a function pointer; POSIX says that both look the same. */
  memcpy(&out->GetInstanceProcAddr, &symbol, sizeof symbol);

  *out_missing = "vkCreateInstance";
  out->CreateInstance = (PFN_vkCreateInstance)out->GetInstanceProcAddr(NULL, *out_missing);
  out->EnumerateInstanceVersion =
      (PFN_vkEnumerateInstanceVersion)out->GetInstanceProcAddr(NULL, "vkEnumerateInstanceVersion");
  return out->CreateInstance != NULL;
}

bool edgecc_vk_load_instance(edgecc_vk_driver *vk, VkInstance instance, const char **out_missing) {
#define EDGECC_VK_FIND(name)                                                                                           \
  vk->name = (PFN_vk##name)vk->GetInstanceProcAddr(instance, "vk" #name);                                              \
  if (!vk->name) {                                                                                                     \
    *out_missing = "vk" #name;                                                                                         \
    return false;                                                                                                      \
  }
  EDGECC_VK_INSTANCE_FUNCTIONS(EDGECC_VK_FIND)
#undef EDGECC_VK_FIND
  vk->CreateDebugUtilsMessengerEXT =
      (PFN_vkCreateDebugUtilsMessengerEXT)vk->GetInstanceProcAddr(instance, "vkCreateDebugUtilsMessengerEXT");
  vk->DestroyDebugUtilsMessengerEXT =
      (PFN_vkDestroyDebugUtilsMessengerEXT)vk->GetInstanceProcAddr(instance, "vkDestroyDebugUtilsMessengerEXT");
  return true;
}

bool edgecc_vk_load_device(edgecc_vk_driver *vk, VkDevice device, const char **out_missing) {
#define EDGECC_VK_FIND(name)                                                                                           \
  vk->name = (PFN_vk##name)vk->GetDeviceProcAddr(device, "vk" #name);                                                  \
  if (!vk->name) {                                                                                                     \
    *out_missing = "vk" #name;                                                                                         \
    return false;                                                                                                      \
  }
  EDGECC_VK_DEVICE_FUNCTIONS(EDGECC_VK_FIND)
#undef EDGECC_VK_FIND
  return true;
}

void edgecc_vk_unload(edgecc_vk_driver *vk) {
  if (vk->library)
    dlclose(vk->library);
  memset(vk, 0, sizeof *vk);
}
