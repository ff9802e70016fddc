/* Drivers may do anything with a module that is not valid, and some crash. What a damaged file or a mistake of ours
 * would look like is caught here; the rules are in section 2.3 of the SPIR-V specification, the numbers in section 3.
 */
#include "session.h"

#include <inttypes.h>
#include <string.h>

enum {
  magic_number = 0x07230203,
  newest_version = 0x00010300, /* 1.3, the newest that Vulkan 1.1 takes */
  header_words = 5,
  op_entry_point = 15,
  op_execution_mode = 16,
  op_capability = 17,
  op_decorate = 71,
  model_gl_compute = 5,
  mode_local_size = 17,
  decoration_binding = 33
};

/* What the instructions so far have said. */
typedef struct findings {
  uint32_t num_entry_points;
  bool has_entry_point;
  uint32_t entry_point; /* its id */
  bool has_local_size;
  uint32_t local_size[3];
  uint32_t num_bindings; /* the greatest binding plus 1 */
  uint32_t features;     /* that the capabilities need */
} findings;

static uint32_t features_of_capability(uint32_t capability) {
  static const uint32_t table[][2] = {
      {9, EDGECC_FEATURE_FLOAT16},                            /* Float16 */
      {10, EDGECC_FEATURE_FLOAT64},                           /* Float64 */
      {11, EDGECC_FEATURE_64_BIT},                            /* Int64 */
      {22, EDGECC_FEATURE_16_BIT},                            /* Int16 */
      {39, EDGECC_FEATURE_8_BIT},                             /* Int8 */
      {4433, EDGECC_FEATURE_16_BIT | EDGECC_FEATURE_FLOAT16}, /* StorageBuffer16BitAccess: one of them */
      {4448, EDGECC_FEATURE_8_BIT}};                          /* StorageBuffer8BitAccess */
  for (size_t i = 0; i < sizeof table / sizeof table[0]; ++i)
    if (table[i][0] == capability)
      return table[i][1];
  return 0;
}

static bool is_name(const uint32_t *words, uint32_t count, const char *name) {
  size_t bytes = strlen(name) + 1;
  return bytes <= count * sizeof *words && memcmp(words, name, bytes) == 0;
}

/* Notes what an instruction of `count` words says. */
static void visit(const uint32_t *words, uint32_t count, const edgecc_kernel *kernel, findings *found) {
  uint32_t op = words[0] & 0xFFFF;
  if (op == op_entry_point)
    found->num_entry_points++;
  if (op == op_entry_point && count > 3 && words[1] == model_gl_compute &&
      is_name(words + 3, count - 3, kernel->name)) {
    found->has_entry_point = true;
    found->entry_point = words[2];
  } else if (op == op_execution_mode && count == 6 && words[2] == mode_local_size && found->has_entry_point &&
             words[1] == found->entry_point) {
    found->has_local_size = true;
    memcpy(found->local_size, words + 3, sizeof found->local_size);
  } else if (op == op_decorate && count == 4 && words[2] == decoration_binding) {
    if (words[3] >= found->num_bindings)
      found->num_bindings = words[3] < UINT32_MAX ? words[3] + 1 : UINT32_MAX;
  }
}

/* Walks the module; false if its instructions do not fill it exactly. */
static bool walk(const edgecc_kernel *kernel, uint32_t features, findings *found) {
  uint64_t end = kernel->spirv_bytes / sizeof(uint32_t);
  for (uint64_t i = header_words; i < end;) {
    const uint32_t *words = kernel->spirv + i;
    uint32_t count = words[0] >> 16;
    if (count == 0 || count > end - i)
      return false;
    if ((words[0] & 0xFFFF) == op_capability && count == 2) {
      uint32_t needed = features_of_capability(words[1]);
      if ((needed & features) == 0)
        found->features |= needed;
    }
    visit(words, count, kernel, found);
    i += count;
  }
  return true;
}

static bool has_header(const edgecc_kernel *kernel) {
  return kernel->spirv && kernel->spirv_bytes >= header_words * sizeof(uint32_t) &&
         kernel->spirv_bytes % sizeof(uint32_t) == 0 && kernel->spirv[0] == magic_number &&
         kernel->spirv[1] <= newest_version;
}

edgecc_status edgecc_vk_check_spirv(const edgecc_kernel *kernel, uint32_t features, const edgecc_message *message) {
  findings found;
  memset(&found, 0, sizeof found);
  if (!kernel->name)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM, "a kernel has no name");
  if (!has_header(kernel) || !walk(kernel, features, &found))
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM, "kernel '%s' is no SPIR-V module of version 1.3 or older",
                               kernel->name);
  if (!found.has_entry_point)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM,
                               "kernel '%s': its module has no compute entry point of that name", kernel->name);
  if (found.features != 0)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM,
                               "kernel '%s': its module has capabilities for features 0x%" PRIx32
                               ", but the program has features 0x%" PRIx32,
                               kernel->name, found.features, features);
  if (found.has_local_size && memcmp(found.local_size, kernel->local_size, sizeof found.local_size) != 0)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM,
                               "kernel '%s': groups of %" PRIu32 " x %" PRIu32 " x %" PRIu32 " in its module, %" PRIu32
                               " x %" PRIu32 " x %" PRIu32 " in the program",
                               kernel->name, found.local_size[0], found.local_size[1], found.local_size[2],
                               kernel->local_size[0], kernel->local_size[1], kernel->local_size[2]);
  if (kernel->num_operands == 0)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM, "kernel '%s' has no operands", kernel->name);
  /* Where several kernels share a module, its bindings are not all for this one. */
  if (found.num_entry_points == 1 && found.num_bindings > kernel->num_operands)
    return edgecc_message_fail(message, EDGECC_BAD_PROGRAM,
                               "kernel '%s': %" PRIu32 " bindings in its module, %" PRIu32 " operands in the program",
                               kernel->name, found.num_bindings, kernel->num_operands);
  return EDGECC_OK;
}
