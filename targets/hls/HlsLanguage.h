// C++ for high-level synthesis: C99's expressions, with loop labels and pragmas.
#ifndef EDGECC_TARGETS_HLS_HLSLANGUAGE_H
#define EDGECC_TARGETS_HLS_HLSLANGUAGE_H

#include "dialects/Hls/HlsDialect.h"
#include "targets/source/Language.h"

namespace edgecc::hls {

class HlsLanguage : public source::Language {
public:
  std::string loopLabel(mlir::Operation *loop, llvm::StringRef name) override;
  llvm::SmallVector<std::string> directives(mlir::Operation *op, NameOf nameOf) override;
  mlir::FailureOr<source::Expression> print(mlir::Operation *op, llvm::ArrayRef<source::Expression> operands) override;
  std::string object(mlir::Operation *op, llvm::StringRef name) override;
  /// The type of a queue, which DesignSource.cpp defines.
  std::string streamType(StreamType type);

private:
  /// How many loops of each name the current function has, for labels stand once in a function.
  llvm::StringMap<unsigned> labels;
};

} // namespace edgecc::hls

#endif
