// The one list of targets.
#include "targets/Target.h"
#include "targets/c/CTarget.h"
#include "targets/cpu/CpuTarget.h"
#include "targets/hls/HlsTarget.h"

#include "llvm/ADT/StringExtras.h"

using namespace edgecc;

llvm::ArrayRef<std::pair<llvm::StringRef, llvm::StringRef>> edgecc::targetList() {
  static const std::pair<llvm::StringRef, llvm::StringRef> list[] = {
      {"cpu", "object code by LLVM: x86-64, AArch64, Armv7"},
      {"c", "portable C99 for other toolchains"},
      {"hls", "C++ for high-level synthesis on FPGAs"},
  };
  return list;
}

llvm::Expected<std::unique_ptr<Target>> edgecc::createTarget(llvm::StringRef name, const MachineOptions &machine) {
  if (name == "hls")
    return hls::createHlsTarget(machine);
  if (!machine.part.empty() || machine.clock != 0)
    return llvm::createStringError("--part and --clock describe an FPGA; --target=" + name + " is none");
  if (name == "cpu")
    return cpu::createCpuTarget(machine);
  if (name == "c")
    return c::createCTarget(machine);
  std::string known;
  for (auto &[target, help] : targetList())
    known += (known.empty() ? "" : ", ") + target.str();
  return llvm::createStringError("there is no target '" + name + "'; targets are: " + known);
}
