// Decoders of coded constants as functions of the kernel IR.
#ifndef EDGECC_PASSES_KERNEL_DECODEREMITTER_H
#define EDGECC_PASSES_KERNEL_DECODEREMITTER_H

#include "passes/Kernel/ConstantCoder.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinTypes.h"

namespace edgecc::kernel {

/// The flat buffers that a decoder works on. As those of every kernel, each comes with the index of its first element:
/// where the stream, its values, the tables and the decoded constant begin.
struct DecoderTypes {
  mlir::MemRefType streams; ///< i8
  mlir::MemRefType values;
  mlir::MemRefType tables; ///< i16
  mlir::MemRefType out;    ///< Of the type of the values.
};

/// Makes a private function `name` that decodes constants of one form. It writes no element behind those that the
/// stream says it has.
mlir::func::FuncOp emitDecoder(mlir::OpBuilder &builder, mlir::Location loc, llvm::StringRef name, CodedForm form,
                               const DecoderTypes &types);

} // namespace edgecc::kernel

#endif
