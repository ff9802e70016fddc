// Limits of devices; see DeviceLimits.h.
#include "targets/device/DeviceLimits.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace edgecc::device;

// A driver that runs work items on a CPU is best served with the CPU's own vectors and few, large items. It runs a
// group on one thread, so that items of a series would only cost barriers. PoCL takes some 4 us to start a kernel.
static const DeviceLimits presets[] = {
    {"generic"},
    {"cpu-sse", 128, 14, 16, 8192, 128, 128 << 20, 8192, 1},
    {"cpu-neon", 128, 28, 16, 8192, 128, 128 << 20, 8192, 1},
    {"cpu-avx2", 256, 14, 16, 8192, 128, 128 << 20, 8192, 1},
    {"cpu-avx512", 512, 28, 16, 8192, 128, 128 << 20, 8192, 1},
};

static Expected<DeviceLimits> readFile(StringRef path) {
  auto buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return createStringError("--device=" + path + ": cannot read the file: " + buffer.getError().message());
  auto parsed = json::parse((*buffer)->getBuffer());
  if (!parsed)
    return createStringError("--device=" + path + ": " + toString(parsed.takeError()));
  const json::Object *object = parsed->getAsObject();
  if (!object)
    return createStringError("--device=" + path + ": expected a JSON object");
  DeviceLimits limits;
  limits.name = sys::path::stem(path).str();
  const std::pair<StringRef, int64_t *> keys[] = {{"vector_bits", &limits.vectorBits},
                                                  {"registers", &limits.registers},
                                                  {"work_items", &limits.workItems},
                                                  {"item_operations", &limits.itemOperations},
                                                  {"max_group_items", &limits.maxGroupItems},
                                                  {"max_storage_bytes", &limits.maxStorageBytes},
                                                  {"launch_operations", &limits.launchOperations},
                                                  {"series_items", &limits.seriesItems}};
  for (auto &[key, value] : *object) {
    if (key == "name")
      continue;
    auto known = find_if(keys, [&, name = StringRef(key)](auto &row) { return row.first == name; });
    std::optional<int64_t> number = value.getAsInteger();
    if (known == std::end(keys))
      return createStringError("--device=" + path + ": key '" + StringRef(key) +
                               "' is not known; keys are vector_bits, registers, work_items, item_operations, "
                               "max_group_items, max_storage_bytes, launch_operations and series_items");
    int64_t least = known->second == &limits.launchOperations ? 0 : 1;
    if (!number || *number < least)
      return createStringError("--device=" + path + ": '" + StringRef(key) + "' must be a number of at least " +
                               Twine(least));
    *known->second = *number;
  }
  if (limits.vectorBits < 32 || limits.vectorBits > 512 || !isPowerOf2_64(limits.vectorBits))
    return createStringError("--device=" + path + ": 'vector_bits' must be 32, 64, 128, 256 or 512");
  return limits;
}

Expected<DeviceLimits> edgecc::device::readDeviceLimits(StringRef device) {
  if (device.ends_with(".json"))
    return readFile(device);
  std::string names;
  for (const DeviceLimits &preset : presets) {
    if (device == preset.name || (device.empty() && preset.name == "generic"))
      return preset;
    names += (names.empty() ? "" : ", ") + preset.name;
  }
  return createStringError("--device=" + device + ": there is no such device; known are " + names +
                           ", or give a JSON file");
}
