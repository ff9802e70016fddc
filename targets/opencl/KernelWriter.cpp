// Kernels of the kernel IR as OpenCL C.
#include "targets/opencl/OpenclTarget.h"
#include "targets/source/FunctionPrinter.h"
#include "targets/source/KernelText.h"
#include "targets/source/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/Transforms/Passes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace edgecc;
using namespace edgecc::opencl;

/// Multiplications whose only use is a sum, in one rounding where the model allows it.
static void fuseMultiplyAdds(func::FuncOp kernel) {
  RewritePatternSet patterns(kernel.getContext());
  populateUpliftToFMAPatterns(patterns);
  (void)applyPatternsGreedily(kernel, std::move(patterns));
}

KernelWriter::KernelWriter(ModuleOp module, StringRef model, const device::DeviceLimits &limits)
    : limits(limits), symbols(source::nameSymbols(module, model)), calls(source::callsOfKernels(module)) {}

device::MadeKernel KernelWriter::write(func::FuncOp original) {
  auto grid = original->getAttrOfType<DenseI64ArrayAttr>("edge.grid");
  std::string name = symbols.lookup(original.getSymName());
  device::MadeKernel made;
  made.kernel.name = name;
  made.kernel.localSize = device::groupOf(grid, limits.maxGroupItems);
  made.kernel.numOperands = original->getAttrOfType<ArrayAttr>("edge.operands").size();

  // A copy, for the host keeps the kernel as it is.
  OwningOpRef<func::FuncOp> kernel(original.clone());
  fuseMultiplyAdds(*kernel);
  std::string text;
  llvm::raw_string_ostream os(text);
  source::FunctionPrinter printer(language, symbols, os, 2);
  source::KernelParameters parameters(*kernel, calls.lookup(original.getSymName()));
  SmallVector<std::string> list, begins;
  OpBuilder builder(&kernel->front(), kernel->front().begin());
  Value zero = arith::ConstantIndexOp::create(builder, kernel->getLoc(), 0);
  for (const source::KernelParameter &parameter : parameters.list) {
    Type element = cast<MemRefType>(parameter.buffer.getType()).getElementType();
    list.push_back("__global " + std::string(parameter.isWritten ? "" : "const ") + language.elementType(element) +
                   " *" + parameter.name + ", int " + parameter.name + "_begin");
    printer.setName(parameter.buffer, parameter.name);
    BlockArgument offset = kernel->getArgument(parameter.buffer.getArgNumber() + 1);
    if (!parameter.buffer.use_empty())
      begins.push_back("  " + parameter.name + " += " + parameter.name + "_begin;\n");
    offset.replaceAllUsesWith(zero);
  }
  // x + 0 is x.
  RewritePatternSet patterns(kernel->getContext());
  arith::AddIOp::getCanonicalizationPatterns(patterns, kernel->getContext());
  (void)applyPatternsGreedily(*kernel, std::move(patterns));

  SmallVector<std::string> outside;
  std::string items;
  for (unsigned dim = 0; dim < 3; ++dim) {
    BlockArgument item = kernel->getArgument(kernel->getNumArguments() - 3 + dim);
    std::string itemName = std::string("item_") + "xyz"[dim];
    std::string id = "get_global_id(" + std::to_string(dim) + ")";
    printer.setName(item, itemName);
    bool isRounded = grid[dim] % made.kernel.localSize[dim] != 0;
    if (!item.use_empty() || isRounded)
      items += "  const int " + itemName + " = " + id + ";\n";
    if (isRounded)
      outside.push_back(itemName + " >= " + std::to_string(grid[dim]));
  }
  ScopedDiagnosticHandler handler(kernel->getContext(), [&](Diagnostic &diagnostic) {
    if (made.reason.empty())
      made.reason = diagnostic.str();
    return success();
  });
  if (failed(printer.printBlock(kernel->front())))
    return made;
  auto group = made.kernel.localSize;
  kernels += "\n" + parameters.comment() + "__kernel __attribute__((reqd_work_group_size(" + std::to_string(group[0]) +
             ", " + std::to_string(group[1]) + ", " + std::to_string(group[2]) + ")))\nvoid " + name + "(" +
             llvm::join(list, ", ") + ") {\n" + items;
  if (!outside.empty())
    kernels += "  if (" + llvm::join(outside, " || ") + ")\n    return;\n";
  kernels += llvm::join(begins, "") + text + "}\n";
  return made;
}

std::string KernelWriter::source() const { return language.prelude() + kernels; }
