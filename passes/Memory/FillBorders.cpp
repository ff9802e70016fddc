// Fills of padded buffers, kept to the border where the next kernel overwrites the rest.
//
// The border of a box inside a row-major buffer is at most three sets of equal runs of elements: one before the box,
// the gaps between its rows, where the end of a row and the beginning of the next lie side by side, and one behind it.
// The first and the last are one set where they are of the same length, as with symmetric padding.
#include "passes/Memory/Passes.h"

#include "dialects/Kernel/KernelOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace edgecc::memory {
#define GEN_PASS_DEF_FILLBORDERS
#include "passes/Memory/Passes.h.inc"
} // namespace edgecc::memory

using namespace mlir;
using namespace edgecc;

namespace {

/// `sizes` elements in steps of `strides` from `offset`; the innermost are contiguous.
struct Runs {
  int64_t offset;
  SmallVector<int64_t> sizes, strides;

  int64_t elements() const { return llvm::product_of(sizes); }
};

/// The one operation of a kernel that writes the same constant everywhere in a whole allocation, or null.
linalg::GenericOp fillOf(kernel::ComputeOp kernel) {
  if (!kernel.hasBuffers() || !kernel.getInputs().empty() || kernel.getOutputs().size() != 1 ||
      !kernel.getOutputs()[0].getDefiningOp<memref::AllocOp>())
    return nullptr;
  linalg::GenericOp fill;
  for (Operation &op : kernel.getBodyBlock()->without_terminator()) {
    if (auto generic = dyn_cast<linalg::GenericOp>(op)) {
      if (fill)
        return nullptr;
      fill = generic;
    } else if (!isa<arith::ConstantOp, mlir::tensor::EmptyOp>(op)) {
      return nullptr;
    }
  }
  if (!fill || fill.getNumReductionLoops() != 0 || fill.hasIndexSemantics() || fill.getNumDpsInits() != 1 ||
      !fill.getRegionOutputArgs()[0].use_empty())
    return nullptr;
  bool scalars = llvm::none_of(fill.getInputs(), [](Value input) { return isa<ShapedType>(input.getType()); });
  return scalars ? fill : nullptr;
}

/// The part of `alloc` that the first operation behind `fill` that touches it writes whole without reading it, or null.
memref::SubViewOp overwrittenPart(kernel::ComputeOp fill, memref::AllocOp alloc) {
  llvm::SetVector<Value> aliases;
  aliases.insert(alloc);
  llvm::SmallPtrSet<Operation *, 8> touching;
  for (size_t i = 0; i < aliases.size(); ++i)
    for (Operation *user : aliases[i].getUsers()) {
      if (isa<ViewLikeOpInterface>(user))
        aliases.insert(user->getResults().begin(), user->getResults().end());
      else if (Operation *ancestor = fill->getBlock()->findAncestorOpInBlock(*user))
        touching.insert(ancestor);
    }
  for (Operation *op = fill->getNextNode(); op; op = op->getNextNode()) {
    if (!touching.contains(op))
      continue;
    auto kernel = dyn_cast<kernel::ComputeOp>(op);
    if (!kernel)
      return nullptr;
    memref::SubViewOp part;
    for (OpOperand &operand : kernel->getOpOperands()) {
      if (!aliases.contains(operand.get()))
        continue;
      bool isRead = !kernel.getBodyBlock()->getArgument(operand.getOperandNumber()).use_empty();
      auto view = operand.get().getDefiningOp<memref::SubViewOp>();
      if (part || isRead || !kernel.isDpsInit(&operand) || !view || view.getSource() != alloc.getResult())
        return nullptr;
      part = view;
    }
    return part;
  }
  return nullptr;
}

/// The elements of a row-major buffer of `shape` outside of a box; none if they are no such runs.
std::optional<SmallVector<Runs>> borderOf(ArrayRef<int64_t> shape, ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes) {
  SmallVector<unsigned> padded;
  for (unsigned dim = 0; dim < shape.size(); ++dim)
    if (sizes[dim] != shape[dim])
      padded.push_back(dim);
  if (padded.empty() || padded.size() > 2)
    return std::nullopt;
  // Rows along the last padded dimension. Those of the box are neighbours, up to the boxes of further images.
  unsigned rowDim = padded.back(), imageDim = padded.front();
  int64_t element = llvm::product_of(shape.drop_front(rowDim + 1)), row = shape[rowDim] * element;
  int64_t images = llvm::product_of(shape.take_front(imageDim));
  int64_t firstRow = 0, rows = 1, rowsOfImage = 1;
  if (imageDim != rowDim) {
    int64_t between = llvm::product_of(shape.slice(imageDim + 1, rowDim - imageDim - 1));
    firstRow = offsets[imageDim] * between;
    rows = sizes[imageDim] * between;
    rowsOfImage = shape[imageDim] * between;
  }
  int64_t image = rowsOfImage * row, head = firstRow * row + offsets[rowDim] * element;
  int64_t boxRow = sizes[rowDim] * element, tailBegin = head + (rows - 1) * row + boxRow, tail = image - tailBegin;
  SmallVector<Runs> border;
  auto add = [&](int64_t offset, ArrayRef<int64_t> sizes, ArrayRef<int64_t> strides) {
    if (!llvm::is_contained(sizes, 0))
      border.push_back({offset, llvm::to_vector(sizes), llvm::to_vector(strides)});
  };
  if (head == tail) {
    add(0, {images, 2, head}, {image, tailBegin, 1});
  } else {
    add(0, {images, head}, {image, 1});
    add(tailBegin, {images, tail}, {image, 1});
  }
  add(head + boxRow, {images, rows - 1, row - boxRow}, {image, row, 1});
  return border;
}

/// The kernel `fill` for some runs of elements of `alloc`.
void fillRuns(OpBuilder &builder, kernel::ComputeOp kernel, linalg::GenericOp fill, memref::AllocOp alloc,
              const Runs &runs) {
  Location loc = kernel.getLoc();
  Type element = alloc.getType().getElementType();
  auto type =
      MemRefType::get(runs.sizes, element, StridedLayoutAttr::get(builder.getContext(), runs.offset, runs.strides));
  Value view = memref::ReinterpretCastOp::create(builder, loc, type, alloc, runs.offset, runs.sizes, runs.strides);
  auto made = kernel::ComputeOp::create(builder, loc, TypeRange(), ValueRange(), view);
  OpBuilder::InsertionGuard guard(builder);
  Block *body = builder.createBlock(&made.getBody());
  body->addArgument(RankedTensorType::get(runs.sizes, element), loc);
  IRMapping mapping;
  for (Operation &op : kernel.getBodyBlock()->without_terminator())
    if (isa<arith::ConstantOp>(op))
      builder.clone(op, mapping);
  SmallVector<Value> scalars;
  for (Value input : fill.getInputs())
    scalars.push_back(mapping.lookup(input));
  SmallVector<AffineMap> maps(scalars.size(), AffineMap::get(runs.sizes.size(), 0, builder.getContext()));
  maps.push_back(builder.getMultiDimIdentityMap(runs.sizes.size()));
  Value empty = mlir::tensor::EmptyOp::create(builder, loc, runs.sizes, element);
  auto generic =
      linalg::GenericOp::create(builder, fill.getLoc(), empty.getType(), scalars, empty, maps,
                                SmallVector<utils::IteratorType>(runs.sizes.size(), utils::IteratorType::parallel));
  builder.cloneRegionBefore(fill.getRegion(), generic.getRegion(), generic.getRegion().end(), mapping);
  builder.setInsertionPointToEnd(body);
  kernel::YieldOp::create(builder, loc, generic->getResults());
}

struct FillBordersPass : public edgecc::memory::impl::FillBordersBase<FillBordersPass> {
  using FillBordersBase::FillBordersBase;

