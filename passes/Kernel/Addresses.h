// Addresses of a kernel's accesses while its loops are emitted: a dynamic part and a constant, in elements.
#ifndef EDGECC_PASSES_KERNEL_ADDRESSES_H
#define EDGECC_PASSES_KERNEL_ADDRESSES_H

#include "passes/Kernel/NestEmitter.h"

namespace edgecc::kernel {

/// dynamic + constant, in elements; no dynamic part where that is null.
struct Address {
  mlir::Value dynamic;
  int64_t constant = 0;
};

/// A point of the nest: the address of each tracked access and the index of each loop.
struct Position {
  llvm::SmallVector<Address> bases;
  llvm::SmallVector<Address> loops;
};

/// The accesses of a nest and how their addresses move with its loops.
class Addresses {
public:
  Addresses(mlir::OpBuilder &builder, const KernelNest &nest, const Schedule &schedule,
            llvm::ArrayRef<FlatBuffer> operands)
      : builder(builder), nest(nest), schedule(schedule), operands(operands), loc(nest.kernel.getLoc()) {}

  /// Takes `access` into the positions and returns its number there. `packed`: it reads the form of packedOrder().
  unsigned track(const Access &access, bool packed);
  /// The accesses of `stage`, one number for each operand of its op that is a kernel operand.
  llvm::SmallVector<std::optional<unsigned>> trackStage(const Stage &stage);
  /// The first point of all loops.
  Position origin() const;
  /// Moves along `loop` by index `iv` (may be null) plus `constant`, inside panels of `width` columns.
  Position advance(const Position &from, unsigned loop, mlir::Value iv, int64_t constant, int64_t width);
  mlir::Value toValue(Address address);

  bool isPacked(unsigned access) const { return tracked[access].packed; }
  /// Step of an access along `loop`, outside of panels.
  int64_t strideAlong(unsigned access, unsigned loop) const { return tracked[access].access.strides[loop]; }
  /// Step of an access from one lane to the next.
  int64_t laneStride(unsigned access) const;
  mlir::Value buffer(unsigned access) const {
    return tracked[access].standIn ? tracked[access].standIn : operands[tracked[access].access.operand].buffer;
  }
  mlir::Type element(unsigned access) const;

  struct Tracked {
    Access access;
    bool packed = false;
    int64_t panelElements = 0; ///< Product of the reduction sizes that a packed panel varies along.
    mlir::Value standIn;       ///< What is read in place of the operand.
  };
  /// Has `access` read `standIn` in steps of `strides`; returns what it read before.
  Tracked redirect(unsigned access, mlir::Value standIn, llvm::ArrayRef<int64_t> strides);
  void restore(unsigned access, const Tracked &before) { tracked[access] = before; }

private:
  mlir::OpBuilder &builder;
  const KernelNest &nest;
  const Schedule &schedule;
  llvm::ArrayRef<FlatBuffer> operands;
  mlir::Location loc;
  llvm::SmallVector<Tracked> tracked;
};

} // namespace edgecc::kernel

#endif
