// The `hls` dialect: directives for high-level synthesis, and streams.
#ifndef EDGECC_DIALECTS_HLS_HLSDIALECT_H
#define EDGECC_DIALECTS_HLS_HLSDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"

#include "dialects/Hls/HlsDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/Hls/HlsAttributes.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/Hls/HlsTypes.h.inc"

#define GET_OP_CLASSES
#include "dialects/Hls/HlsOps.h.inc"

namespace edgecc::hls {

// Names of the attributes, as they stand on operations and arguments.
inline constexpr llvm::StringLiteral pipelineName = "hls.pipeline";
inline constexpr llvm::StringLiteral unrollName = "hls.unroll";
inline constexpr llvm::StringLiteral partitionName = "hls.partition";
inline constexpr llvm::StringLiteral interfaceName = "hls.interface";
inline constexpr llvm::StringLiteral dataflowName = "hls.dataflow";
inline constexpr llvm::StringLiteral topName = "hls.top";

/// The rules P1 to P3 and U1 of a loop, A1 of an array, D1 to D3, S1, S2 and F1 of a function; see HlsOps.td.
llvm::LogicalResult verifyPipeline(mlir::Operation *op, mlir::Attribute value);
llvm::LogicalResult verifyUnroll(mlir::Operation *op, mlir::Attribute value);
llvm::LogicalResult verifyPartition(mlir::Operation *op, mlir::Type array, mlir::Attribute value);
llvm::LogicalResult verifyDataflow(mlir::func::FuncOp function);
llvm::LogicalResult verifySynthesizable(mlir::func::FuncOp function);

} // namespace edgecc::hls

#endif
