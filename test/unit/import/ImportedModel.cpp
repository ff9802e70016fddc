// Parses ONNX text with the parser of libonnx, writes it to a temporary file, and imports that.
#include "test/unit/import/ImportedModel.h"
#include "compiler/Import/Import.h"
#include "compiler/Import/Tensors.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <gtest/gtest.h>
#include <onnx/defs/parser.h>
#include <onnx/onnx_pb.h>

using namespace mlir;
using namespace edgecc;

ImportedModel::ImportedModel(const std::string &graph, const std::string &imports) {
  onnx::ModelProto model;
  std::string text = "<ir_version: 8, opset_import: [" + imports + "]>\n" + graph;
  onnx::OnnxParser parser(text.c_str());
  auto parsed = parser.Parse(model);
  EXPECT_TRUE(parsed.IsOK()) << parsed.ErrorMessage();

  llvm::SmallString<128> path;
  int file;
  if (llvm::sys::fs::createTemporaryFile("edgecc-import", "onnx", file, path)) {
    ADD_FAILURE() << "cannot create a temporary file";
    return;
  }
  {
    llvm::raw_fd_ostream stream(file, /*shouldClose=*/true);
    stream << model.SerializeAsString();
  }
  context.getDiagEngine().registerHandler([&](Diagnostic &diagnostic) {
    diagnostics += diagnostic.str() + "\n";
    return success();
  });
  module = import::importOnnx(path, import::ImportOptions(), &context);
  llvm::sys::fs::remove(path);
}

Value ImportedModel::output(unsigned index) {
  Value value;
  if (module)
    module->walk([&](func::ReturnOp op) { value = op.getOperand(index); });
  return value;
}

std::vector<int64_t> ImportedModel::outputShape(unsigned index) {
  Value value = output(index);
  return value ? cast<RankedTensorType>(value.getType()).getShape().vec() : std::vector<int64_t>();
}

std::vector<double> ImportedModel::numbers(unsigned index) {
  ElementsAttr elements;
  Value value = output(index);
  if (!value || !matchPattern(value, m_Constant(&elements)))
    return {};
  FailureOr<SmallVector<double>> numbers = import::numbersOf(elements);
  return failed(numbers) ? std::vector<double>() : std::vector<double>(numbers->begin(), numbers->end());
}
