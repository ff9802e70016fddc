// FPGA parts: what each has of the resources that a design is made of.
#ifndef EDGECC_TARGETS_HLS_PART_H
#define EDGECC_TARGETS_HLS_PART_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace edgecc::hls {

/// Counts of what a part has, or a design takes.
struct Resources {
  int64_t dsp = 0;
  int64_t bram = 0; ///< Blocks of 18 Kbit.
  int64_t lut = 0;
  int64_t ff = 0;

  Resources &operator+=(const Resources &other);
  Resources operator*(int64_t times) const { return {dsp * times, bram * times, lut * times, ff * times}; }
  bool fits(const Resources &budget) const;
  /// How much of `budget` this is, summed over the kinds: what one design costs more than another.
  double shareOf(const Resources &budget) const;
};

struct Part {
  llvm::StringRef name;   ///< As users say it, such as "xc7z020".
  llvm::StringRef device; ///< With package and speed grade, as the vendor's tool wants it.
  llvm::StringRef bambu;  ///< What PandA-Bambu calls it, or the nearest part that it has a model of.
  Resources has;
  int64_t uram = 0; ///< Blocks of 288 Kbit; listed, not used by the estimates.
  unsigned megahertz = 100;
  /// Latencies of operators in cycles at 100 MHz on 7-series logic are taken times this at the same clock.
  double delay = 1.0;
};

/// All parts, from the smallest.
llvm::ArrayRef<Part> parts();
/// The part that the user named; an error lists the known ones.
llvm::Expected<const Part *> findPart(llvm::StringRef name);

} // namespace edgecc::hls

#endif
