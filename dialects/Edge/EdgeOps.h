// Operations of the `edge` dialect.
#ifndef EDGECC_DIALECTS_EDGE_EDGEOPS_H
#define EDGECC_DIALECTS_EDGE_EDGEOPS_H

#include "dialects/Edge/EdgeDialect.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace edgecc::edge {

/// Marks operations that compute each output element from the elements at the same (broadcast) position.
template <typename ConcreteOp> class Elementwise : public mlir::OpTrait::TraitBase<ConcreteOp, Elementwise> {};

/// The shape to which `shapes` broadcast as in NumPy, or failure.
mlir::FailureOr<llvm::SmallVector<int64_t>> broadcastShapes(llvm::ArrayRef<llvm::ArrayRef<int64_t>> shapes);

} // namespace edgecc::edge

#include "dialects/Edge/EdgeEnums.h.inc"

#define GET_OP_CLASSES
#include "dialects/Edge/EdgeOps.h.inc"

#endif
