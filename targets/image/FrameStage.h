// Object code that makes a tensor of a camera frame: crop, resize, colour, normalisation, type and layout in one pass
// over the frame. Halide compiles it; this header names neither Halide nor LLVM, so that either side may include it.
#ifndef EDGECC_TARGETS_IMAGE_FRAMESTAGE_H
#define EDGECC_TARGETS_IMAGE_FRAMESTAGE_H

#include "compiler/Artefact/FrameSummary.h"

#include <string>

namespace edgecc::image {

/// Processors that the stage can be compiled for.
enum class StageMachine {
  X86Sse2,
  X86Avx2, ///< With FMA, F16C and BMI, as all such processors have.
  AArch64,
  Armv7Neon, ///< Hard float.
};

/// What to install where stages cannot be compiled here; empty where they can.
std::string missingForStages();

/// Compiles the stage to the object file `path`, as a function
///     int symbol(halide_buffer_t *plane0, [halide_buffer_t *plane1,] halide_buffer_t *tensor)
/// where planes have the dimensions (byte in the row, row) and the tensor is dense, its dimensions innermost first. The
/// object calls nothing but memset and memcpy. Fills in frame.stackBytes. Returns what went wrong, empty if nothing
/// did.
std::string compileStage(artefact::FrameSummary &frame, StageMachine machine, const std::string &symbol,
                         const std::string &path);

/// The name under which the module of the build, lib/edgecc/edgecc_stage.so, exports what compiles a stage: arguments
/// as of compileStage, and where to put the bytes of pixels that the stage keeps on the stack.
using CompileStageFunction = void(const artefact::FrameSummary &frame, StageMachine machine, const std::string &symbol,
                                  const std::string &path, uint64_t &stackBytes, std::string &problem);
constexpr char compileStageName[] = "edgecc_compile_stage";

} // namespace edgecc::image

#endif
