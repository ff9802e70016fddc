// What a back end answers: its name, what it can do, the passes that end its pipeline, and how its files are written.
#ifndef EDGECC_TARGETS_TARGET_H
#define EDGECC_TARGETS_TARGET_H

#include "compiler/Artefact/ModelSummary.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "passes/Kernel/Schedule.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <string>

namespace edgecc {

/// The machine that a target compiles for, as the user names it.
struct MachineOptions {
  std::string triple;   ///< LLVM target triple; empty: this machine.
  std::string cpu;      ///< LLVM processor name; empty: this machine's, or the triple's baseline; "native".
  std::string features; ///< LLVM feature string such as "+avx2,-fma".
  int optimization = 3; ///< 0 to 3.
  int threads = 1;      ///< Most threads that a run is split for; above 1 the artefact needs edgecc's runtime.
  std::string device;   ///< For targets with a device: a preset's name or a JSON file; empty: a generic one.
  std::string part;     ///< FPGA part; empty: the target's choice.
  unsigned clock = 0;   ///< Clock of an FPGA design, MHz; 0: what suits the part.
  std::string weights;  ///< How C sources hold weights, "array" or "incbin"; empty: as arrays.
};

/// What the driver asks a target to write.
enum class EmitKind {
  Artefact, ///< The whole output folder.
  Shared,   ///< A shared library.
  Object,   ///< An object file.
  Assembly, ///< Assembly text.
  Llvm,     ///< LLVM IR text.
};

class Target {
public:
  virtual ~Target() = default;
  virtual llvm::StringRef name() const = 0;
  /// The machine in full, after defaults are filled in.
  virtual artefact::TargetSummary summary() const = 0;
  /// Vector registers and caches, for the scheduler.
  virtual kernel::VectorTarget vectors() const = 0;
  /// An error, with what to do about it, where the target cannot make tensors of camera frames (summary.frame).
  virtual llvm::Error checkFrames() const {
    return llvm::createStringError("--image-input: the target '" + name() +
                                   "' takes no frames; use --target=cpu, opencl or vulkan");
  }
  /// Whether buffers that are not alive at the same time may share memory.
  virtual bool sharesMemory() const { return true; }
  /// Bits of the fixed-point multipliers by which quantised networks best get from one product to the next; 0: f32
  /// arithmetic is faster there.
  virtual unsigned multiplierBits() const { return 0; }
  /// Whether steps can decode weights into the arena for the steps behind them.
  virtual bool decodesWeights() const { return false; }
  /// Whether bfloat16 runs on what the target is for, not on a host beside it.
  virtual bool hasBFloat16() const { return true; }
  /// Adds passes that turn kernels into loops and returns true, or false where vectors() is all that there is to know.
  virtual bool buildExpandPipeline(mlir::OpPassManager &passes) const { return false; }
  /// Passes from the kernel IR to the target's own form.
  virtual void buildEmitPipeline(mlir::OpPassManager &passes) const = 0;
  /// Writes files into `directory` (or the one file `path`); fills in what only the target knows, such as code size.
  virtual llvm::Error emit(mlir::ModuleOp module, artefact::ModelSummary &summary, EmitKind kind,
                           llvm::StringRef path) const = 0;
};

/// Makes the target `name` for a machine. The one list of all targets is in Registry.cpp.
llvm::Expected<std::unique_ptr<Target>> createTarget(llvm::StringRef name, const MachineOptions &machine);

/// Names and one-line descriptions of all targets.
llvm::ArrayRef<std::pair<llvm::StringRef, llvm::StringRef>> targetList();

} // namespace edgecc

#endif
