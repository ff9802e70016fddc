// Packing of constants; see PackConstants.h.
#include "passes/Kernel/PackConstants.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include "llvm/Support/xxhash.h"

#include <cstring>

using namespace mlir;
using namespace edgecc::kernel;

memref::GlobalOp ConstantPacker::constantGlobal(Value buffer) {
  // Reshapes of a whole buffer keep its elements in order.
  while (isa_and_nonnull<memref::ExpandShapeOp, memref::CollapseShapeOp>(buffer.getDefiningOp()))
    buffer = buffer.getDefiningOp()->getOperand(0);
  auto get = buffer.getDefiningOp<memref::GetGlobalOp>();
  if (!get)
    return nullptr;
  auto global = symbols.lookup<memref::GlobalOp>(get.getName());
  return global && global.getConstant() && !global.isUninitialized() ? global : nullptr;
}

memref::GlobalOp ConstantPacker::pack(memref::GlobalOp global, ArrayRef<int64_t> layout) {
  // 128 bits of hash stand for the layout: two that collide are not to be expected.
  llvm::XXH128_hash_t hash = llvm::xxh3_128bits(
      ArrayRef<uint8_t>(reinterpret_cast<const uint8_t *>(layout.data()), layout.size() * sizeof(int64_t)));
  memref::GlobalOp &result = done[{global, hash.low64, hash.high64}];
  if (result)
    return result;
  MemRefType type = global.getType();
  Type element = type.getElementType();
  int64_t bytes = (element.getIntOrFloatBitWidth() + 7) / 8;
  auto value = cast<ElementsAttr>(*global.getInitialValue());
  auto packedType = RankedTensorType::get({static_cast<int64_t>(layout.size())}, element);

  Attribute packedValue;
  if (auto dense = dyn_cast<DenseElementsAttr>(value); dense && dense.isSplat()) {
    packedValue = dense.resizeSplat(packedType);
  } else {
    ArrayRef<char> source =
        dense ? dense.getRawData() : cast<DenseResourceElementsAttr>(value).getRawHandle().getBlob()->getData();
    AsmResourceBlob blob = HeapAsmResourceBlob::allocate(layout.size() * bytes, /*align=*/64, /*dataIsMutable=*/true);
    char *target = blob.getMutableData().data();
    for (auto [index, from] : llvm::enumerate(layout))
      std::memcpy(target + index * bytes, source.data() + from * bytes, bytes);
    packedValue = DenseResourceElementsAttr::get(packedType, (global.getSymName() + "_packed").str(), std::move(blob));
  }
  OpBuilder builder(global);
  result = memref::GlobalOp::create(builder, global.getLoc(), (global.getSymName() + "_packed").str(),
                                    builder.getStringAttr("private"), MemRefType::get(packedType.getShape(), element),
                                    packedValue, /*constant=*/true,
                                    /*alignment=*/builder.getI64IntegerAttr(64));
  symbols.insert(result);
  return result;
}
