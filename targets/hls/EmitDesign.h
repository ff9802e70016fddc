// Loops with directives for one kernel under its design.
#ifndef EDGECC_TARGETS_HLS_EMITDESIGN_H
#define EDGECC_TARGETS_HLS_EMITDESIGN_H

#include "passes/Kernel/NestEmitter.h"
#include "targets/hls/CostModel.h"

namespace edgecc::hls {

/// Strides of an access under a design: per element index of the loops' steps, and per lane.
struct DesignStrides {
  llvm::SmallVector<int64_t> steps, lanes;
};
DesignStrides stridesOf(const kernel::KernelNest &nest, const Design &design, const kernel::Access &access,
                        bool packed);

/// The layout of packed operand `index` of main: element i of the packed form is element layout[i] of the constant.
llvm::SmallVector<int64_t> layoutOf(const kernel::KernelNest &nest, const Design &design, unsigned index);

/// Emits the loops of `nest` at the builder's insertion point, inside the kernel's function.
void emitDesign(mlir::OpBuilder &builder, const kernel::KernelNest &nest, const Design &design, const Cost &cost,
                llvm::ArrayRef<kernel::FlatBuffer> operands, llvm::function_ref<bool(unsigned)> isConstant);

} // namespace edgecc::hls

#endif
