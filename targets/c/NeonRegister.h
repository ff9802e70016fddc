// How arm_neon.h names registers and what works on them.
#ifndef EDGECC_TARGETS_C_NEONREGISTER_H
#define EDGECC_TARGETS_C_NEONREGISTER_H

#include "mlir/IR/BuiltinTypes.h"

#include <optional>
#include <string>

namespace edgecc::c {

/// The type of a NEON register, such as float32x4_t.
struct Register {
  char kind;     ///< 's', 'u' or 'f': signed, unsigned, float.
  unsigned bits; ///< Of a lane.
  int64_t lanes; ///< Of the register: 64 or 128 bits in all. A vector may use the first of them alone.

  bool isQuad() const { return bits * lanes == 128; }
  Register as(char otherKind) const { return {otherKind, bits, lanes}; }
  /// As many lanes of another width; a register of at least 64 bits.
  Register withBits(unsigned otherBits) const { return {kind, otherBits, std::max<int64_t>(lanes, 64 / otherBits)}; }
  bool operator==(const Register &other) const {
    return kind == other.kind && bits == other.bits && lanes == other.lanes;
  }

  std::string suffix() const { return kind + std::to_string(bits); }
  std::string element() const; ///< "float", "int8_t"
  std::string type() const;    ///< "float32x4_t"
  /// "vaddq_f32" for vadd, "vdupq_n_f32" for vdup and "_n".
  std::string intrinsic(llvm::StringRef name, llvm::StringRef form = "") const {
    return (name + (isQuad() ? "q" : "") + form + "_" + suffix()).str();
  }
};

/// The register that holds a vector; none where there is none of its size or with such lanes. Halves are held by their
/// bits. Truth values have all bits of a lane alike, in as wide lanes as a 128-bit register has (of two, in 32 bits):
/// the width of what is compared in most cases.
std::optional<Register> registerFor(mlir::VectorType type, bool isAArch64);

} // namespace edgecc::c

#endif
