// Target machines and what the scheduler needs to know of them; see CpuMachine.h.
#include "targets/cpu/CpuMachine.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

using namespace edgecc;
using namespace edgecc::cpu;

namespace {

void initializeTargets() {
  static const bool once = [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
    LLVMInitializeAArch64TargetInfo();
    LLVMInitializeAArch64Target();
    LLVMInitializeAArch64TargetMC();
    LLVMInitializeAArch64AsmPrinter();
    LLVMInitializeAArch64AsmParser();
    LLVMInitializeARMTargetInfo();
    LLVMInitializeARMTarget();
    LLVMInitializeARMTargetMC();
    LLVMInitializeARMAsmPrinter();
    LLVMInitializeARMAsmParser();
    LLVMInitializeRISCVTargetInfo();
    LLVMInitializeRISCVTarget();
    LLVMInitializeRISCVTargetMC();
    LLVMInitializeRISCVAsmPrinter();
    LLVMInitializeRISCVAsmParser();
    return true;
  }();
  (void)once;
}

std::string hostFeatures() {
  std::vector<std::string> features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    features.push_back((feature.getValue() ? "+" : "-") + feature.getKey().str());
  llvm::sort(features); // The order of a hash table would make builds differ.
  return llvm::join(features, ",");
}

} // namespace

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> edgecc::cpu::createMachine(const MachineOptions &options) {
  initializeTargets();
  std::string host = llvm::sys::getDefaultTargetTriple();
  llvm::Triple triple(options.triple.empty() ? host : llvm::Triple::normalize(options.triple));
  std::string reason;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(triple, reason);
  if (!target)
    return llvm::createStringError("--mtriple=" + options.triple +
                                   ": no code generator for it; there are x86_64, aarch64, arm and riscv");
  bool native = options.cpu == "native" || (options.cpu.empty() && options.triple.empty());
  if (native && triple.getArch() != llvm::Triple(host).getArch())
    return llvm::createStringError("--mcpu=native means this machine, but --mtriple=" + options.triple + " is another");
  std::string cpu = native ? llvm::sys::getHostCPUName().str() : options.cpu;
  std::string features = native ? hostFeatures() : "";
  if (triple.isARM() && options.cpu.empty()) { // Hard-float Armv7 with NEON is what boards of this kind have.
    cpu = "cortex-a7";
    features = "+neon"; // Debian's LLVM has taken it out of all Armv7-A processors, for its baseline has none.
  }
  if (!options.features.empty())
    features += (features.empty() ? "" : ",") + options.features;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(target->createMCSubtargetInfo(triple, "", ""));
  if (!cpu.empty() && !subtarget->isCPUStringValid(cpu))
    return llvm::createStringError("--mcpu=" + cpu + ": LLVM knows no such processor for " + triple.str() +
                                   "; `llc -mtriple=" + triple.str() + " -mcpu=help` lists them");
  llvm::SmallVector<llvm::StringRef> asked;
  llvm::StringRef(options.features).split(asked, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef feature : asked)
    if ((feature[0] != '+' && feature[0] != '-') ||
        llvm::none_of(subtarget->getAllProcessorFeatures(),
                      [&](auto &known) { return feature.substr(1) == known.Key; }))
      return llvm::createStringError("--mattr=" + options.features + ": '" + feature + "' is no feature of " +
                                     triple.str() + " with + or - before it; `llc -mtriple=" + triple.str() +
                                     " -mattr=help` lists them");
  llvm::TargetOptions targetOptions;
  if (triple.isARM())
    targetOptions.FloatABIType = llvm::FloatABI::Hard;
  targetOptions.UniqueSectionNames = true;
  llvm::CodeGenOptLevel level =
      options.optimization == 0 ? llvm::CodeGenOptLevel::None : llvm::CodeGenOptLevel::Aggressive;
  std::unique_ptr<llvm::TargetMachine> machine(
      target->createTargetMachine(triple, cpu, features, targetOptions, llvm::Reloc::PIC_, std::nullopt, level));
  if (!machine)
    return llvm::createStringError("LLVM cannot make code for " + triple.str());
  return machine;
}

bool edgecc::cpu::hasFeature(const llvm::TargetMachine &machine, llvm::StringRef name) {
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(machine.getTarget().createMCSubtargetInfo(
      machine.getTargetTriple(), machine.getTargetCPU(), machine.getTargetFeatureString()));
  return subtarget->checkFeatures(("+" + name).str());
}

DotInstructions edgecc::cpu::dotInstructions(const llvm::TargetMachine &machine) {
  const llvm::Triple &triple = machine.getTargetTriple();
  auto has = [&](llvm::StringRef feature) { return hasFeature(machine, feature); };
  DotInstructions dots;
  if (triple.isX86()) {
    dots.isX86 = true;
    dots.bits = has("avx512bw") ? 512 : has("avx2") ? 256 : 128;
    dots.sumsTwoBytes = has("ssse3");
    dots.looksUpBytes = has("ssse3") && !has("avx512bitalg");
    dots.sumsFourBytes = has("avxvnni") || (has("avx512vnni") && has("avx512vl"));
    if (dots.bits == 512 && dots.sumsFourBytes && !has("avx512vnni"))
      dots.bits = 256;
  } else if (triple.isAArch64() && has("dotprod")) {
    dots.bits = 128;
    dots.smallestBits = 64;
    dots.sumsFourBytes = has("i8mm");
  }
  return dots;
}

static kernel::DotUnit describeDots(const DotInstructions &has) {
  kernel::DotUnit unit;
  if (has.bits == 0)
    return unit;
  unit.bytes = 4;
  unit.needsNeighbours = true;
  if (!has.isX86) {
    unit.takesUnsigned = has.sumsFourBytes;
    unit.prefersSigned = !has.sumsFourBytes;
    return unit;
  }
  unit.shorts = 2;
  unit.takesUnsigned = true;
  unit.prefersUnsigned = has.sumsTwoBytes;
  unit.wantsSmallPairs = !has.sumsFourBytes;
  unit.temporaries = has.sumsFourBytes ? 0 : 3;
  unit.wideTemporaries = has.sumsFourBytes ? 0 : 5;
  return unit;
}

kernel::VectorTarget edgecc::cpu::describeVectors(const llvm::TargetMachine &machine) {
  const llvm::Triple &triple = machine.getTargetTriple();
  auto has = [&](llvm::StringRef feature) { return hasFeature(machine, feature); };
  kernel::VectorTarget vectors;
  if (triple.isX86()) {
    vectors.vectorBits = has("avx512f") ? 512 : has("avx2") ? 256 : 128;
    vectors.registers = has("avx512f") ? 32 : 16;
    vectors.l2Bytes = 512 * 1024;
    vectors.joinsStores = true;
  } else if (triple.isAArch64()) {
    vectors.registers = 32;
    vectors.multipliesByLane = true;
  } else if (triple.isARM()) {
    vectors.registers = 16;
    vectors.l2Bytes = 128 * 1024;
  }
  vectors.stagesHalves = true;
  vectors.dot = describeDots(dotInstructions(machine));
  vectors.countsBits = true;
  return vectors;
}

bool edgecc::cpu::hasFusedMultiplyAdd(const llvm::TargetMachine &machine) {
  const llvm::Triple &triple = machine.getTargetTriple();
  if (triple.isX86())
    return hasFeature(machine, "fma") || hasFeature(machine, "avx512f");
  return triple.isARM() ? hasFeature(machine, "vfp4") : true;
}
