// Names of registers; see NeonRegister.h.
#include "targets/c/NeonRegister.h"

using namespace mlir;
using namespace edgecc::c;

static std::string stemOf(const Register &type) {
  return (type.kind == 'f' ? "float" : type.kind == 'u' ? "uint" : "int") + std::to_string(type.bits);
}

std::string Register::element() const {
  if (kind == 'f')
    return bits == 64 ? "double" : "float";
  return stemOf(*this) + "_t";
}

std::string Register::type() const { return stemOf(*this) + "x" + std::to_string(lanes) + "_t"; }

std::optional<Register> edgecc::c::registerFor(VectorType type, bool isAArch64) {
  Type element = type.getElementType();
  int64_t lanes = type.getNumElements();
  if (element.isInteger(1)) {
    if (lanes != 2 && lanes != 4 && lanes != 8 && lanes != 16)
      return std::nullopt;
    return Register{'u', static_cast<unsigned>(std::min<int64_t>(32, 128 / lanes)), lanes};
  }
  Register found{'s', 32, lanes};
  if (element.isF16() || element.isBF16())
    found = {'u', 16, lanes};
  else if (isa<FloatType>(element))
    found = {'f', element.getIntOrFloatBitWidth(), lanes};
  else if (!element.isIndex()) // The index type is int.
    found.bits = element.getIntOrFloatBitWidth();
  bool isKnown = found.kind == 'f' ? found.bits == 32 || (found.bits == 64 && isAArch64)
                                   : found.bits >= 8 && llvm::isPowerOf2_64(found.bits);
  if (!isKnown || lanes < 2)
    return std::nullopt;
  if (found.bits == 8 && lanes == 4) // Half of a register: what computes in 32 bits reads and writes these.
    found.lanes = 8;
  if (found.bits * found.lanes != 64 && found.bits * found.lanes != 128)
    return std::nullopt;
  return found;
}
