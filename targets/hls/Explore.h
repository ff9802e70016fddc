// Design-space exploration: a design for each kernel of a model, within the resources of a part.
#ifndef EDGECC_TARGETS_HLS_EXPLORE_H
#define EDGECC_TARGETS_HLS_EXPLORE_H

#include "targets/hls/CostModel.h"

namespace edgecc::hls {

struct Candidate {
  Design design;
  Cost cost;
};

/// Designs of a kernel of which none is slower and larger than another, from the smallest to the fastest.
/// `mostLanes` bounds how many steps of main run side by side.
std::vector<Candidate> paretoDesigns(const kernel::KernelNest &nest, const Clock &clock, const Places &places,
                                     const Resources &budget, int64_t mostLanes);

/// The cost of the design that a kernel has.
using CostOfKernel = llvm::function_ref<const Cost &(unsigned kernel)>;
/// What all arrays that `kernel` uses take in the banks that designs want of them; each array of the model once where
/// there is no kernel.
using CostOfArrays = llvm::function_ref<Resources(std::optional<unsigned> kernel, CostOfKernel costOf)>;

/// Chooses one candidate for each kernel, so that they and the arrays between them fit `budget` together. `overlaps`:
/// the kernels run at the same time, so that the slowest counts; otherwise their sum. None where even the smallest do
/// not fit.
std::optional<llvm::SmallVector<unsigned>> distribute(llvm::ArrayRef<std::vector<Candidate>> kernels,
                                                      CostOfArrays arrays, const Resources &budget, bool overlaps);

} // namespace edgecc::hls

#endif
