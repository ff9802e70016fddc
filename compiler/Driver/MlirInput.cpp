// Checks of MLIR input; see MlirInput.h.
#include "compiler/Driver/MlirInput.h"
#include "compiler/Pipeline/Pipeline.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace edgecc;

namespace {

/// As in ONNX models; more is a slip of the pen, and products of sizes would overflow.
constexpr int64_t maxElements = int64_t(1) << 31;

bool isElementType(Type type) {
  if (auto quantized = dyn_cast<quant::QuantizedType>(type))
    type = quantized.getStorageType();
  return type.isIndex() || type.isF16() || type.isBF16() || type.isF32() || type.isF64() ||
         (isa<IntegerType>(type) && type.getIntOrFloatBitWidth() <= 64);
}

LogicalResult checkType(Operation *op, Type type) {
  auto tensor = dyn_cast<TensorType>(type);
  if (!tensor)
    return success();
  if (!isElementType(tensor.getElementType()))
    return op->emitError("tensors of ") << tensor.getElementType() << " cannot be compiled";
  if (!tensor.hasStaticShape())
    return op->emitError("tensors must have static shapes, but there is ") << tensor;
  int64_t elements = 1;
  for (int64_t size : tensor.getShape()) {
    if (size <= maxElements)
      elements *= size;
    if (size > maxElements || elements > maxElements)
      return op->emitError() << tensor << " has more than 2^31 elements";
  }
  return success();
}

LogicalResult checkFunction(func::FuncOp function) {
  if (function.isDeclaration())
    return function.emitError("function '") << function.getSymName() << "' has no body";
  for (Type type : function.getArgumentTypes())
    if (failed(checkType(function, type)))
      return failure();
  return success();
}

/// The form that the operations of a network have; the first of each form, for the message.
struct Forms {
  Operation *layer = nullptr, *linalg = nullptr, *tosa = nullptr;
};

LogicalResult checkOperation(Operation *op, Forms &forms) {
  StringRef dialect = op->getName().getDialectNamespace();
  if (isa<func::CallOp>(op))
    return op->emitError("calls cannot be compiled; `mlir-opt --inline` removes them");
  if (dialect == "edge")
    forms.layer = op;
  else if (dialect == "tosa")
    forms.tosa = op;
  else if (dialect == "linalg" || dialect == "tensor")
    forms.linalg = op;
  else if (!llvm::is_contained({"builtin", "func", "arith", "math", "scf"}, dialect))
    return op->emitError("'") << op->getName()
                              << "' cannot be compiled; expected layers (edge), tosa, or linalg on tensors "
                              << "(linalg, tensor, arith, math, scf)";
  for (Type type : op->getResultTypes())
    if (failed(checkType(op, type)))
      return failure();
  return success();
}

} // namespace

FailureOr<StringRef> edgecc::prepareMlirInput(ModuleOp module) {
  Forms forms;
  WalkResult walked = module.walk([&](Operation *op) {
    auto function = dyn_cast<func::FuncOp>(op);
    if ((function && failed(checkFunction(function))) || failed(checkOperation(op, forms)))
      return WalkResult::interrupt();
    return WalkResult::advance();
  });
  if (walked.wasInterrupted())
    return failure();
  Operation *other = forms.tosa ? forms.tosa : forms.linalg;
  if (forms.layer && other)
    return other->emitError("'") << other->getName() << "' stands beside '" << forms.layer->getName()
                                 << "'; a network comes in layers, or in tosa and linalg";
  if (forms.layer)
    return StringRef("simplify");
  PassManager passes(module.getContext());
  buildTensorInput(passes, /*hasTosa=*/forms.tosa);
  if (failed(passes.run(module)))
    return failure();
  return StringRef("lower");
}
