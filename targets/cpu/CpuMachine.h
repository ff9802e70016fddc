// The processor that code is made for: LLVM's target machine and the vector unit as the scheduler sees it.
#ifndef EDGECC_TARGETS_CPU_CPUMACHINE_H
#define EDGECC_TARGETS_CPU_CPUMACHINE_H

#include "targets/Target.h"

#include "llvm/Target/TargetMachine.h"

namespace edgecc::cpu {

/// The LLVM target machine for `options`; errors name what is unknown and what is there.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createMachine(const MachineOptions &options);

/// Registers and caches of a machine, from its triple and features.
kernel::VectorTarget describeVectors(const llvm::TargetMachine &machine);

/// The instructions that sum products of narrow integers.
struct DotInstructions {
  bool isX86 = false;                    ///< Else AArch64's sdot and usdot.
  bool sumsTwoBytes = false;             ///< pmaddubsw, which saturates.
  bool sumsFourBytes = false;            ///< vpdpbusd; AArch64: usdot beside sdot.
  bool looksUpBytes = false;             ///< pshufb, and no instruction that counts the bits of bytes.
  unsigned smallestBits = 128, bits = 0; ///< Of the vectors that they take; 0: there are no such instructions.
};
DotInstructions dotInstructions(const llvm::TargetMachine &machine);

/// Whether the machine has the LLVM subtarget feature `name`.
bool hasFeature(const llvm::TargetMachine &machine, llvm::StringRef name);

/// Whether the machine multiplies and adds with one rounding.
bool hasFusedMultiplyAdd(const llvm::TargetMachine &machine);

} // namespace edgecc::cpu

#endif
