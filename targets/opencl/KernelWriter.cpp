// Kernels of the kernel IR as OpenCL C; see KernelWriter.h.
#include "targets/opencl/KernelWriter.h"

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

static constexpr const char *placeNames[] = {"item_x", "item_y", "item_z"};

//===-- Text of an item -------------------------------------------------------------------------------------------===//

std::string ItemText::asKernel(StringRef name, std::array<uint32_t, 3> group) const {
  SmallVector<std::string> list, outside;
  std::string places, begins;
  for (const Parameter &parameter : parameters) {
    list.push_back(parameter.type + parameter.name + ", int " + parameter.name + "_begin");
    if (parameter.isUsed)
      begins += "  " + parameter.name + " += " + parameter.name + "_begin;\n";
  }
  for (unsigned dim = 0; dim < 3; ++dim) {
    bool isRounded = grid[dim] % group[dim] != 0;
    if (usesPlace[dim] || isRounded)
      places += std::string("  const int ") + placeNames[dim] + " = get_global_id(" + std::to_string(dim) + ");\n";
    if (isRounded)
      outside.push_back(std::string(placeNames[dim]) + " >= " + std::to_string(grid[dim]));
  }
  std::string text = comment + "__kernel __attribute__((reqd_work_group_size(" + std::to_string(group[0]) + ", " +
                     std::to_string(group[1]) + ", " + std::to_string(group[2]) + ")))\nvoid " + name.str() + "(" +
                     llvm::join(list, ", ") + ") {\n" + places;
  if (!outside.empty())
    text += "  if (" + llvm::join(outside, " || ") + ")\n    return;\n";
  return text + begins + body + "}\n";
}

std::string ItemText::asFunction(StringRef name) const {
  SmallVector<std::string> list;
  for (unsigned dim = 0; dim < 3; ++dim)
    if (usesPlace[dim])
      list.push_back(std::string("int ") + placeNames[dim]);
  for (const Parameter &parameter : parameters)
    if (parameter.isUsed)
      list.push_back(parameter.type + parameter.name);
  return comment + "static void " + name.str() + "(" + llvm::join(list, ", ") + ") {\n" + body + "}\n";
}

//===-- From the kernel IR ----------------------------------------------------------------------------------------===//

/// Multiplications whose only use is a sum, in one rounding where the model allows it.
static void fuseMultiplyAdds(func::FuncOp kernel) {
  RewritePatternSet patterns(kernel.getContext());
  populateUpliftToFMAPatterns(patterns);
  (void)applyPatternsGreedily(kernel, std::move(patterns));
}

/// Operands begin at their pointers: x + 0 is x.
static void dropOffsets(func::FuncOp kernel, ArrayRef<source::KernelParameter> parameters) {
  OpBuilder builder(&kernel.front(), kernel.front().begin());
  Value zero = arith::ConstantIndexOp::create(builder, kernel.getLoc(), 0);
  for (const source::KernelParameter &parameter : parameters)
    kernel.getArgument(parameter.buffer.getArgNumber() + 1).replaceAllUsesWith(zero);
  RewritePatternSet patterns(kernel.getContext());
  arith::AddIOp::getCanonicalizationPatterns(patterns, kernel.getContext());
  (void)applyPatternsGreedily(kernel, std::move(patterns));
}

KernelWriter::KernelWriter(ModuleOp module, StringRef model, const device::DeviceLimits &limits)
    : limits(limits), model(model), symbols(source::nameSymbols(module, model)), calls(source::callsOfKernels(module)) {
  for (const auto &symbol : symbols)
    scope.unique(symbol.second);
}

device::MadeKernel KernelWriter::write(func::FuncOp original) {
  auto grid = original->getAttrOfType<DenseI64ArrayAttr>("edge.grid");
  device::MadeKernel made;
  made.kernel.name = symbols.lookup(original.getSymName());
  made.kernel.localSize = device::groupOf(grid, limits.maxGroupItems);
  made.kernel.numOperands = original->getAttrOfType<ArrayAttr>("edge.operands").size();

  // A copy, for the host keeps the kernel as it is.
  OwningOpRef<func::FuncOp> kernel(original.clone());
  fuseMultiplyAdds(*kernel);
  ItemText item;
  llvm::raw_string_ostream os(item.body);
  source::FunctionPrinter printer(language, symbols, os, 2);
  source::KernelParameters parameters(*kernel, calls.lookup(original.getSymName()));
  item.comment = parameters.comment();
  dropOffsets(*kernel, parameters.list);
  for (const source::KernelParameter &parameter : parameters.list) {
    Type element = cast<MemRefType>(parameter.buffer.getType()).getElementType();
    item.parameters.push_back(
        {"__global " + std::string(parameter.isWritten ? "" : "const ") + language.elementType(element) + " *",
         parameter.name, !parameter.buffer.use_empty()});
    printer.setName(parameter.buffer, parameter.name);
  }
  for (unsigned dim = 0; dim < 3; ++dim) {
    BlockArgument place = kernel->getArgument(kernel->getNumArguments() - 3 + dim);
    item.grid[dim] = grid[dim];
    item.usesPlace[dim] = !place.use_empty();
    printer.setName(place, placeNames[dim]);
  }
  ScopedDiagnosticHandler handler(kernel->getContext(), [&](Diagnostic &diagnostic) {
    if (made.reason.empty())
      made.reason = diagnostic.str();
    return success();
  });
  if (succeeded(printer.printBlock(kernel->front())))
    items[made.kernel.name] = std::move(item);
  return made;
}

std::string KernelWriter::source(ArrayRef<artefact::DeviceKernel> kernels) const {
  std::string text = language.prelude();
  for (const auto &[kernel, function] : functions)
    text += "\n" + items.find(kernel)->second.asFunction(function);
  for (const artefact::DeviceKernel &kernel : kernels) {
    auto item = items.find(kernel.name);
    text += "\n" +
            (item != items.end() ? item->second.asKernel(kernel.name, kernel.localSize) : series.lookup(kernel.name));
  }
  return text;
}
