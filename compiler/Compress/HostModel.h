// A network compiled for this machine and run inside the compiler: how compression sees what a network computes.
#ifndef EDGECC_COMPILER_COMPRESS_HOSTMODEL_H
#define EDGECC_COMPILER_COMPRESS_HOSTMODEL_H

#include "compiler/Data/Tensor.h"
#include "edgecc/model.h"
#include "mlir/IR/BuiltinOps.h"

#include "llvm/Support/Error.h"

#include <memory>

namespace edgecc::compress {

class HostModel {
public:
  /// Compiles `module`, which is as phase `simplify` or `compress` leaves it and stays unchanged. Needs the linker that
  /// --emit=shared needs.
  static llvm::Expected<std::unique_ptr<HostModel>> compile(mlir::ModuleOp module);
  ~HostModel();

  const edgecc_model &model() const { return *descriptor; }
  /// Types of the inputs, with the names that the model gives them.
  std::vector<data::TensorType> inputTypes() const;

  /// Runs once; the outputs are overwritten by the next run. Empty if the run failed.
  llvm::ArrayRef<data::Tensor> run(llvm::ArrayRef<data::Tensor> inputs);

private:
  HostModel() = default;
  HostModel(const HostModel &) = delete;
  HostModel &operator=(const HostModel &) = delete;

  void *library = nullptr;
  const edgecc_model *descriptor = nullptr;
  std::vector<data::Tensor> outputs;
  std::unique_ptr<char[]> arena;
};

} // namespace edgecc::compress

#endif
