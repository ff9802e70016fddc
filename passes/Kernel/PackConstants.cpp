// Packing of constants; see PackConstants.h.
#include "passes/Kernel/PackConstants.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"

#include <cstring>

using namespace mlir;
using namespace edgecc::kernel;

ConstantPacker::ConstantPacker(ModuleOp module) : symbols(module) {
  module.walk([&](Operation *op) {
    if (auto get = dyn_cast<memref::GetGlobalOp>(op))
      ++readers[symbols.lookup(get.getName())];
    for (NamedAttribute attribute : op->getAttrs())
      if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute.getValue()))
        ++users[resource.getRawHandle().getKey()];
  });
}

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

/// Copies rows of elements of `Bytes` bytes; a fixed size makes each copy one load and one store.
template <size_t Bytes> static void copyRows(const PackedOrder &order, const char *source, char *target) {
  order.forEachRow([&](int64_t first, int64_t count) {
    for (int64_t i = 0; i < count; ++i, target += Bytes)
      std::memcpy(target, source + (first + i * order.columnStride) * Bytes, Bytes);
  });
}

static void copyRows(const PackedOrder &order, int64_t bytes, const char *source, char *target) {
  switch (bytes) {
  case 1:
    return copyRows<1>(order, source, target);
  case 2:
    return copyRows<2>(order, source, target);
  case 4:
    return copyRows<4>(order, source, target);
  case 8:
    return copyRows<8>(order, source, target);
  default:
    llvm_unreachable("elements are numbers of 1 to 8 bytes");
  }
}

memref::GlobalOp ConstantPacker::create(memref::GlobalOp global, int64_t elements, Copy copy) {
  Type element = global.getType().getElementType();
  int64_t bytes = (element.getIntOrFloatBitWidth() + 7) / 8;
  auto value = cast<ElementsAttr>(*global.getInitialValue());
  auto packedType = RankedTensorType::get({elements}, element);

  Attribute packedValue;
  auto dense = dyn_cast<DenseElementsAttr>(value);
  bool isSplat = dense && dense.isSplat();
  if (isSplat && elements == global.getType().getNumElements()) {
    packedValue = dense.resizeSplat(packedType);
  } else {
    SmallVector<char> repeated;
    if (isSplat) // Zeros fill up groups.
      for (int64_t i = 0; i < global.getType().getNumElements(); ++i)
        llvm::append_range(repeated, dense.getRawData());
    ArrayRef<char> source = isSplat ? ArrayRef<char>(repeated)
                            : dense ? dense.getRawData()
                                    : cast<DenseResourceElementsAttr>(value).getRawHandle().getBlob()->getData();
    AsmResourceBlob blob = HeapAsmResourceBlob::allocate(elements * bytes, /*align=*/64, /*dataIsMutable=*/true);
    copy(bytes, source.data(), blob.getMutableData().data());
    packedValue = DenseResourceElementsAttr::get(packedType, (global.getSymName() + "_packed").str(), std::move(blob));
  }
  return insert(global, global.getSymName() + "_packed", element, elements, packedValue);
}

memref::GlobalOp ConstantPacker::insert(memref::GlobalOp global, const Twine &name, Type element, int64_t elements,
                                        Attribute value) {
  OpBuilder builder(global);
  auto result = memref::GlobalOp::create(builder, global.getLoc(), name.str(), builder.getStringAttr("private"),
                                         MemRefType::get({elements}, element), value, /*constant=*/true,
                                         /*alignment=*/builder.getI64IntegerAttr(64));
  symbols.insert(result);
  return result;
}

memref::GlobalOp ConstantPacker::addTable(memref::GlobalOp global, ArrayRef<int32_t> values) {
  Type element = IntegerType::get(global.getContext(), 32);
  auto type = RankedTensorType::get({static_cast<int64_t>(values.size())}, element);
  AsmResourceBlob blob = HeapAsmResourceBlob::allocateAndCopyWithAlign(
      ArrayRef<char>(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(int32_t)), /*align=*/64);
  std::string name = (global.getSymName() + "_steps").str();
  return insert(global, name, element, values.size(), DenseResourceElementsAttr::get(type, name, std::move(blob)));
}

ArrayRef<char> ConstantPacker::dataOf(memref::GlobalOp global) {
  Attribute value = *global.getInitialValue();
  if (auto dense = dyn_cast<DenseElementsAttr>(value))
    return dense.getRawData();
  return cast<DenseResourceElementsAttr>(value).getRawHandle().getBlob()->getData();
}

memref::GlobalOp ConstantPacker::pack(memref::GlobalOp global, const PackedOrder &order) {
  auto &forms = done[global];
  for (auto &[known, packed] : forms)
    if (known == order)
      return packed;
  memref::GlobalOp result = create(global, order.numElements(), [&](int64_t bytes, const char *source, char *target) {
    if (order.group == 1)
      return copyRows(order, bytes, source, target);
    order.forEachElement([&, target](int64_t element) mutable {
      if (element < 0)
        std::memset(target, 0, bytes);
      else
        std::memcpy(target, source + element * bytes, bytes);
      target += bytes;
    });
  });
  forms.emplace_back(order, result);
  return result;
}

memref::GlobalOp ConstantPacker::pack(memref::GlobalOp global, ArrayRef<int64_t> layout) {
  return create(global, layout.size(), [&](int64_t bytes, const char *source, char *target) {
    for (auto [index, from] : llvm::enumerate(layout))
      if (from < 0)
        std::memset(target + index * bytes, 0, bytes);
      else
        std::memcpy(target + index * bytes, source + from * bytes, bytes);
  });
}

void ConstantPacker::release(memref::GlobalOp global) {
  auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(global.getInitialValue().value_or(Attribute()));
  if (resource && users[resource.getRawHandle().getKey()] == 1)
    *resource.getRawHandle().getBlob() = AsmResourceBlob();
  done.erase(global); // Another operation may get its address.
  symbols.erase(global);
}

void ConstantPacker::releaseUnread(ValueRange buffers) {
  llvm::SetVector<Operation *> reading; // Reshapes and get_global; buffers may share them.
  for (Value buffer : buffers) {
    Operation *op = buffer.getDefiningOp();
    for (; isa_and_nonnull<memref::ExpandShapeOp, memref::CollapseShapeOp>(op); op = op->getOperand(0).getDefiningOp())
      reading.insert(op);
    if (isa_and_nonnull<memref::GetGlobalOp>(op))
      reading.insert(op);
  }
  while (true) {
    auto unread = llvm::find_if(reading, [](Operation *op) { return op->use_empty(); });
    if (unread == reading.end())
      return;
    Operation *op = *unread;
    reading.erase(unread);
    memref::GlobalOp global;
    if (auto get = dyn_cast<memref::GetGlobalOp>(op))
      global = symbols.lookup<memref::GlobalOp>(get.getName());
    op->erase();
    if (global && --readers[global] == 0 && global.isPrivate())
      release(global);
  }
}
