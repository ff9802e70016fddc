#include "find_device.h"

#include "errors.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than any machine has; what lies beyond is not looked at. */
enum { max_platforms = 32, max_devices = 64 };

char *edgecc_cl_device_text(const edgecc_cl_driver *cl, cl_device_id device, cl_device_info what) {
  size_t bytes = 0;
  if (cl->GetDeviceInfo(device, what, 0, NULL, &bytes) != CL_SUCCESS)
    return NULL;
  char *text = calloc(bytes + 1, 1); /* ends with 0 even if the driver forgets it */
  if (text && cl->GetDeviceInfo(device, what, bytes, text, NULL) == CL_SUCCESS)
    return text;
  free(text);
  return NULL;
}

char *edgecc_cl_platform_text(const edgecc_cl_driver *cl, cl_platform_id platform, cl_platform_info what) {
  size_t bytes = 0;
  if (cl->GetPlatformInfo(platform, what, 0, NULL, &bytes) != CL_SUCCESS)
    return NULL;
  char *text = calloc(bytes + 1, 1);
  if (text && cl->GetPlatformInfo(platform, what, bytes, text, NULL) == CL_SUCCESS)
    return text;
  free(text);
  return NULL;
}

/* Whether `part` occurs in `text`, upper and lower case alike. */
static bool contains(const char *text, const char *part) {
  for (;; ++text) {
    size_t i = 0;
    while (part[i] && tolower((unsigned char)text[i]) == tolower((unsigned char)part[i]))
      ++i;
    if (!part[i])
      return true;
    if (!*text)
      return false;
  }
}

static void describe(const edgecc_cl_driver *cl, edgecc_cl_device *device) {
  char *platform = edgecc_cl_platform_text(cl, device->platform, CL_PLATFORM_NAME);
  char *name = edgecc_cl_device_text(cl, device->id, CL_DEVICE_NAME);
  snprintf(device->name, sizeof device->name, "%s / %s", platform ? platform : "?", name ? name : "?");
  free(platform);
  free(name);
}

static bool can_compile(const edgecc_cl_driver *cl, cl_device_id device) {
  cl_bool available = CL_FALSE, compiler = CL_FALSE;
  cl->GetDeviceInfo(device, CL_DEVICE_AVAILABLE, sizeof available, &available, NULL);
  cl->GetDeviceInfo(device, CL_DEVICE_COMPILER_AVAILABLE, sizeof compiler, &compiler, NULL);
  return available && compiler;
}

/* 2 for the devices that OpenCL is there for, 1 for a CPU. */
static int rank_of(const edgecc_cl_driver *cl, cl_device_id device) {
  cl_device_type type = 0;
  cl->GetDeviceInfo(device, CL_DEVICE_TYPE, sizeof type, &type, NULL);
  return type & (CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_ACCELERATOR) ? 2 : 1;
}

edgecc_status edgecc_cl_find_device(const edgecc_cl_driver *cl, const char *wanted, const edgecc_message *message,
                                    edgecc_cl_device *out) {
  cl_platform_id platforms[max_platforms];
  cl_uint num_platforms = 0;
  cl_int error = cl->GetPlatformIDs(max_platforms, platforms, &num_platforms);
  if (error != CL_SUCCESS || num_platforms == 0)
    return edgecc_message_fail(message, EDGECC_NO_DRIVER, "no OpenCL platform is installed: %s",
                               edgecc_cl_error_name(error != CL_SUCCESS ? error : CL_PLATFORM_NOT_FOUND_KHR));
  int best = 0;
  /* The message of a failure, to which every device seen is added; a success clears it. */
  edgecc_message_fail(message, EDGECC_NO_DRIVER,
                      "no OpenCL device with a compiler has '%s' in its name; there are:", wanted ? wanted : "");
  for (cl_uint p = 0; p < num_platforms && p < max_platforms; ++p) {
    cl_device_id devices[max_devices];
    cl_uint num_devices = 0;
    if (cl->GetDeviceIDs(platforms[p], CL_DEVICE_TYPE_ALL, max_devices, devices, &num_devices) != CL_SUCCESS)
      continue;
    for (cl_uint d = 0; d < num_devices && d < max_devices; ++d) {
      edgecc_cl_device device = {platforms[p], devices[d], ""};
      describe(cl, &device);
      edgecc_message_say(message, " '%s'", device.name);
      int rank = rank_of(cl, device.id);
      if (rank <= best || !can_compile(cl, device.id) || (wanted && !contains(device.name, wanted)))
        continue;
      best = rank;
      *out = device;
    }
  }
  if (best == 0)
    return EDGECC_NO_DRIVER;
  edgecc_message_clear(message);
  return EDGECC_OK;
}