  void runOnOperation() override {
    SmallVector<kernel::ComputeOp> kernels;
    getOperation().walk([&](kernel::ComputeOp kernel) { kernels.push_back(kernel); });
    for (kernel::ComputeOp kernel : kernels)
      if (linalg::GenericOp fill = fillOf(kernel))
        fillBorder(kernel, fill);
  }

private:
  void fillBorder(kernel::ComputeOp kernel, linalg::GenericOp fill) {
    auto alloc = kernel.getOutputs()[0].getDefiningOp<memref::AllocOp>();
    MemRefType type = alloc.getType();
    memref::SubViewOp part = overwrittenPart(kernel, alloc);
    auto isStatic = [](ArrayRef<int64_t> values) { return llvm::none_of(values, ShapedType::isDynamic); };
    if (!type.getLayout().isIdentity() || !part || part.getType().getRank() != type.getRank() ||
        !isStatic(part.getStaticOffsets()) || !isStatic(part.getStaticSizes()) ||
        llvm::any_of(part.getStaticStrides(), [](int64_t stride) { return stride != 1; }))
      return;
    auto border = borderOf(type.getShape(), part.getStaticOffsets(), part.getStaticSizes());
    if (!border)
      return;
    int64_t saved = type.getNumElements();
    for (const Runs &runs : *border)
      saved -= runs.elements();
    if (saved * ((type.getElementTypeBitWidth() + 7) / 8) < leastBytes)
      return;
    OpBuilder builder(kernel);
    for (const Runs &runs : *border)
      fillRuns(builder, kernel, fill, alloc, runs);
    kernel.erase();
    ++numBorders;
  }
};

} // namespace
