// The frame stage's object code: which of the stage's machines fits the target machine, and the way through a file, for
// Halide writes nothing else.
#include "targets/cpu/CpuMachine.h"
#include "targets/cpu/CpuTarget.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;
using namespace edgecc;

Expected<image::StageMachine> cpu::frameMachine(const TargetMachine &machine) {
  const Triple &triple = machine.getTargetTriple();
  bool isElf = triple.isOSBinFormatELF() && triple.isLittleEndian();
  if (isElf && triple.getArch() == Triple::x86_64) {
    // The stage's AVX2 means all that such processors have; with less than that the code is SSE2.
    bool hasAll = all_of(ArrayRef<StringRef>{"avx2", "fma", "f16c", "bmi", "bmi2", "lzcnt", "movbe", "popcnt"},
                         [&](StringRef feature) { return hasFeature(machine, feature); });
    return hasAll ? image::StageMachine::X86Avx2 : image::StageMachine::X86Sse2;
  }
  if (isElf && triple.isAArch64() && hasFeature(machine, "neon"))
    return image::StageMachine::AArch64;
  if (isElf && triple.isARM() && hasFeature(machine, "neon"))
    return image::StageMachine::Armv7Neon;
  return createStringError("--image-input: the machine is " + triple.str() +
                           ", but frames are for x86_64, aarch64 and arm with NEON (--mattr=+neon)");
}

Expected<SmallVector<char, 0>> cpu::compileFrame(const TargetMachine &machine, artefact::ModelSummary &summary) {
  Expected<image::StageMachine> stageMachine = frameMachine(machine);
  if (!stageMachine)
    return stageMachine.takeError();
  SmallString<128> path;
  if (std::error_code code = sys::fs::createTemporaryFile("edgecc-frame", "o", path))
    return createFileError(path, code);
  FileRemover remover(path);
  std::string problem =
      image::compileStage(*summary.frame, *stageMachine, summary.name + "_frame_pixels", path.str().str());
  if (!problem.empty())
    return createStringError("--image-input: the frame's code cannot be made: " + problem);
  auto file = MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file)
    return createFileError(path, file.getError());
  return SmallVector<char, 0>((*file)->getBufferStart(), (*file)->getBufferEnd());
}
