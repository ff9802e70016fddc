// Passes of the hls target.
#ifndef EDGECC_TARGETS_HLS_PASSES_H
#define EDGECC_TARGETS_HLS_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Pass/Pass.h"
#include "passes/Kernel/NestPlanner.h"
#include "targets/hls/Operators.h"

namespace edgecc::hls {

/// The device of a compile, as the user named it.
struct Device {
  const Part *part = nullptr; ///< Null: the smallest that the model fits.
  unsigned megahertz = 0;     ///< 0: the part's.

  Clock clockOn(const Part &chosen) const { return {megahertz ? megahertz : chosen.megahertz, chosen.delay}; }
};

/// Chooses a design for every kernel (the plain one unless `explores`), and which arrays lie outside of the part. Sets
/// `hls.design`, `hls.outside` and `hls.streams` (how many words the queue holds that an operand is; 0: an array) on
/// kernels and `hls.plan` on the entry; keeps a copy of the module as it was in
/// `reference`. Where the model does not fit, reports why and sets `hls.refused` on the entry.
std::unique_ptr<mlir::Pass> createExplorePass(Device device, bool explores,
                                              std::shared_ptr<mlir::OwningOpRef<mlir::ModuleOp>> reference);

/// Kernels under their designs, for kernel::createExpandKernels. Leaves `hls.report` and the needs of each operand
/// (`hls.partition`, `hls.outside`) on the kernel's function.
kernel::NestPlanner designPlanner();

/// Inlines the steps into the entry, gives each buffer an array or a port of its own, groups kernels into layers and
/// adds the loads and stores of inputs and outputs: the form that the printer writes. What has no such form is
/// reported, and `hls.refused` set on the entry.
std::unique_ptr<mlir::Pass> createBuildTopPass();

// Attributes that these passes hand on.
inline constexpr llvm::StringLiteral planName = "hls.plan", reportName = "hls.report", outsideName = "hls.outside",
                                     streamsName = "hls.streams", leftName = "hls.left", layerName = "hls.layer",
                                     refusedName = "hls.refused";

} // namespace edgecc::hls

#endif
