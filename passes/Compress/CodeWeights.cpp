// The mark that weights are to be stored in coded form.
#include "passes/Compress/Passes.h"

namespace edgecc::compress {
#define GEN_PASS_DEF_CODEWEIGHTS
#include "passes/Compress/Passes.h.inc"
} // namespace edgecc::compress

namespace {

struct CodeWeights : edgecc::compress::impl::CodeWeightsBase<CodeWeights> {
  void runOnOperation() override { getOperation()->setAttr("edge.code_weights", mlir::UnitAttr::get(&getContext())); }
};

} // namespace
