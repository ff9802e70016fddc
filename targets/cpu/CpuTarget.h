// Object code for processors that LLVM compiles for.
#ifndef EDGECC_TARGETS_CPU_CPUTARGET_H
#define EDGECC_TARGETS_CPU_CPUTARGET_H

#include "targets/Target.h"
#include "targets/cpu/CpuMachine.h"
#include "targets/cpu/Weights.h"
#include "targets/image/FrameStage.h"

namespace llvm {
class Constant;
class Module;
class TargetMachine;
} // namespace llvm

namespace edgecc::cpu {

llvm::Expected<std::unique_ptr<Target>> createCpuTarget(const MachineOptions &machine);

/// Gives the entry function and its steps the thread pool as a further, last argument, and marks kernels that are split
/// for threads with the LLVM attribute "edgecc-split".
std::unique_ptr<mlir::Pass> createPassPoolPass();

/// Writes `kernel.dot` with the processor's instructions.
std::unique_ptr<mlir::Pass> createLowerDotsPass(const DotInstructions &has);

/// Writes what rounds vectors of f32 to integers of 8 or 16 bits with the conversion of x86, whose widest registers
/// have `vectorBits`.
std::unique_ptr<mlir::Pass> createLowerRoundingPass(unsigned vectorBits);

/// Writes `kernel.count_bits` with the processor's instructions.
std::unique_ptr<mlir::Pass> createLowerBitCountsPass(const DotInstructions &has);

/// Converts the kernel IR to the LLVM dialect, with `index` of `indexBits` bits and bare pointers for buffers.
std::unique_ptr<mlir::Pass> createConvertToLlvmPass(unsigned indexBits);

/// Adds what C sees: NAME_run, the table entry points and the descriptor NAME_model, to a translated module.
void addDescriptor(llvm::Module &module, const artefact::ModelSummary &summary);

/// The symbol of the constant that holds all weights of a model with a device.
std::string weightsSymbol(llvm::StringRef model);

/// The table of runtime/include/edgecc/device.h for `program`, as a constant of `module`. The constants that it names
/// as weights move into one, which the code for the CPU reads too.
llvm::Constant *addDeviceProgram(llvm::Module &module, const artefact::DeviceProgram &program, llvm::StringRef name);
/// Adds what C sees of the frame `summary.frame`: NAME_prepare_frame, NAME_run_frame and NAME_frame_stage. They call
/// NAME_frame_pixels, which compileFrame makes. Needs addDescriptor to have run.
void addFrameEntry(llvm::Module &module, const artefact::ModelSummary &summary);

/// The processor as the frame stage knows it; an error where it has no code for it.
llvm::Expected<image::StageMachine> frameMachine(const llvm::TargetMachine &machine);

/// The object code of the frame's stage; fills in how much stack it takes.
llvm::Expected<llvm::SmallVector<char, 0>> compileFrame(const llvm::TargetMachine &machine,
                                                        artefact::ModelSummary &summary);

/// Turns calls of kernels that are split for threads into jobs of the runtime's pool, the last argument of each step.
void runOnPool(llvm::Module &module);

/// Optimises `module` and writes it, with `weights` where it is object code, as `kind` to `path` (a folder for an
/// artefact).
llvm::Error emitFiles(llvm::Module &module, llvm::TargetMachine &machine, int optimization,
                      artefact::ModelSummary &summary, std::vector<Weight> weights, EmitKind kind,
                      llvm::StringRef path);

} // namespace edgecc::cpu

#endif
