// What a kernel is called, what its parameters are and what it is for, in every language.
#ifndef EDGECC_TARGETS_SOURCE_KERNELTEXT_H
#define EDGECC_TARGETS_SOURCE_KERNELTEXT_H

#include "compiler/Artefact/ModelSummary.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/BuiltinTypes.h"

#include "llvm/ADT/StringMap.h"

namespace edgecc::source {

/// The first comment of a file: `what`, such as "Code", of which model.
std::string banner(const artefact::ModelSummary &summary, llvm::StringRef what);

/// "x: f32 [1, 28, 28, 1]"
std::string describeOperand(llvm::StringRef name, mlir::MemRefType type);

/// The comment before a kernel: what its step, the description that its call has, is for, and its operands.
void writeComment(mlir::DictionaryAttr step, llvm::ArrayRef<std::string> operands, llvm::raw_ostream &os);

/// The first call of each kernel, which has `edge.step`, by the kernel's symbol.
llvm::StringMap<mlir::func::CallOp> callsOfKernels(mlir::ModuleOp module);

/// A buffer that a kernel takes.
struct KernelParameter {
  mlir::BlockArgument buffer;
  std::string name;    ///< x, x1, ... for inputs, w, w1, ... for constants, out, out1, ... for outputs.
  std::string comment; ///< Its name, type and shape.
  bool isWritten = false;
};

/// The buffers of a kernel, a function with `edge.operands`, in their order.
class KernelParameters {
public:
  /// `call` is one call of the kernel; null if there is none.
  KernelParameters(mlir::func::FuncOp kernel, mlir::func::CallOp call);

  llvm::SmallVector<KernelParameter> list;
  /// A comment with node, operator, multiply-accumulates and the parameters that the kernel uses.
  std::string comment() const;

private:
  mlir::func::CallOp call;
};

} // namespace edgecc::source

#endif
