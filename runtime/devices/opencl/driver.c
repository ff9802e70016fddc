#include "driver.h"

#include <dlfcn.h>
#include <string.h>

/* The loader that Linux distributions install, then the name that Android and some boards have it by. */
static void *open_library(void) {
  /* Never closed: drivers keep threads and exit handlers, and few survive being unloaded. Opening it again for the next
   * session gives the same library. */
  void *library = dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_LOCAL);
  return library ? library : dlopen("libOpenCL.so", RTLD_NOW | RTLD_LOCAL);
}

bool edgecc_cl_load_driver(edgecc_cl_driver *out, const char **out_missing) {
  void *library = open_library();
  if (!library) {
    *out_missing = "libOpenCL.so.1";
    return false;
  }
  /* ISO C has no cast from an object pointer to a function pointer; POSIX says that the bits are the same. */
#define FIND(name)                                                                                                     \
  {                                                                                                                    \
    void *symbol = dlsym(library, "cl" #name);                                                                         \
    if (!symbol) {                                                                                                     \
      *out_missing = "cl" #name " in the OpenCL library";                                                              \
      return false;                                                                                                    \
    }                                                                                                                  \
    memcpy(&out->name, &symbol, sizeof symbol);                                                                        \
  }
  EDGECC_CL_FUNCTIONS(FIND)
#undef FIND
  return true;
}
