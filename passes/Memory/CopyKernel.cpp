// Copies as kernels; see CopyKernel.h.
#include "passes/Memory/CopyKernel.h"

#include "dialects/Kernel/KernelOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace edgecc;

void edgecc::memory::copyByKernel(OpBuilder &builder, Location loc, Value source, Value target) {
  auto sourceType = cast<MemRefType>(source.getType()), targetType = cast<MemRefType>(target.getType());
  if (targetType.getNumElements() == 0)
    return; // A kernel has points to run over.
  auto kernel = kernel::ComputeOp::create(builder, loc, TypeRange(), ValueRange{source}, ValueRange{target});
  OpBuilder::InsertionGuard guard(builder);
  Block *body = builder.createBlock(&kernel.getBody());
  auto tensorType = RankedTensorType::get(sourceType.getShape(), sourceType.getElementType());
  Value input = body->addArgument(tensorType, loc), output = body->addArgument(tensorType, loc);
  AffineMap identity = builder.getMultiDimIdentityMap(targetType.getRank());
  SmallVector<utils::IteratorType> iterators(targetType.getRank(), utils::IteratorType::parallel);
  auto copy = linalg::GenericOp::create(
      builder, loc, tensorType, input, output, ArrayRef<AffineMap>{identity, identity}, iterators,
      [](OpBuilder &b, Location loc, ValueRange arguments) { linalg::YieldOp::create(b, loc, arguments[0]); });
  kernel::YieldOp::create(builder, loc, copy->getResults());
}
