// Kernels that sum products of two inputs.
#ifndef EDGECC_PASSES_KERNEL_PRODUCT_H
#define EDGECC_PASSES_KERNEL_PRODUCT_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <array>

namespace edgecc::kernel {

/// An input of main as a factor of its product.
struct Factor {
  unsigned input;
  mlir::Type element;
  mlir::Operation *extension; ///< What widens it in the body; null: nothing does.
};

/// The factors of main, if it is accumulator + factor * factor with its two inputs as factors.
std::optional<std::array<Factor, 2>> matchProduct(mlir::linalg::GenericOp main);

} // namespace edgecc::kernel

#endif
