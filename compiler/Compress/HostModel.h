// A network compiled for this machine and run inside the compiler: how compression sees what a network computes.
#ifndef EDGECC_COMPILER_COMPRESS_HOSTMODEL_H
#define EDGECC_COMPILER_COMPRESS_HOSTMODEL_H

#include "compiler/Artefact/ModelSummary.h"
#include "compiler/Data/Tensor.h"
#include "edgecc/model.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include "llvm/Support/Error.h"

#include <memory>

namespace edgecc {
class Target;
}

namespace edgecc::compress {

/// The function of a network that is called from outside; null where there is none.
mlir::func::FuncOp findEntry(mlir::ModuleOp module);

/// A copy of `module` in a context of its own, for phases that free weights and to give memory back: MLIR keeps
/// constants as long as their context. Null where it cannot be made.
mlir::OwningOpRef<mlir::ModuleOp> copyInto(mlir::MLIRContext &context, mlir::ModuleOp module);

/// What the network takes on `target`: memory, weights and steps. `module` is as HostModel takes it.
llvm::Expected<artefact::ModelSummary> plan(mlir::ModuleOp module, const Target &target);

class HostModel {
public:
  /// Compiles `module`, which is as phase `simplify` or `compress` leaves it and stays unchanged. Needs the linker that
  /// --emit=shared needs.
  static llvm::Expected<std::unique_ptr<HostModel>> compile(mlir::ModuleOp module);
  ~HostModel();

  const edgecc_model &model() const { return *descriptor; }
  /// Memory, weights and steps on this machine.
  const artefact::ModelSummary &summary() const { return plan; }
  /// Types of the inputs, with the names that the model gives them.
  std::vector<data::TensorType> inputTypes() const;

  /// Runs once; the outputs are overwritten by the next run. Empty if the run failed.
  llvm::ArrayRef<data::Tensor> run(llvm::ArrayRef<data::Tensor> inputs);
  /// The fastest of many runs, in microseconds; 0 if one failed.
  double fastestRun(llvm::ArrayRef<data::Tensor> inputs);

private:
  HostModel() = default;
  HostModel(const HostModel &) = delete;
  HostModel &operator=(const HostModel &) = delete;

  class Operands;

  artefact::ModelSummary plan;
  void *library = nullptr;
  const edgecc_model *descriptor = nullptr;
  std::vector<data::Tensor> outputs;
  std::unique_ptr<char[]> arena;
};

} // namespace edgecc::compress

#endif
