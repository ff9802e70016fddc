// The `kernel` dialect and its operations.
#ifndef EDGECC_DIALECTS_KERNEL_KERNELOPS_H
#define EDGECC_DIALECTS_KERNEL_KERNELOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/DestinationStyleOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/Kernel/KernelDialect.h.inc"

#define GET_OP_CLASSES
#include "dialects/Kernel/KernelOps.h.inc"

namespace edgecc::kernel {
/// Teaches one-shot bufferisation to turn the operands of `kernel.compute` into buffers and to leave its body alone.
void registerBufferizableOpInterface(mlir::DialectRegistry &registry);
} // namespace edgecc::kernel

#endif
