// An ONNX model written as text, imported: for tests that look at the operations or at the folded numbers.
#ifndef EDGECC_TEST_UNIT_IMPORT_IMPORTEDMODEL_H
#define EDGECC_TEST_UNIT_IMPORT_IMPORTEDMODEL_H

#include "dialects/Edge/EdgeOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"

#include <string>
#include <vector>

namespace edgecc {

class ImportedModel {
public:
  /// `graph` is a graph in ONNX's text form; `imports` its operator sets, such as `"" : 13`.
  explicit ImportedModel(const std::string &graph, const std::string &imports = "\"\" : 21");

  bool succeeded() const { return static_cast<bool>(module); }
  /// All that was reported, one message per line.
  const std::string &report() const { return diagnostics; }

  /// All operations of one class, in order.
  template <typename OpTy> std::vector<OpTy> all() {
    std::vector<OpTy> found;
    if (module)
      module->walk([&](OpTy op) { found.push_back(op); });
    return found;
  }

  /// Result `index` of the function.
  mlir::Value output(unsigned index = 0);
  std::vector<int64_t> outputShape(unsigned index = 0);
  /// The numbers of a result that folded to a constant; empty where it did not.
  std::vector<double> numbers(unsigned index = 0);

private:
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::string diagnostics;
};

} // namespace edgecc

#endif
