// What the compiler has to know of a device: a preset, or a file that a user wrote for a board.
#ifndef EDGECC_TARGETS_DEVICE_DEVICELIMITS_H
#define EDGECC_TARGETS_DEVICE_DEVICELIMITS_H

#include "llvm/Support/Error.h"

#include <string>

namespace edgecc::device {

struct DeviceLimits {
  std::string name = "generic";
  int64_t vectorBits = 128;    ///< Of the widest load that a work item does at once.
  int64_t registers = 24;      ///< Vectors that a work item keeps without spilling.
  int64_t workItems = 256;     ///< As many as keep the device busy.
  int64_t itemOperations = 1;  ///< Of a work item at least, a vector as one, also where that makes fewer items.
  int64_t maxGroupItems = 128; ///< Work items of a group at most; the least that Vulkan 1.1 allows a device to offer.
  int64_t maxStorageBytes = 128 << 20; ///< Of one buffer of a kernel; the least that Vulkan 1.1 allows.
  int64_t launchOperations = 1024;     ///< That a work item does, one after the other, while a kernel starts.
  int64_t seriesItems = 128;           ///< Of the one group that runs small steps one after the other.
};

/// The limits of `device`: the name of a preset, or a JSON file with any of the keys vector_bits, registers,
/// work_items, item_operations, max_group_items, max_storage_bytes, launch_operations (0: a kernel for each step),
/// series_items. Empty: generic. Errors name what is wrong and what is known.
llvm::Expected<DeviceLimits> readDeviceLimits(llvm::StringRef device);

} // namespace edgecc::device

#endif
